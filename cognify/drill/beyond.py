"""What verification does not catch, said as plainly as the rest; some of it is tried."""

from __future__ import annotations

from dataclasses import dataclass

from cognify.drill.crimes import log_rewound
from cognify.drill.place import Place, Skipped
from cognify.inventory import BUNDLE, LOG_BRANCH, SIGNATURE
from cognify.ledger import read


@dataclass(frozen=True, slots=True)
class Beyond:
    """One thing that is not caught, and words of the sentence of *not proven* that owns up to it."""

    what: str
    words: str = ""


TOLD = (
    Beyond("Everyone whom the rules ask for agrees to state what is not so.",
           "that training data are accurate"),
    Beyond("A contributor is left out of the proposal, and then approves.",
           "that no contributor stayed unnamed"),
    Beyond("Somebody's key or computer is in other hands, and nobody has declared it compromised."),
    Beyond("Whoever hosts the repository shows different people different logs, none of whom compares.",
           "that nobody was shown another log"),
    Beyond("All of it was stated much later than it says, before anybody outside had seen the log.",
           "when anything happened"),
    Beyond("Evidence that is kept outside the inventory is lost or changed.", "kept outside"),
    Beyond("The whole inventory is another one of the same name, and nobody brought a genesis or a receipt.",
           "that this is your inventory"),
)  # fmt: skip


def frozen_state(at: Place) -> None:
    """Both branches are served as they were an earlier seal ago, to somebody who remembers nothing."""
    log_rewound(at)
    reading = at.copy.reading
    tip = at.copy.tip(LOG_BRANCH)
    digests = {leaf.sha256 for leaf in read(reading.snapshot(tip), tip).log.leaves}
    runs = [s for s in at.known.trail if s.kind == "seal" and s.sha256 in digests]
    if not runs:
        raise Skipped("the log was sealed once only")
    at.copy.point(f"refs/heads/{at.copy.branch}", dict(runs[-1].details)["commit"])


def unsequenced_removed(at: Place) -> None:
    """A statement that was merged and not yet sequenced is removed before the next seal."""
    waiting = [s.path for r in at.known.records for s in r.trail if s.seq is None]
    path = at.any(waiting, "every merged statement is sequenced")
    files = at.known.inventory.files
    at.remove(path, *(path + end for end in (SIGNATURE, BUNDLE) if files.exists(path + end)))


TRIED = {frozen_state: "that this is the newest state", unsequenced_removed: ""}
