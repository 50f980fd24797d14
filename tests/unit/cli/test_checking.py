"""Many versions by several processes: what is printed does not depend on how many look."""

from __future__ import annotations

import json
import os
import pickle
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from cognify import checks, reporting
from cognify.cli import checking
from cognify.cli.checking import Part
from cognify.errors import CognifyError, SurroundingsError
from cognify.inventory import Inventory, Version, WorkTree
from cognify.records.finding import Explanation, Finding, Severity
from tests.scenario import Scene

SHARED = Finding("cognify.yaml", "framework-unknown", "nobody has it", "write it")
FOUND = [
    Finding("models/m/1/card.yaml:1:2", "card-schema", 'größe "x"\n', "mend"),
    Finding("models/m/1/card.yaml", "field-pending", "a", "", Severity.WARNING),
    SHARED,
    Finding("models/m/1/card.yaml", "prose-stale", "b", "", Severity.WARNING, pointer="/use",
            explained=(Explanation("Inés", "model-risk", "It holds.", "s.json"),)),
]  # fmt: skip


def several(scene: Scene, count: int) -> tuple[WorkTree, tuple[Version, ...]]:
    """*count* drafts more, one of which cannot be read, and a pack that nobody has."""
    settings = scene.root / "cognify.yaml"
    settings.write_text(settings.read_text().replace("frameworks:", "frameworks:\n  - nobody@1", 1))
    for number in range(count):
        scene.write_version(f"3.{number}.0", record=f"urn:uuid:00000000-0000-4000-8000-{number:012x}")
    scene.path("3.1.0", "card.yaml").write_text("card: [\n")
    tree = WorkTree(scene.root)
    return tree, Inventory(tree).versions()


@pytest.mark.parametrize("form", ["text", "json"])
def test_several_processes_print_what_one_prints(scene: Scene, form: str) -> None:
    """The same parts, in the same order, over several batches."""
    tree, versions = several(scene, 24)
    assert len(versions) > 20
    one = list(checking.parts(tree, versions, form))
    assert list(checking.parts(tree, versions, form, many=2)) == one
    assert {part.shared.id for part in one if part.shared} == {"framework-unknown"}


def test_a_shared_finding_is_printed_once(scene: Scene) -> None:
    """And all of it together is what the findings are as a whole."""
    tree, versions = several(scene, 3)
    inventory = Inventory(tree)
    found = dict.fromkeys(f for v in versions for f in checks.check_version(inventory, v))
    whole = [json.loads(json.dumps(f.as_json())) for f in found]
    done = scene.cognify("check", "--format", "json", "models")
    assert done.code == 1
    told = done.json()["findings"]
    assert [f for f in told if f["id"] == "framework-unknown"] == [
        f for f in whole if f["id"] == "framework-unknown"
    ]
    assert len(told) == len({json.dumps(f) for f in told})


def _killed(root: Path, versions: Sequence[Version], form: str) -> list[Part]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []


def test_a_process_that_is_killed_is_no_silent_gap(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """`worker-lost`: nothing is told as checked that was not."""
    tree, versions = several(scene, 2)
    monkeypatch.setattr(checking, "told", _killed)
    with pytest.raises(SurroundingsError) as caught:
        list(checking.parts(tree, versions, "text", many=2))
    assert (caught.value.fault, caught.value.exit_code) == ("worker-lost", 4)


def test_an_error_of_another_process_is_the_error_itself(scene: Scene) -> None:
    """Settings that cannot be read are said as they are where one process looks."""
    tree, versions = several(scene, 2)
    (scene.root / "cognify.yaml").write_text("cognify: 1\ncognify: 1\n")
    said = []
    for many in (checking.MANY, 2):
        checking._at.cache_clear()
        with pytest.raises(CognifyError) as caught:
            list(checking.parts(tree, versions, "text", many=many))
        said.append((type(caught.value), str(caught.value)))
    assert said[0] == said[1] and "yaml-dup-key" in said[0][1]


def test_an_error_survives_the_way_between_processes() -> None:
    """Kind, words, place, way out and id."""
    error = SurroundingsError("größe", where="a", fix=None, id="disk")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.fault) == (SurroundingsError, str(error), "disk")


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_one_after_the_other_is_all_together(form: str) -> None:
    """`findings` is its frame around each finding; as JSON, one object with each finding on its line."""
    around = reporting.frame(form)
    each = around.between.join(reporting.finding(f, form) for f in FOUND)
    assert reporting.findings(FOUND, form) == around.start + each + around.end
    assert reporting.findings([], form) == around.none
    if form == "json":
        told = {"findings": [f.as_json() for f in FOUND]}
        text = reporting.findings(FOUND, form)
        assert json.loads(text) == told
        assert len(text.splitlines()) == len(FOUND) + 4
        assert around.none == json.dumps({"findings": []}, indent=1) + "\n"


def test_parts_keep_the_order_and_the_weight() -> None:
    """What is about a version stands together; what was explained weighs as a note."""
    found = list(checking.as_parts(FOUND, "text", own="models/m/1/"))
    assert [part.shared for part in found] == [None, SHARED, None]
    assert found[0].gravest == {Severity.ERROR, Severity.WARNING} and found[2].gravest == {Severity.NOTE}
    assert "".join(part.text for part in found) == reporting.findings(FOUND, "text")


def test_a_path_is_looked_at_without_the_rest(scene: Scene) -> None:
    """What lies below it, it itself, and nothing in Git's own folder."""
    from cognify.cli.desk import brought

    tree = WorkTree(scene.root)
    every = brought(tree, ())
    for under in ("models/credit-memo/1.0.0", "cognify.yaml", "models", "policy", "."):
        place = scene.root / under
        wanted = [p for p in every if under in (".", p) or p.startswith(f"{under}/")]
        assert list(brought(tree, (place,))) == wanted, under
    both = brought(tree, (scene.root / "policy", scene.root / "models/credit-memo"))
    assert list(both) == [p for p in every if p.startswith(("policy/", "models/credit-memo/"))]
    assert brought(tree, (scene.root / ".git",)) == ()
