"""The delta brief as text and as JSON: every change named or counted, and nothing that starts a line of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from cognify import briefing, strictyaml, verification
from cognify.briefing import Asked, Brief, Carried
from cognify.git import Repository
from cognify.inventory import Version
from cognify.records import delta as deltas
from cognify.reporting.brief import report
from tests.scenario import MODEL, Scene


def run(number: int, value: str, **more: Any) -> dict[str, Any]:
    ci = {"low": Decimal(value) - Decimal("0.1"), "high": Decimal(value) + Decimal("0.1")}
    return {
        "metric": f"m{number}",
        "dataset": "größe",
        "value": Decimal(value),
        "n": 100,
        "direction": "higher",
        "ci": ci,
        **more,
    }


WAS: dict[str, Any] = {
    "model": {"base": {"id": "b", "digest": "a" * 64}, "generative": False},
    "use": {"cases": ["a", "b"], "intended_purpose": "Sort memos.", "populations": "Adults"},
    "data": {"datasets": [{"role": "test", "id": "größe", "digest": "c" * 64}]},
    "evaluation": {"runs": [run(n, "0.8") for n in range(8)]},
    "training": {"hyperparameters": {f"s{n}": n for n in range(7)}, "seeds": {"seed": 1}},
    "design": {"method": "x" * 300, "rationale": "Trees."},
}  # fmt: skip
NOW: dict[str, Any] = {
    "model": {"base": {"id": "b", "digest": "b" * 64}, "generative": True},
    "use": {"cases": ["b", "a"], "intended_purpose": "Decide.\n::error::VERDICT PASS", "populations": {"state": "not_available", "reason": "Niemand sagt es."}},
    "data": WAS["data"],
    "evaluation": {"runs": [*(run(n, "0.7") for n in range(6)), run(6, "0.9", n=90)], "baseline": [{"model": "b", "metric": "m", "value": 1}]},
    "training": {"hyperparameters": {f"s{n}": n + 1 for n in range(7)}, "seeds": {"seed": 2}},
    "design": {"method": "y" * 300, "rationale": "Trees."},
    "change": {"log": [{"version": "2", "summary": "Only words.", "material": {"decision": False}}]},
}  # fmt: skip


@pytest.fixture
def found(scene: Scene) -> Brief:
    """What changed from WAS to NOW, said of a real record."""
    result = verification.verify(verification.open_repository(Repository(scene.root)), at=datetime.now(UTC))
    before = result.records[0]
    delta = deltas.delta(WAS, NOW)
    carried = tuple(Carried(change, "0.9") for change in delta.prose)
    asked = (
        Asked("model-risk", 2, False, ("Inés", "Noor"), ("Inés",)),
        Asked("legal", 1, True, ("Ada",), ()),
    )
    return Brief(
        Version(MODEL, "2"),
        "draft",
        before,
        delta,
        carried,
        before.approvals,
        deltas.said(NOW, "2"),
        "high",
        "all of it",
        asked,
    )


def test_the_text_names_what_matters_and_counts_the_rest(found: Brief) -> None:
    text = report(found, "text")
    lines = text.splitlines()
    assert lines[0] == f"{MODEL} 2 (draft) against 1.0.0 (sealed, sealed at leaf {found.against.sealed_at})"  # type: ignore[union-attr]
    assert "  /model/base/digest  changed (base-changed: it is another model underneath)" in lines
    assert "    was  aaaaaaaaaaaaaaaa…" in lines
    assert "    is   not available: Niemand sagt es." in lines
    assert "  evaluation.runs: 3 more changed, 3 worse (--all names them)" in lines
    assert (
        "         not comparable: größe is other data, or another part of it, than before (n 100 → 90)"
        in lines
    )
    assert "         worse; the intervals meet" in lines
    assert "  training.hyperparameters: 7 changed (--all names them)" in lines
    assert "  /training/seeds/seed  1 → 2" in lines
    assert any(line.startswith("  /evaluation/baseline[b · m]  is ") for line in lines)
    assert any(line.startswith("  /use/cases  a, b → b, a") for line in lines)
    assert not any(line.startswith("::") for line in lines), "a card may not begin a line"
    assert (
        "UNCHANGED  1 texts stand as they were; last affirmed by Inés Okafor as model-risk, Tomas Lind as compliance"
        in lines
    )
    assert "  1 since 0.9" in lines
    assert "SAID OF IT  Only words. (calls itself not material)" in lines
    assert "  the rules call it material" in lines
    assert "  2 × model-risk (Inés, Noor); signed: Inés" in lines
    assert "  one of: 1 × legal (Ada); signed: nobody yet" in lines
    assert max(map(len, lines)) < 460, "long texts are cut"


def test_all_names_every_change(found: Brief) -> None:
    text = report(found, "text", every=True)
    assert "(--all names them)" not in text
    assert all(f"/training/hyperparameters/s{n}  {n} → {n + 1}" in text for n in range(7))


def test_json_holds_every_change_whole(found: Brief) -> None:
    told = json.loads(report(found, "json"))
    assert (told["summary"], len(told["changes"])) == (dict(found.delta.summary), len(found.delta.changes))
    by_place = {change["place"]: change for change in told["changes"]}
    assert by_place["/model/base/digest"]["was"] == "a" * 64
    assert by_place["/design/method"]["is"] == "y" * 300
    worse = by_place["/evaluation/runs[m0 · größe]"]
    assert (worse["class"], worse["direction"], worse["comparable"], worse["intervals_meet"]) == (
        "material",
        "worse",
        True,
        True,
    )
    assert by_place["/evaluation/runs[m7 · größe]"]["is"] is None
    assert told["disputed"] == ["/change/log/0"]
    assert told["review"]["roles"][1] == {
        "role": "legal",
        "min": 1,
        "choice": True,
        "holders": ["Ada"],
        "signed_by": [],
    }


def test_what_nobody_affirms_and_no_rule_allows(found: Brief) -> None:
    """A brief without sign-offs that count, without a rule, and the first one of a model."""
    alone = Brief(
        found.version, "draft", found.against, found.delta, found.carried, (), (), "low", "all of it", ()
    )
    text = report(alone, "text")
    assert "last affirmed by nobody who still counts" in text
    assert "the policy has no rule for tier low: nothing of it can be sealed" in text
    first = Brief(found.version, "draft", None, deltas.delta({}, {}), (), (), (), "low", "all of it", ())
    assert report(first, "text").startswith(
        f"{MODEL} 2: nothing of this model was approved before, so all of it is new\n"
    )
    assert json.loads(report(first, "json"))["review"]["gravest"] == "first"


def test_the_policy_may_declare_rules_and_depth(scene: Scene) -> None:
    """They are asked first, and the brief says how deep a review goes as the policy says it."""
    rules = (
        "materiality: {rules: [{id: any-word, fields: ['*'], when: any, class: editorial, because: Wir lesen alles.}], "
        "depth: {editorial: Only the words.}}\npolicy_change:"
    )
    scene.next_policy(("policy_change:", rules))
    scene.seal()
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    card = scene.path("1.2.0", "card.yaml")
    card.write_text(card.read_text().replace("task: triage of credit memos", "task: deciding"))
    result = verification.verify(verification.open_repository(Repository(scene.root)), at=datetime.now(UTC))
    document = strictyaml.read(card.read_bytes(), where="card.yaml")
    found = briefing.brief(result, Version(MODEL, "1.2.0"), document)
    assert {judged.rule.id for judged in found.delta.changes} == {"any-word"}
    assert (found.delta.gravest, found.depth) == ("editorial", "Only the words.")
