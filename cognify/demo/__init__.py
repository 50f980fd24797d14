"""The demo: real recorded trainings through the whole life of a record, command by command.

Every step is the command line itself, run as its user would run it, so that what is shown is what
anyone can type.
"""

from cognify.demo.example import NAMES, Worked, work
from cognify.demo.story import Told, tell

__all__ = ["NAMES", "Told", "Worked", "tell", "work"]
