"""What a Git host does before it accepts a push: it refuses what `verify` would refuse after it."""

from cognify.receiving.judging import Judged, receive
from cognify.receiving.push import Update, parse

__all__ = ["Judged", "Update", "parse", "receive"]
