"""A framework that another one took the place of: `framework-superseded`, and what settles it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cognify import resources
from cognify.checks.draft import Draft
from cognify.checks.superseded import SUPERSEDED
from cognify.inventory import Inventory, WorkTree, named
from cognify.records.finding import Finding, Severity
from cognify.strictyaml import splice

OLD, NEW, OTHER = "sr-11-7@2011-04", "sr-26-2@2026-04", "model-card@mitchell-2019-v2"
SAID = {"framework": OLD, "applies": True, "reason": "Made under it; SR 26-2 from 1.4.0 on.", "by": "mara"}


def found(folder: Path, *adopts: str, decision: Mapping[str, Any] | None = None) -> list[Finding]:
    tree, place = WorkTree(folder), named("m", "1.0.0")
    tree.write(
        "cognify.yaml",
        b"cognify: 1\ninventory: urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0aaa\nname: acme\norigin: example.org/n\n"
        + f"frameworks: [{', '.join(adopts)}]\n".encode(),
    )
    card: dict[str, Any] = {"card": 1}
    if decision is not None:
        card["governance"] = {"applicability": [dict(decision)]}
    tree.write(place.card, splice.emit_document(card))
    return list(SUPERSEDED(Draft(Inventory(tree), place)))


def test_a_superseded_pack_alone_is_asked_about(tmp_path: Path) -> None:
    """It names both packs, and the command that shows the difference; a person can explain it."""
    (one,) = found(tmp_path, OLD, OTHER)
    assert (one.id, one.severity, one.pointer) == (
        "framework-superseded", Severity.WARNING, "/governance/applicability",
    )  # fmt: skip
    assert OLD in one.what and f"{NEW} is not adopted" in one.what
    assert f"cognify coverage --framework {NEW} --against {OLD}" in one.fix


def test_a_historical_pack_beside_its_successor_is_meant(tmp_path: Path) -> None:
    """Adopted on purpose; and so is a pack of the firm that extends the successor."""
    assert found(tmp_path, OLD, NEW) == []
    raw = resources.shipped(f"frameworks/{NEW}.yaml").decode().partition("outside:")[0]
    own = raw.replace(f"id: {NEW}", f"id: acme@1\nextends: {NEW}")
    (tmp_path / "frameworks").mkdir()
    (tmp_path / "frameworks/acme@1.yaml").write_text(own)
    assert found(tmp_path, OLD, "acme@1") == []
    assert found(tmp_path, NEW, OTHER) == []


@pytest.mark.parametrize("missing", ["", "applies", "reason", "by"])
def test_a_person_may_say_why_it_is_kept(tmp_path: Path, missing: str) -> None:
    """With whether it applies, a reason and a name; less is no answer."""
    said = {key: value for key, value in SAID.items() if key != missing}
    assert bool(found(tmp_path, OLD, decision=said)) == bool(missing)


def test_a_decision_about_one_row_or_another_pack_is_no_answer(tmp_path: Path) -> None:
    """It has to be about the framework as a whole."""
    assert found(tmp_path, OLD, decision={**SAID, "requirement": "III ¶1"})
    assert found(tmp_path, OLD, decision={**SAID, "framework": OTHER})
