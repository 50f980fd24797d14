"""The log: append, prove, checkpoint. Never rewrites."""

from cognify.ledger.branch import Stored, Writer, read, tip
from cognify.ledger.log import Log

__all__ = ["Log", "Stored", "Writer", "read", "tip"]
