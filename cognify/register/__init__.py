"""The inventory as a supervisor asks for it: one row per version, what needs attention, who uses what.

Made from a `Verification` and a time, from nothing else; it judges nothing, and changes no verdict.
"""

from cognify.register.attention import REASONS, Attention
from cognify.register.cells import WORDS, Cell
from cognify.register.columns import COLUMNS, Column
from cognify.register.entry import SOON
from cognify.register.rows import Excepted, Register, Row, register
from cognify.register.uses import Thing, Use, affected

__all__ = [
    "COLUMNS", "REASONS", "SOON", "WORDS", "Attention", "Cell", "Column", "Excepted", "Register", "Row",
    "Thing", "Use", "affected", "register",
]  # fmt: skip
