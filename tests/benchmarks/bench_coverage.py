"""An inventory of many cards under every shipped pack: `cognify check`, full coverage, and one changed card.

`bench_coverage.py [COUNT [HOME]]`: so many versions (10,000; with `--small` 500), made in HOME (and used
again from there) or in a folder of its own. The peer is PyYAML `safe_load` of each card and the reference
implementation of JSON Schema over the card's schema and the same fragments of every pack; it is timed on a
sample in turn with ours, after both have given the same verdicts, and taken times the number of cards.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import jsonschema
import referencing
import yaml
from pairing import BIN, Cost, cost

from cognify import canonical, replay, strictyaml
from cognify.checks.framework import load, shipped
from cognify.records import card as cards
from cognify.records import conditions, fragment, schema
from cognify.records.answers import Answers
from cognify.records.framework import Coverage, Framework, Requirement
from cognify.strictyaml import splice
from tests import scenario
from tests.scenario import CARD, NONE, Scene

WALL, RATIO, ONE, MEMORY = 90.0, 0.03, 1.0, 1.0
SAMPLE = 24
FILLED: tuple[tuple[str, ...], ...] = (
    (), ("use", "risk"), ("governance", "validation", "monitoring"), ("use", "risk", "validation", "lifecycle"),
)  # fmt: skip
"""Sections that people have filled, by card: none, some, or most of what is asked of them."""


def make(home: Path, count: int) -> Scene:
    """An inventory that adopts every shipped pack, with *count* versions as captures and people left them."""
    if (home / "inventory").exists():
        return Scene(home)
    scene = scenario.found(home)
    settings = scene.root / "cognify.yaml"
    adopted = "".join(f"\n  - {id}" for id in sorted(shipped()))
    head, _, _ = settings.read_text().partition("frameworks:")
    settings.write_text(f"{head}frameworks:{adopted}\n")
    captured, worked = _captured(), _worked()
    for number in range(count):
        _version(scene, number, captured, worked)
    scene.commit("many versions")
    return scene


def _captured() -> dict[str, Any]:
    """What a capture of a run with some results leaves; see `bench_cards`."""
    runs = "".join(
        f'    - dataset: holdout\n      metric: metric_{n}\n      value: 0.{n + 100}\n      "n": {400 + n}\n'
        for n in range(14)
    )
    text = CARD.format(version="1.0.0", tier="low", NONE=NONE, record="urn:uuid:0")
    head, _, tail = text.partition("risk:\n")
    return strictyaml.load(f"{head}{runs}risk:\n{tail}".encode(), where="card.yaml")


def _worked() -> dict[str, Any]:
    place = Path(__file__).parents[1] / "fixtures/card-complete.yaml"
    return strictyaml.load(place.read_bytes(), where="card.yaml")


def _version(scene: Scene, number: int, captured: Mapping[str, Any], worked: Mapping[str, Any]) -> None:
    model, version = f"model-{number % 97:02}", f"1.{number // 97}.0"
    data = {**captured, **{name: worked[name] for name in FILLED[number % len(FILLED)]}}
    data["model"] = {
        **data["model"], "name": model, "version": version, "description": f"Reads {number} memos.",
        "generative": bool(number % 2), "agentic": False,
    }  # fmt: skip
    data["record"] = {**data["record"], "id": f"urn:uuid:00000000-0000-4000-8000-{number:012x}"}
    data["change"] = {"log": [{"version": version, "date": "2026-11-23", "summary": "First version."}]}
    evidence = {"note": f"größe {number}"} | dict(_measured(data))
    raw = (json.dumps(evidence, ensure_ascii=False, indent=1) + "\n").encode()
    folder = scene.root / "models" / model / version
    (folder / "evidence").mkdir(parents=True)
    (folder / "card.yaml").write_bytes(splice.emit_document(data))
    (folder / "evidence/results.json").write_bytes(raw)
    (folder / "evidence.lock.json").write_bytes(_lock(model, version, evidence, raw))


def _measured(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What a machine writes of the card, by pointer: every such value has its citation."""
    for pointer, value in replay.leaves(data):
        field = cards.field_at(pointer)
        own = pointer.startswith(("/card", "/record/", "/model/name", "/model/version"))
        if (
            field is not None
            and field.owner == "machine"
            and not own
            and isinstance(value, str | int | float)
        ):
            yield pointer, value


