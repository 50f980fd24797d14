"""Versions checked one after the other, or by as many processes as there are processors; told in order."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cognify.cli.desk import around, granted
from cognify.errors import SurroundingsError
from cognify.inventory import Inventory, Version, WorkTree

if TYPE_CHECKING:
    from concurrent.futures import Future

    from cognify.checks import Around
    from cognify.records.finding import Finding, Severity

MANY = 400
"""So many versions are worth the start of other processes."""
_AT_ONCE = 20
_AHEAD = 2


class Part(NamedTuple):
    """Text to be printed, and how grave it is; `shared` is the one finding that other parts may repeat."""

    text: str
    gravest: frozenset[Severity]
    shared: Finding | None = None


def parts(tree: WorkTree, versions: Sequence[Version], form: str, *, many: int = MANY) -> Iterator[Part]:
    """Every finding about *versions*, in their order, in the shape *form*; with *many* of them, apart.

    What is found does not depend on how many processes look.

    Raises:
        SurroundingsError: `worker-lost`: a process that looked was ended, and the rest was not looked at.
        CognifyError: what the inventory itself cannot be read for.
    """
    from cognify.hashing.many import processors

    if len(versions) < many or processors() < 2:
        for version in versions:
            yield from told(tree.root, (version,), form)
        return
    batches = [versions[at : at + _AT_ONCE] for at in range(0, len(versions), _AT_ONCE)]
    yield from _apart(tree.root, batches, form, processors())


def _apart(root: Path, batches: Iterable[Sequence[Version]], form: str, count: int) -> Iterator[Part]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # Not forked: a fork takes over locks that threads of libraries may hold.
    with ProcessPoolExecutor(count, get_context("spawn"), initializer=_begin) as pool:
        waiting = deque["Future[list[Part]]"]()
        try:
            for batch in batches:
                waiting.append(pool.submit(told, root, tuple(batch), form))
                if len(waiting) > count * _AHEAD:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool:
            raise SurroundingsError(
                "a process that checked versions was ended from outside; what follows was not checked",
                where=str(root), id="worker-lost",
                fix="see whether memory ran out, and run the command again, or on fewer paths",
            ) from None  # fmt: skip
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _begin() -> None:
    """An interrupt is for whoever waits for us; where nobody does any more, there is nothing to do."""
    # Hundreds of findings for each version are alive at once and hold no cycles: looking for some
    # after every 700 of them is a twentieth of the time.
    gc.set_threshold(50_000, 20, 20)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@lru_cache(maxsize=1)
def _at(root: Path) -> tuple[Inventory, Callable[[], frozenset[str]], Around]:
    tree = WorkTree(root)
    inventory = Inventory(tree)
    return inventory, granted(tree), around(inventory)


def told(root: Path, versions: Sequence[Version], form: str) -> list[Part]:
    """The findings about *versions*: those about a version together, those about what they share apart."""
    from cognify import checks

    inventory, excepted, beyond = _at(root)
    found = list[Part]()
    for version in versions:
        findings = checks.check_version(inventory, version, granted=excepted, around=beyond)
        found += as_parts(findings, form, own=version.prefix)
    return found


def as_parts(findings: Iterable[Finding], form: str, *, own: str) -> Iterator[Part]:
    """*findings* as parts in their order; those about files under *own* are nobody else's."""
    from cognify import reporting
    from cognify.records.finding import Severity

    text, gravest = list[str](), set[Severity]()
    between = reporting.frame(form).between

    def weight(one: Finding) -> Severity:
        # What a person answers for with their signature stays in sight, and does not stop the next one.
        return Severity.NOTE if one.explained and one.severity is Severity.WARNING else one.severity

    def close() -> Iterator[Part]:
        if text:
            yield Part(between.join(text), frozenset(gravest))
            text.clear()
            gravest.clear()

    for one in findings:
        if own and one.where.startswith(own):
            text.append(reporting.finding(one, form))
            gravest.add(weight(one))
        else:
            yield from close()
            yield Part(reporting.finding(one, form), frozenset({weight(one)}), one)
    yield from close()
