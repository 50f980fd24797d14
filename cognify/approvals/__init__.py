"""May this person, in this role, sign this, now; if so, state it."""

from cognify.approvals.course import Course, Entered, level, standing, unmet
from cognify.approvals.excepting import excepted
from cognify.approvals.proceedings import Proceedings
from cognify.approvals.refusing import Refusal

__all__ = ["Course", "Entered", "Proceedings", "Refusal", "excepted", "level", "standing", "unmet"]