def _lock(model: str, version: str, evidence: Mapping[str, Any], raw: bytes) -> bytes:
    artifact = {
        "bytes": len(raw), "extractor": "sklearn-report", "extractor_version": 1, "media": "application/json",
        "origin": "results.json", "path": "evidence/results.json", "sha256": canonical.sha256(raw),
    }  # fmt: skip
    values = {
        pointer: {
            "at": f"json:/{pointer.replace('~', '~0').replace('/', '~1')}", "class": "measured", "from": "a01",
            "raw": json.dumps(value, ensure_ascii=False), "via": _VIA[type(value)],
        }
        for pointer, value in evidence.items() if pointer != "note"
    }  # fmt: skip
    return canonical.pretty({
        "artifacts": {"a01": artifact}, "generator": {"name": "cognify", "version": "0.1.0"}, "lock": 1,
        "model": model, "replay": 1, "values": values, "version": version,
    })  # fmt: skip


_VIA = {str: "text", int: "integer", float: "number", bool: "boolean"}


class Peer:
    """The naive way: a pure loader, and for each pack the reference validator, row by row."""

    def __init__(self, packs: list[Framework]) -> None:
        self.schema = jsonschema.Draft202012Validator(json.loads(schema.schema_bytes("card")))
        self.rows = [(row, *self._compiled(row)) for pack in packs for row in pack.requirements]

    def _compiled(self, row: Requirement) -> tuple[Any, Any, Any, Any]:
        plain, weaker = _registry(fragment.SHARED), _registry(fragment.SHARED_ELSEWHERE)

        def validator(part: Mapping[str, Any], registry: Any) -> Any:
            return jsonschema.Draft202012Validator(part, registry=registry)

        exempt = validator(row.exempt.fragment, plain) if row.exempt else None
        return (validator(row.condition, plain), validator(row.condition, weaker),
                validator(row.partial, plain), exempt)  # fmt: skip

    def __call__(self, raw: bytes) -> tuple[int, list[str]]:
        data = yaml.safe_load(raw)
        return len(list(self.schema.iter_errors(data))), [self._row(data, *row) for row in self.rows]

    def _row(self, data: Any, row: Requirement, present: Any, settled: Any, partial: Any, exempt: Any) -> str:
        if row.asks_nothing or (exempt is not None and exempt.is_valid(data)):
            return Coverage.NOT_APPLICABLE
        found = [cards.find(data, name) for name in row.fields]
        stated = {cards.state_of(value) for values in found for _, value in values}
        if found and all(found) and stated <= {"not_applicable", "held_elsewhere"}:
            return Coverage.HELD_ELSEWHERE if "held_elsewhere" in stated else Coverage.NOT_APPLICABLE
        if present.is_valid(data):
            if all(conditions.NAMED[name](data) for name in row.checks):
                return Coverage.PRESENT
        elif settled.is_valid(data):
            return Coverage.HELD_ELSEWHERE
        return Coverage.PARTIAL if partial.is_valid(data) else Coverage.MISSING


def _registry(shared: Mapping[str, Any]) -> Any:
    from referencing.jsonschema import DRAFT202012

    resources = [(uri, DRAFT202012.create_resource(part)) for uri, part in shared.items()]
    return referencing.Registry().with_resources(resources)


def judge(raw: bytes, packs: list[Framework]) -> tuple[int, list[str]]:
    """Ours, of one card: the schema's verdict and the coverage of every row of every pack."""
    data = strictyaml.load(raw, where="card.yaml")
    answers = Answers(data)
    rows = [str(row) for pack in packs for row in pack.coverage(answers)]
    return len(schema.validate("card", data, "card.yaml")), rows


