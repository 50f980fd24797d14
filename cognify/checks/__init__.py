"""Checks: each looks at one version and yields findings; the runner asks them in order.

A check never raises for what it judges: a card that cannot be read *is* the finding.
"""

from cognify.checks.around import Around, by_log
from cognify.checks.beside import check_beside
from cognify.checks.portfolio import MEMORY as PORTRAITS
from cognify.checks.runner import CHECKS, QUESTIONS, Check, check_version

__all__ = ["CHECKS", "PORTRAITS", "QUESTIONS", "Around", "Check", "by_log", "check_beside", "check_version"]
