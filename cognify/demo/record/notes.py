"""Synthetic nursing notes: invented by a seeded generator, about nobody.

A note says what a shift was like. Some tell of a fall; others speak of falls without one (a risk, a
history, a denial), or use the word for something else. What is written follows the habits of the
unit, and one hospital writes differently from the others.
"""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

SEXES = ("female", "male")
AGES = ("18-39", "40-64", "65-79", "80+")
UNITS = ("geriatrics", "medicine", "rehabilitation", "surgery")
COLUMNS = ("note_id", "patient_id", "written_on", "unit", "sex", "age_band", "note", "fall")

_PLAIN = (
    "patient fell in the bathroom",
    "fell while getting up to the toilet",
    "witnessed fall beside the bed",
    "unwitnessed fall during the night",
    "fell from the chair onto the right hip",
    "stumbled over the drip stand and fell",
    "assisted fall with the walking frame",
    "found after a fall next to the bed",
)
_HIDDEN = (
    "found sitting on the floor beside the bed",
    "slid from the chair to the ground",
    "legs gave way and the patient went down",
    "lowered to the floor by two staff",
    "discovered lying on the floor at handover",
    "lost balance and landed on the knees",
    "slipped on the wet tiles and hit the hip",
)
_ABROAD = (
    "came down on the corridor floor",
    "was picked up off the floor by the porter",
    "toppled sideways off the commode",
    "tripped on the mat and hit the wall",
    "rolled out of bed onto the mat",
    "knees buckled and sat down hard on the floor",
)
_ABOUT = (
    "fall risk high and alarm is on",
    "no falls this shift",
    "no fall reported since admission",
    "fell at home last winter and broke a wrist",
    "fall prevention explained to the daughter",
    "history of falls before admission",
    "afraid of falling so walks with a nurse",
    "denies any fall",
    "fall risk score unchanged",
    "bed kept low because of the fall risk",
)
_ELSE = (
    "blood pressure fell after the dose",
    "fell asleep at ten",
    "temperature fell to normal",
    "intake fell behind the plan",
    "oxygen fell while eating and rose again",
    "sat on the floor mat for exercises with the therapist",
    "shoes left on the floor were moved",
)
_CARE = (
    "slept well",
    "dressing changed",
    "drain removed",
    "pain three of ten",
    "walked to the window",
    "ate half of the lunch",
    "visited by the son",
    "drip running",
    "bowels open",
    "skin intact",
    "medication given as charted",
    "washed with help",
    "seen by the dietician",
    "calm and oriented",
    "wound dry",
    "mobile with a stick",
    "blood sugar checked",
    "waiting for transport",
    "teeth cleaned",
    "catheter draining",
    "sat out for breakfast",
    "asked for tea",
)
_AFTER = (
    "no injury seen",
    "doctor informed",
    "observations taken",
    "family told",
    "report written",
    "small graze on the elbow",
    "neurological checks started",
    "x ray ordered",
)
_SHORT = {"patient": "pt", "beside": "by", "during": "in", "right": "r", "informed": "told"}


def make(
    name: str, seen: set[str], *, records: int, first: date, days: int, seed: int, elsewhere: bool = False
) -> list[dict[str, str]]:
    """Notes of one period, none as any of *seen*; *elsewhere* is the hospital that writes differently."""
    rng = random.Random(seed)
    found = []
    for number in range(1, records + 1):
        unit, sex = rng.choice(UNITS), rng.choice(SEXES)
        age = rng.choices(AGES, (1, 3, 4, 3) if unit != "geriatrics" else (0.4, 1, 4, 6))[0]
        fell = rng.random() < 0.3 * {"geriatrics": 1.3, "surgery": 0.8}.get(unit, 1.0)
        text = _text(rng, unit, fell=fell, elsewhere=elsewhere)
        while text in seen:
            text = _text(rng, unit, fell=fell, elsewhere=elsewhere)
        seen.add(text)
        # Whoever reads two hundred notes in an afternoon gets some wrong.
        label = fell if rng.random() > 0.006 else not fell
        day = first + timedelta(days=number * days // (records + 1))
        found.append(
            {
                "note_id": f"{name}-{number:05d}",
                # Two notes of one stay, so that notes cannot be shared out without looking.
                "patient_id": f"{name}-P{(number + 1) // 2:05d}",
                "written_on": day.isoformat(),
                "unit": unit,
                "sex": sex,
                "age_band": age,
                "note": text,
                "fall": "yes" if label else "no",
            }
        )
    return found


def _text(rng: random.Random, unit: str, *, fell: bool, elsewhere: bool) -> str:
    parts = rng.sample(_CARE, rng.randint(2, 5))
    if fell:
        hidden = {"rehabilitation": 0.5, "geriatrics": 0.35}.get(unit, 0.25)
        roll = rng.random()
        told = _HIDDEN if roll < hidden else _PLAIN
        if elsewhere and rng.random() < 0.45:
            told = _ABROAD
        parts.append(rng.choice(told))
        parts += rng.sample(_AFTER, rng.randint(0, 2))
    if rng.random() < 0.3:
        parts.append(rng.choice(_ABOUT))
    if rng.random() < 0.2:
        parts.append(rng.choice(_ELSE))
    rng.shuffle(parts)
    text = " . ".join(parts) + " ."
    if unit == "rehabilitation" and rng.random() < 0.5:
        text = " ".join(_SHORT.get(word, word) for word in text.split())
    return text


def write(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def make_all(folder: Path) -> None:
    """Split by time, and no patient in two of them; the last set is of the other hospital."""
    seen = set[str]()
    for name, code, records, first, days, seed, elsewhere in (
        ("train", "TR", 1600, date(2026, 1, 5), 170, 41, False),
        ("validation", "VA", 400, date(2026, 7, 1), 30, 42, False),
        ("test", "TE", 800, date(2026, 8, 3), 56, 43, False),
        ("external", "EX", 400, date(2026, 8, 3), 56, 44, True),
    ):
        rows = make(code, seen, records=records, first=first, days=days, seed=seed, elsewhere=elsewhere)
        write(folder / f"{name}.csv", rows)


if __name__ == "__main__":
    make_all(Path("data"))
