"""The auditor's package: deterministic, self-describing, verifiable offline, by stock tools."""

from cognify.package.reading import open_source
from cognify.package.writing import write

__all__ = ["open_source", "write"]
