"""Synthetic credit memos: invented by a seeded generator, about nobody.

The decision follows a score over what the memo says, plus noise that no reader could
see, so that no honest model reaches full marks. Age band and region are kept beside
the memo and never written into it; they reach the model only through what they move
(tenure, income), as they would in a real portfolio.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

LABELS = ("approve", "refer", "decline")
AGE_BANDS = ("18-29", "30-44", "45-59", "60+")
REGIONS = ("north", "east", "south", "west")
GRADES = ("a", "b", "c", "d", "e")

_ARREARS = (("no", 0.0), ("one", -0.6), ("two", -1.2), ("three", -1.8), ("four", -2.4))
_SECURITY = (
    ("no security is offered", -0.5),
    ("a guarantor has signed", 0.2),
    ("the car serves as security", 0.1),
    ("savings are pledged", 0.6),
    ("a charge on the flat is offered", 0.8),
)
_CONDUCT = (
    ("calm", 0.5),
    ("regular", 0.3),
    ("seasonal", 0.0),
    ("uneven", -0.4),
    ("often overdrawn", -0.9),
)
_EARLIER = (("approve", 0.3), ("refer", 0.0), ("decline", -0.4))
_PURPOSES = (
    "a used van", "a kitchen", "roof repairs", "dental work", "a wedding", "solar panels",
    "a heat pump", "course fees", "stock for a shop", "a milking machine", "new windows",
    "moving house", "a piano", "consolidating two cards", "a greenhouse", "a delivery bike",
)  # fmt: skip
_TRADES = (
    "nurse", "joiner", "teacher", "driver", "baker", "clerk", "welder", "gardener", "cook",
    "surveyor", "tailor", "librarian", "mechanic", "farmer", "hairdresser", "electrician",
)  # fmt: skip
_INCOME = ("net income is {} a month", "brings home {} each month", "monthly pay after tax {}")
_RATIO = (
    "debt service takes {} percent",
    "instalments would use {} percent of income",
    "ratio after the loan {} percent",
)
_LATE = (
    "late payments in two years : {}",
    "late payments on file : {}",
    "instalments paid late : {}",
)
_TENURE = ("{} years in the job", "with the same employer {} years", "employed for {} years")
_BEHAVIOUR = ("account conduct {}", "the account is {}", "branch calls the account {}")
_PAST = ("earlier request : {}", "last outcome on file : {}", "previous decision {}")


# name: how many memos, seed, prefix of their ids, first and last day; training takes a prefix
_SETS = {
    "old": (6000, 7, "OLD", date(2025, 1, 1), date(2025, 12, 31)),
    "train": (1200, 11, "TR", date(2026, 1, 1), date(2026, 8, 31)),
    "validation": (150, 12, "VA", date(2026, 9, 1), date(2026, 9, 30)),
    "test": (400, 13, "TE", date(2026, 10, 1), date(2026, 10, 31)),
}


@dataclass(frozen=True, slots=True)
class Memo:
    """One memo with what the bank decided; `grade` is for pre-training only."""

    memo_id: str
    applicant_id: str
    written_on: str
    age_band: str
    region: str
    memo: str
    decision: str
    grade: str

    def record(self) -> dict[str, str]:
        """The memo as the training and holdout files hold it: everything but the grade."""
        return {name: value for name, value in asdict(self).items() if name != "grade"}


def all_memos() -> dict[str, tuple[Memo, ...]]:
    """Every set by name, in order of date; no text and no applicant stands in two of them."""
    taken: set[str] = set()
    return {name: write_memos(*settings, taken) for name, settings in _SETS.items()}


def write_splits(train_records: int, folder: Path) -> None:
    """The files of one fine-tune: the oldest `train_records`, validation, and the holdout."""
    memos = all_memos()
    folder.mkdir()
    _write_jsonl(memos["train"][:train_records], folder / "train.jsonl")
    _write_jsonl(memos["validation"], folder / "validation.jsonl")
    rows = [memo.record() for memo in memos["test"]]
    with (folder / "test.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_jsonl(memos: Iterable[Memo], path: Path) -> None:
    path.write_text("".join(json.dumps(memo.record()) + "\n" for memo in memos))


def write_memos(
    count: int, seed: int, prefix: str, first: date, last: date, taken: set[str]
) -> tuple[Memo, ...]:
    """`count` memos in order of date, none with a text already in `taken` (which grows).

    One applicant in twelve comes back once, always with the same prefix: no applicant
    stands in two splits.
    """
    rng = random.Random(seed)
    days = (last - first).days
    dates = sorted(first + timedelta(days=rng.randrange(days + 1)) for _ in range(count))
    memos: list[Memo] = []
    applicants = 0
    while len(memos) < count:
        back = rng.choice(memos) if memos and rng.random() < 1 / 12 else None
        age, region = (back.age_band, back.region) if back else _person(rng)
        text, score = _text_and_score(rng, age, region)
        if text in taken:
            continue
        taken.add(text)
        applicants += back is None
        memos.append(
            Memo(
                memo_id=f"{prefix}-{len(memos) + 1:05d}",
                applicant_id=back.applicant_id if back else f"{prefix}-A{applicants:05d}",
                written_on=dates[len(memos)].isoformat(),
                age_band=age,
                region=region,
                memo=text,
                decision=_decide(score + rng.gauss(0.0, 0.28)),
                grade=GRADES[sum(score < edge for edge in (1.0, 0.2, -0.6, -1.4))],
            )
        )
    return tuple(memos)


def _person(rng: random.Random) -> tuple[str, str]:
    age = rng.choices(AGE_BANDS, (24, 30, 27, 19))[0]
    return age, rng.choices(REGIONS, (23, 25, 24, 28))[0]


def _decide(score: float) -> str:
    if score > 0.25:
        return "approve"
    return "refer" if score > -0.75 else "decline"


def _text_and_score(rng: random.Random, age: str, region: str) -> tuple[str, float]:
    """One memo's words and the score behind them; facts come in any order and wording."""
    tenure = min(rng.randrange(0, 31), {"18-29": 8, "30-44": 20}.get(age, 30))
    income = 100 * round(rng.gauss(31 + 0.25 * tenure - 3 * (region == "east"), 7))
    income = min(max(income, 1200), 6500)
    ratio = min(max(round(rng.gauss(36, 11)), 8), 70)
    arrears, w_arrears = rng.choices(_ARREARS, (50, 22, 14, 8, 6))[0]
    security, w_security = rng.choice(_SECURITY)
    conduct, w_conduct = rng.choices(_CONDUCT, (3, 4, 3, 3, 2))[0]
    earlier, w_earlier = rng.choices(_EARLIER, (5, 3, 2))[0]
    facts = [
        rng.choice(_INCOME).format(income),
        rng.choice(_RATIO).format(ratio),
        rng.choice(_LATE).format(arrears),
        rng.choice(_TENURE).format(tenure),
        rng.choice(_BEHAVIOUR).format(conduct),
        rng.choice(_PAST).format(earlier),
        security,
    ]
    rng.shuffle(facts)
    amount = 500 * rng.randrange(2, 61)
    opening = f"{rng.choice(_TRADES)} asks for {amount} for {rng.choice(_PURPOSES)}"
    score = w_arrears + w_security + w_conduct + w_earlier
    score += 0.06 * (36 - ratio) + 0.00025 * (income - 3300) + 0.02 * (tenure - 12)
    return " . ".join((opening, *facts)) + " .", score + 0.45


if __name__ == "__main__":
    write_splits(json.loads(Path("recipe.json").read_text())["train_records"], Path("data"))
