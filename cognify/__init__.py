"""Cognify: the audit layer between experiment tracking and compliance review."""

__version__ = "0.1.0"
