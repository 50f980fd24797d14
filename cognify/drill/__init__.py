"""A test of control: copies of an inventory, crimes committed on them, and what verification says."""

from cognify.drill.running import Drill, Outcome, run

__all__ = ["Drill", "Outcome", "run"]
