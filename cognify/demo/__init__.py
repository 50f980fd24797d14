"""The demo: a real recorded fine-tune through the whole life of a record, command by command.

Every step is the command line itself, run as its user would run it, so that what is shown is what
anyone can type.
"""

from cognify.demo.story import Told, tell

__all__ = ["Told", "tell"]
