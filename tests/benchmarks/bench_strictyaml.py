"""Load cards: ours against PyYAML's `safe_load`, in turns, equal data first.

    python tests/benchmarks/bench_strictyaml.py [--cards N] [--peer-cards M]

Prints the median time per card of each, and the ratio of the two.
The data are compared with dates kept as text, since YAML 1.1 makes objects of them.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parents[2]))

from cognify import strictyaml

ROUNDS = 5


class DatesAsText(yaml.SafeLoader):
    """PyYAML's own loader, except that it leaves dates alone."""


DatesAsText.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def card(seed: int) -> bytes:
    """A card of about 200 lines and 7 kB, as capture and people write it together."""
    dice = random.Random(seed)
    lines = [
        "# yaml-language-server: $schema=https://cognify.dev/schemas/card/v1.json",
        "card: 1",
        f"model: credit-scorer-{seed}",
        "version: 1.3.0",
        "released: 2026-03-14",
        "summary: |",
        "  Scores applications for consumer credit; mortgages need *another* model.",
        "",
        "  Größe of the training data: 41,188 applications.",
        "tier: high",
    ]
    for section in range(9):
        lines += [
            f"section_{section}:",
            f"  purpose: Scores an application between 0 and 1, part {section}",
            f"  approved: {'true' if section % 2 else 'false'}",
            f"  rows: {dice.randrange(10**6)}",
            f"  auc: {dice.random():.6f}",
            f"  rate: {dice.uniform(1, 9):.3f}e-05",
            '  labels: [accept, refer, "decline"]',
            f'  sha256: "{dice.getrandbits(256):064x}"',
            "  limits:",
            "    state: not_available",
            "    reason: The vendor has not told us yet # asked on 2 March",
            "    by: ines.okafor",
            "  metrics:",
        ]
        for metric in range(2):
            lines += [
                f"    - name: accuracy_{metric}",
                f"      value: {dice.random():.4f}",
                "      split: test",
                "      source: https://example.org/runs/42",
            ]
        lines.append("")
    return "\n".join(lines).encode() + b"\n"


def per_card(load: Any, cards: list[bytes]) -> float:
    began = time.perf_counter()
    for raw in cards:
        load(raw)
    return (time.perf_counter() - began) / len(cards)


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--cards", type=int, default=10_000, help="cards for ours")
    options.add_argument("--peer-cards", type=int, default=300, help="cards for the peer")
    chosen = options.parse_args()
    cards = [card(seed) for seed in range(chosen.cards)]
    peer_cards = cards[: chosen.peer_cards]

    def ours(raw: bytes) -> Any:
        return strictyaml.load(raw, where="card.yaml")

    for raw in peer_cards[:20]:
        assert ours(raw) == yaml.load(raw, DatesAsText), "the data differ"
    mine, theirs = [], []
    share = max(1, len(peer_cards) // ROUNDS), max(1, len(cards) // ROUNDS)
    for turn in range(ROUNDS):
        theirs.append(per_card(yaml.safe_load, peer_cards[turn * share[0] :][: share[0]]))
        mine.append(per_card(ours, cards[turn * share[1] :][: share[1]]))
    slow = statistics.median(per_card(_read, cards[:50]) for _ in range(3))
    print(f"card                {len(cards[0])} bytes, {cards[0].count(10)} lines")
    print(f"strictyaml.load     {statistics.median(mine) * 1e3:8.3f} ms/card")
    print(f"strictyaml.read     {slow * 1e3:8.3f} ms/card, with positions")
    print(f"yaml.safe_load      {statistics.median(theirs) * 1e3:8.3f} ms/card")
    print(f"ratio load/peer     {statistics.median(mine) / statistics.median(theirs):8.4f}")


def _read(raw: bytes) -> strictyaml.Document:
    return strictyaml.read(raw, where="card.yaml")


if __name__ == "__main__":
    main()
