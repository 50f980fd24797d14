"""Cognify: the audit layer between experiment tracking and compliance review."""

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`cognify.record`, imported when it is asked for."""
    if name == "record":
        import importlib

        return importlib.import_module("cognify.callbacks").record
    raise AttributeError(name)
