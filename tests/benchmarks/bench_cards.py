"""Many cards through strictyaml and the card schema, against PyYAML safe_load and jsonschema."""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from pairing import seconds

from cognify import strictyaml
from cognify.records import schema
from cognify.strictyaml import splice

FIXTURE = Path(__file__).parents[1] / "scenario.py"
GOAL = 0.03


def cards(count: int) -> list[bytes]:
    """Cards of about 200 lines, written as `capture` writes them: the test card, with more runs."""
    from tests.scenario import CARD, NONE

    runs = "".join(
        f'    - dataset: holdout\n      metric: metric_{n}\n      value: 0.{n + 100}\n      "n": {400 + n}\n'
        f"      direction: higher\n"
        for n in range(14)
    )
    text = CARD.format(
        version="1.0.0", tier="low", NONE=NONE, record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01"
    )
    head, _, tail = text.partition("risk:\n")
    data = strictyaml.load(f"{head}{runs}risk:\n{tail}".encode(), where="card.yaml")
    raw = splice.emit_document(data)
    return [raw.replace(b"Reads a", b"Number %d reads a" % n) for n in range(count)]


def main() -> None:
    count, sample = (10_000, 40) if "--small" not in sys.argv else (500, 20)
    ours = cards(count)
    reference = jsonschema.Draft202012Validator(json.loads(schema.schema_bytes("card")))

    def judge(raw: bytes) -> int:
        data = strictyaml.load(raw, where="card.yaml")
        return len(schema.validate("card", data, "card.yaml"))

    def peer(raw: bytes) -> int:
        data: Any = yaml.safe_load(raw)
        return len(list(reference.iter_errors(data)))

    assert judge(ours[0]) == peer(ours[0]) == 0
    total = seconds(lambda: [judge(raw) for raw in ours])
    ratios, peers = [], []
    for at in range(5):
        part = ours[at * sample // 5 : (at + 1) * sample // 5]
        theirs = seconds(lambda part=part: [peer(raw) for raw in part]) / len(part)
        mine = seconds(lambda: [judge(raw) for raw in ours[:200]]) / 200
        peers.append(theirs)
        ratios.append(mine / theirs)
    ratio = statistics.median(ratios)
    lines = ours[0].count(b"\n")
    print(
        f"{count} cards of {lines} lines in {total:.1f} s: {total / count * 1000:.2f} ms each; "
        f"safe_load + jsonschema {statistics.median(peers) * 1000:.1f} ms each; ratio {ratio:.3f}  goal {GOAL}  "
        f"{'ok' if ratio <= GOAL else 'MISSED'}"
    )


if __name__ == "__main__":
    main()
