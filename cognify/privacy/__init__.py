"""Privacy at the door: what may not enter Git is found before it does, and told without its value.

`look` sees one file, `examine` judges all that a version is made of, `scrub` takes out what trackers
note of a machine and its user.
"""

from cognify.privacy.examining import Examined, Item, examine, masked, phrase, shown_path
from cognify.privacy.grammar import CREDENTIALS
from cognify.privacy.kinds import KINDS, Kind
from cognify.privacy.looking import NO_TEXT, Looked, Sight, look
from cognify.privacy.parts import OF_A_CARD, parts
from cognify.privacy.scrubbing import DEFAULTS, Rule, scrub, scrub_name
from cognify.records.settings import Allow

__all__ = [
    "CREDENTIALS", "DEFAULTS", "KINDS", "NO_TEXT", "OF_A_CARD", "Allow", "Examined", "Item", "Kind", "Looked", "Rule", "Sight", "examine", "look", "masked",
    "parts", "phrase", "scrub", "scrub_name", "shown_path",
]  # fmt: skip
