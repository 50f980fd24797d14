"""May this person, in this role, sign this, now; if so, state it."""

from cognify.approvals.course import Course, Entered, standing, unmet
from cognify.approvals.proceedings import Proceedings
from cognify.approvals.refusing import Refusal

__all__ = ["Course", "Entered", "Proceedings", "Refusal", "standing", "unmet"]
