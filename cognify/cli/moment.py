"""The time that an inventory is asked for as of: a day, which means its end in UTC, or a moment."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cognify.cli.desk import now
from cognify.errors import ConfigurationError

if TYPE_CHECKING:
    from cognify.verification import Source, Then

AS_OF = click.option(
    "--as-of", "as_of", metavar="TIME",
    help="As it was sealed then: a day (its end, UTC) or a time such as 2026-11-30T12:00:00Z.",
)  # fmt: skip
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)


def moment(text: str) -> datetime:
    """The point in time that *text* means; today's end is now, since the rest of the day is not over.

    Raises:
        ConfigurationError: `usage`, no time; `as-of-in-future`.
    """
    clock = now()
    try:
        if _DAY.match(text):
            day = date.fromisoformat(text)
            at = clock if day == clock.date() else datetime.combine(day, time(23, 59, 59), UTC)
        else:
            at = datetime.fromisoformat(text)
            if at.tzinfo is None:  # else whose noon it is would be left to this machine
                raise ValueError
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _unreadable(text) from None
    if at > clock:
        raise ConfigurationError(
            f"{text} is still to come", where="--as-of",
            fix="leave it out for the state of now; `cognify status --soon DAYS` tells what falls due",
            id="as-of-in-future",
        )  # fmt: skip
    return at


def opened(root: Path, as_of: str | None) -> tuple[Source, datetime, Then | None]:
    """What is to be judged of the inventory at *root*, and at which time."""
    from cognify import verification
    from cognify.git import Repository

    if as_of is None:
        return verification.open_repository(Repository(root)), now(), None
    at = moment(as_of)
    found, then = verification.open_as_of(Repository(root), at)
    return found, at, then


def _unreadable(text: str) -> ConfigurationError:
    return ConfigurationError(
        f"{text!r} is no day and no time with its offset", where="--as-of",
        fix="write 2026-11-30 or 2026-11-30T12:00:00Z", id="usage",
    )  # fmt: skip
