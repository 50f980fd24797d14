"""Synthetic motor claims: invented by a seeded generator, about nobody.

Each claim is as it stands on the day of its report. Whether it turned out complex (a lawyer, a
rejected repair, an injury that grew) follows a score over what was reported, and noise that nobody
could have seen. Sex and age band are kept beside the claim for testing, and are no part of it.
"""

from __future__ import annotations

import csv
import math
import random
from datetime import date, timedelta
from pathlib import Path

SEXES = ("female", "male")
AGES = ("18-29", "30-44", "45-59", "60+")
TERRITORIES = ("coast", "city", "hills", "plains")
COLUMNS = (
    "claim_id",
    "policy_id",
    "reported_on",
    "sex",
    "age_band",
    "territory",
    "injury_reported",
    "vehicles",
    "days_to_report",
    "police_report",
    "estimate",
    "vehicle_age",
    "airbag",
    "towed",
    "earlier_claims",
    "complex",
)


def make(code: str, *, records: int, first: date, days: int, seed: int) -> list[dict[str, object]]:
    """Claims of one period, in the order of their report."""
    rng = random.Random(seed)
    return [
        _claim(rng, code, number, first + timedelta(days=number * days // (records + 1)))
        for number in range(1, records + 1)
    ]


def _claim(rng: random.Random, code: str, number: int, day: date) -> dict[str, object]:
    age = rng.choices(AGES, (3, 4, 4, 2))[0]
    territory = rng.choices(TERRITORIES, (2, 4, 1, 2))[0]
    injury = rng.random() < (0.22 if age == "18-29" else 0.15)
    vehicles = rng.choices((1, 2, 3), (3, 6, 1))[0]
    late = int(rng.expovariate(1 / (4 if age != "60+" else 6)))
    police = rng.random() < (0.7 if injury else 0.35)
    estimate = round(math.exp(rng.gauss(7.7 + 0.5 * injury + 0.15 * vehicles, 0.6)), -1)
    airbag = rng.random() < (0.4 if injury else 0.1)
    towed = rng.random() < (0.6 if estimate > 4000 else 0.2)
    vehicle = rng.randint(0, 18)
    earlier = rng.choices((0, 1, 2, 3), (60, 25, 10, 5))[0]
    score = (
        -3.3
        + 1.9 * injury
        + 0.45 * (vehicles - 1)
        + 0.06 * min(late, 20)
        - 0.3 * police
        + 0.55 * math.log(max(estimate, 200) / 2000)
        + 0.7 * airbag
        + 0.5 * towed
        + 0.25 * earlier
        + 0.25 * (territory == "city")
        + rng.gauss(0, 0.6)
    )
    complex_ = rng.random() < 1 / (1 + math.exp(-score))
    return {
        "claim_id": f"{code}-{number:05d}",
        "policy_id": f"{code}-K{number:05d}",
        "reported_on": day.isoformat(),
        "sex": rng.choice(SEXES),
        "age_band": age,
        "territory": territory,
        "injury_reported": int(injury),
        "vehicles": vehicles,
        "days_to_report": late,
        "police_report": int(police),
        "estimate": int(estimate),
        "vehicle_age": vehicle,
        "airbag": int(airbag),
        "towed": int(towed),
        "earlier_claims": earlier,
        "complex": int(complex_),
    }


def write(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def make_all(folder: Path) -> None:
    """Split by time; each policy has one claim."""
    for name, code, records, first, days, seed in (
        ("train", "TR", 3000, date(2025, 1, 2), 450, 71),
        ("validation", "VA", 700, date(2026, 4, 1), 75, 72),
        ("test", "TE", 1500, date(2026, 6, 22), 130, 73),
    ):
        write(folder / f"{name}.csv", make(code, records=records, first=first, days=days, seed=seed))


if __name__ == "__main__":
    make_all(Path("data"))
