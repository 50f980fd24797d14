"""Readers from other distributions, installed for real: their values, their names, their failures."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cognify import drafting
from cognify.drafting.gathering import gather
from cognify.records import lock as locks

Make = Callable[[Mapping[str, object]], Path]
Reads = Callable[..., Any]

GOOD = """
from cognify.readers import taking, walk
from cognify.readers.reading import Claim, Reading

class Seeds:
    name, version = "acme-seeds", 3

    def finds(self, source):
        return tuple(path for path in walk.files(source) if path.suffix == ".seed")

    def read(self, found, source):
        origin = walk.relative(found, source)
        raw = taking.read(found, source)
        claim = Claim("/training/seeds/acme", origin, "text:", "integer")
        return Reading((taking.material(self, origin, raw, "text/plain"),), (claim,))
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Puts a distribution with one module and one entry point where Python finds it."""
    site = tmp_path / "site"
    modules: list[str] = []

    def put(code: str, target: str = "Seeds") -> None:
        module = f"acme_reader_{len(modules)}_{abs(hash(str(tmp_path)))}"
        modules.append(module)
        info = site / f"{module}-1.4.2.dist-info"
        info.mkdir(parents=True)
        (site / f"{module}.py").write_text(code)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: acme-reader-{len(modules)}\nVersion: 1.4.2\n"
        )
        (info / "entry_points.txt").write_text(f"[cognify.readers]\nseeds = {module}:{target}\n")

    monkeypatch.syspath_prepend(str(site))
    yield put
    for module in modules:
        sys.modules.pop(module, None)


def test_a_plugin_reads_and_the_lock_names_it(install: Any, source: Make, read: Reads) -> None:
    """Its value is cited like any other; distribution and version stand in the lock and come back."""
    install(GOOD)
    found = read(source({"run.seed": "41\n"}))
    assert found["/training/seeds/acme"] == 41
    artifacts = gather(found.reading, keep_below=1000).artifacts
    (artifact,) = [a for a in artifacts.values() if a.origin == "run.seed"]
    assert (artifact.extractor, artifact.extractor_version) == ("acme-seeds", 3)
    assert artifact.plugins == (("acme-reader-1", "1.4.2"),)
    raw = locks.Lock("m", "1.0.0", artifacts).to_bytes()
    assert locks.parse(raw, where="lock").artifacts == artifacts
    assert json.loads(raw)["artifacts"]["a01"]["plugins"] == [
        {"distribution": "acme-reader-1", "version": "1.4.2"}
    ]
    assert drafting  # the room that writes the lock is the one tested


def test_two_plugins_on_one_file(install: Any, source: Make, read: Reads) -> None:
    """Both are named, the file is there once."""
    install(GOOD)
    install(GOOD.replace("acme-seeds", "other-seeds"))
    found = read(source({"run.seed": "41\n"}))
    assert [p.distribution for p in found.origins["run.seed"].plugins] == ["acme-reader-1", "acme-reader-2"]


@pytest.mark.parametrize(
    ("code", "target", "says"),
    [
        ("import nothing_of_the_kind\n", "Seeds", "ModuleNotFoundError"),
        ("raise SystemExit(3)\n", "Seeds", "SystemExit"),
        (GOOD, "Sceds", "AttributeError"),
        (GOOD.replace('"acme-seeds"', '"mlflow"'), "Seeds", "is taken"),
        (GOOD.replace('"acme-seeds"', '"Acme Seeds"'), "Seeds", "lower-case"),
        (GOOD.replace(", 3", ", '3'"), "Seeds", "no whole number"),
        (GOOD.replace("return Reading(", "return dict, ("), "Seeds", "not a Reading"),
        (GOOD.replace("raw = ", "1 / 0 #"), "Seeds", "ZeroDivisionError"),
        (GOOD.replace('taking.read(found, source)', 'b"7"'), "Seeds", "no file of the source"),
        (GOOD.replace('origin, raw, "text', '"../" + origin, raw, "text').replace("acme\", origin", "acme\", '../' + origin"),
         "Seeds", "no file of the source"),
        (GOOD.replace('acme", origin', 'acme", "other"'), "Seeds", "does not hand over"),
        (GOOD.replace('"text/plain")', '"text/plain", observed=True)'), "Seeds", "observed/"),
        (GOOD.replace("raw = taking.read(found, source)", "raw = taking.parsed(b'{', 'x')"), "Seeds", "half-written"),
    ],
)  # fmt: skip
def test_a_plugin_that_fails_costs_its_own_values(
    code: str, target: str, says: str, install: Any, source: Make, read: Reads
) -> None:
    """A note names it; what the others read is there, and its file is listed by digest."""
    install(code, target)
    found = read(source({"run.seed": "41\n", "classification_report.json": {"accuracy": 1, "macro avg": {}}}))
    assert found.noted("'seeds' of acme-reader-1 1.4.2", says)
    assert "/training/seeds/acme" not in found
    assert found.entries("/evaluation/runs")[0]["value"] == 1
    assert found.origins["run.seed"].extractor == "plain"


def test_a_digest_that_lies(install: Any, source: Make, read: Reads) -> None:
    """The bytes that are handed over are held to the digest beside them."""
    code = GOOD.replace("import taking, walk", "import taking, walk\nfrom dataclasses import replace")
    install(code.replace('(taking.material(self, origin, raw, "text/plain"),)',
                         '(replace(taking.material(self, origin, raw, "text/plain"), sha256="0" * 64),)'))  # fmt: skip
    assert read(source({"run.seed": "41\n"})).noted("digest or size")