def whole(scene: Scene, *paths: str) -> tuple[Cost, float]:
    """What `cognify check` takes, and the GB of its largest process."""
    with tempfile.TemporaryFile() as out:
        taken = cost(lambda: _checked(scene, paths, out))
    return taken, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2


def _checked(scene: Scene, paths: tuple[str, ...], out: IO[bytes]) -> None:
    done = subprocess.run(
        [f"{BIN}/cognify", "check", *paths], cwd=scene.root, env=scene.environment, stdout=out, check=False
    )
    assert done.returncode == 1, done.returncode  # warnings: no card answers 23 frameworks


def _bench(scene: Scene, count: int) -> None:
    packs = [load(id) for id in sorted(shipped())]
    peer = Peer(packs)
    places = sorted(scene.root.glob("models/*/*/card.yaml"))
    sample = [place.read_bytes() for place in places[:: max(1, len(places) // SAMPLE)][:SAMPLE]]
    assert [judge(raw, packs) for raw in sample] == [peer(raw) for raw in sample]
    rows, lines = sum(len(pack.requirements) for pack in packs), sum(r.count(b"\n") for r in sample) / SAMPLE
    print(f"{len(places)} cards of {lines:.0f} lines, {len(packs)} packs of {rows} rows: the same verdicts")

    ratios, naive, loads = [], [], []
    for raw in sample:
        theirs = _cpu(lambda raw=raw: peer(raw))
        naive.append(theirs)
        loads.append(_cpu(lambda raw=raw: yaml.safe_load(raw)))
        ratios.append(_cpu(lambda raw=raw: [judge(raw, packs) for _ in range(5)]) / 5 / theirs)
    each, ratio = statistics.median(naive), statistics.median(ratios)
    print(
        f"schema and full coverage of a card, one processor: {ratio * each * 1000:.1f} ms, naive "
        f"{each * 1000:.0f} ms; ratio {ratio:.4f}  goal {RATIO}  {_verdict(ratio, RATIO)}"
    )

    taken, memory = whole(scene)
    # The naive way does nothing else; ours also replays citations, scans for what must not be in Git,
    # asks what an examiner would, and words every finding with its line and column.
    per = taken.cpu / count / (os.cpu_count() or 1)
    # To start two processes and read the packs takes a second or two, which only many cards outweigh.
    told = (
        f"goal {WALL:.0f} s  {_verdict(taken.wall, WALL)}" if count >= 10_000 else "(the goal is for 10,000)"
    )
    # "Per card and per pack" loads a card once for each pack; here it is also told what one load would make of it.
    apart = each + (len(packs) - 1) * statistics.median(loads)
    print(
        f"cognify check, all of it, {os.cpu_count()} processors: {taken.wall:.1f} s on the wall, "
        f"{taken.cpu:.0f} s of CPU  {told}\n"
        f"  of the naive way, a load for each pack ({apart * 1000:.0f} ms a card): {per / apart:.4f}  "
        f"goal {RATIO}  {_verdict(per / apart, RATIO)}; with one load for all: {per / each:.4f}"
    )
    print(f"memory of its largest process {memory:.2f} GB  goal {MEMORY}  {_verdict(memory, MEMORY)}")

    card = places[len(places) // 2]
    card.write_bytes(card.read_bytes().replace(b"memos.", b"memos, newly."))
    place = str(card.parent.relative_to(scene.root))
    one = statistics.median(whole(scene, place)[0].wall for _ in range(5))
    print(f"one changed card among them: {one:.2f} s  goal {ONE}  {_verdict(one, ONE)}")


def _cpu(act: Callable[[], object]) -> float:
    """Seconds of CPU: what else the machine does meanwhile is none of it."""
    start = time.process_time()
    act()
    return time.process_time() - start


def _verdict(found: float, goal: float) -> str:
    return "ok" if found <= goal else "MISSED"


def main() -> None:
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    count = int(arguments[0]) if arguments else 500 if "--small" in sys.argv else 10_000
    with tempfile.TemporaryDirectory() as folder:
        _bench(make(Path(arguments[1]) if len(arguments) > 1 else Path(folder, "home"), count), count)


if __name__ == "__main__":
    main()
