"""Privacy at the door: what may not enter Git is found before it does, and told without its value.

`look` sees one file, `examine` judges all that a version is made of, `scrub` takes out what trackers
note of a machine and its user.
"""

from cognify.privacy.examining import Examined, Item, examine, masked
from cognify.privacy.kinds import KINDS, Kind
from cognify.privacy.looking import Looked, Sight, look
from cognify.privacy.scrubbing import DEFAULTS, Rule, scrub, scrub_name

__all__ = [
    "DEFAULTS", "KINDS", "Examined", "Item", "Kind", "Looked", "Rule", "Sight", "examine", "look", "masked",
    "scrub", "scrub_name",
]  # fmt: skip
