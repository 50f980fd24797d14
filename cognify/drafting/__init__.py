"""Cited values and what is asked for, made into a card and its lock. Never touches prose."""

from cognify.drafting.cleaning import cleaned, rules_of
from cognify.drafting.draft import Drafted, draft
from cognify.drafting.monitored import Period, monitored
from cognify.drafting.planned import Stated, stated
from cognify.drafting.refill import Refilled, refill

__all__ = [
    "Drafted", "Period", "Refilled", "Stated", "cleaned", "draft", "monitored", "refill", "rules_of",
    "stated",
]  # fmt: skip
