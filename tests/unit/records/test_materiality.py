"""How much a change matters, and whether two results may be compared: each rule with what it lets pass."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cognify import strictyaml
from cognify.errors import MalformedRecord
from cognify.records import comparability, delta, loosening, materiality, policy
from cognify.records.alignment import Change
from cognify.records.materiality import Rule
from cognify.strictyaml import splice

A, B = "a" * 64, "b" * 64
_BASE = {"model": {"base": {"id": "b", "revision": "r1"}, "license": "x"}}


def result(value: str = "0.8", *, digest: str = A, **more: Any) -> dict[str, Any]:
    run = {
        "metric": "accuracy",
        "dataset": "test",
        "value": Decimal(value),
        "n": 100,
        "direction": "higher",
        **more,
    }
    return {
        "data": {"datasets": [{"role": "train", "id": "train", "digest": digest}, {"role": "test", "id": "test", "digest": digest}]},
        "evaluation": {"runs": [{key: part for key, part in run.items() if part is not None}]},
    }  # fmt: skip


def ci(low: str, high: str) -> dict[str, Any]:
    return {"low": Decimal(low), "high": Decimal(high), "level": Decimal("0.95")}


def compared(was: dict[str, Any], now: dict[str, Any]) -> comparability.Compared:
    return comparability.compare(was["evaluation"]["runs"][0], now["evaluation"]["runs"][0], was, now)


@pytest.mark.parametrize(("was", "now", "direction"), [
    (result(), result("0.7"), "worse"), (result(), result("0.9"), "better"), (result(), result("0.80"), ""),
    (result(direction="lower"), result("0.7", direction="lower"), "better"),
    (result(direction=None), result("0.7", direction=None), ""),
    (result(), result("0.7", direction=None), "worse"),
    (result(value="0.8"), {**result(), "evaluation": {"runs": [{"metric": "accuracy", "value": {"state": "withheld"}}]}}, ""),
])  # fmt: skip
def test_which_way_a_result_went(was: dict[str, Any], now: dict[str, Any], direction: str) -> None:
    assert compared(was, now).direction == direction


def test_a_group_goes_the_way_of_its_metric() -> None:
    """A result for a group says no direction of its own; if results of the metric contradict, nobody knows."""
    card = result()
    runs = card["evaluation"]["runs"]
    was, now = ({"metric": "Accuracy", "value": Decimal(v)} for v in ("0.5", "0.4"))
    assert comparability.compare(was, now, card, card).direction == "worse"
    runs.append({"metric": "accuracy", "direction": "lower"})
    assert comparability.compare(was, now, card, card).direction == ""
    assert comparability.compare(was, now, {"evaluation": {"state": "pending"}}, {}).direction == ""


@pytest.mark.parametrize(("was", "now", "comparable", "because"), [
    (result(), result("0.7"), True, ()),
    (result(), result("0.7", digest=B, n=120), False, ("test is other data than before (n 100 → 120)",)),
    (result(), result("0.7", digest=B), False, ("test is other data than before (n 100 both times)",)),
    (result(n=None), result("0.7", digest=B), False, ("test is other data than before",)),
    (result(tool="lm-eval", tool_version="0.4.2"), result("0.7", tool="lm-eval", tool_version="0.4.9"), False,
     ("in release 0.4.9, before 0.4.2",)),
    (result(judge="a"), result("0.7", judge="b"), False, ("judged by b, before a",)),
    (result(unit="share"), result("0.7", unit="percent"), False, ("in percent, before share",)),
    (result(conditions={"shots": 5}), result("0.7", conditions={"shots": 0}), False, ("under shots 0, before shots 5",)),
    (result(judge="a"), result("0.7"), False, ("before judged by a, now untold",)),
    (result(unit="share"), result("0.7"), False, ("before in share, now untold",)),
    (result(unit="share"), result("0.7", unit={"state": "withheld", "reason": "x"}), False, ("before in share, now untold",)),
    (result(), result("70", unit="percent"), None, ("in percent, before untold",)),
    (result(judge={"state": "not_applicable", "reason": "x"}), result("0.7", judge="b"), True, ()),
    (result(), result("0.7", direction="lower"), False, ("better is lower, before higher",)),
    ({"evaluation": result()["evaluation"]}, {"evaluation": result("0.7")["evaluation"]}, None,
     ("nothing tells that test is the same data as before",)),
    ({"evaluation": result()["evaluation"]}, {"evaluation": result("0.7", n=90)["evaluation"]}, False,
     ("test is other data, or another part of it, than before (n 100 → 90)",)),
    (result(), result(n=90), False, ("test is other data, or another part of it, than before (n 100 → 90)",)),
    ({"evaluation": {"runs": [{"metric": "m"}]}}, {"evaluation": {"runs": [{"metric": "m"}]}}, None,
     ("nothing tells that the data set is the same data as before",)),
])  # fmt: skip
def test_what_may_be_compared(was: Any, now: Any, comparable: bool | None, because: tuple[str, ...]) -> None:
    found = compared(was, now)
    assert (found.comparable, found.because) == (comparable, because)


def test_another_result_of_its_metric_does_not_turn_the_way_that_a_result_went() -> None:
    """What was better in the version before is what decides; a card that turns it cannot be compared."""
    was, now = result("0.9"), result("0.8", direction=None)
    now["evaluation"]["runs"].append({"metric": "accuracy", "dataset": "else", "direction": "lower"})
    found = compared(was, now)
    assert (found.direction, found.comparable) == ("", False)
    assert first(was, now) == ("material", "result-not-comparable")


def test_a_worse_result_does_not_hide_behind_a_better_one_of_its_name() -> None:
    was, now = result("0.9"), result("0.95")
    now["evaluation"]["runs"].append({**now["evaluation"]["runs"][0], "value": Decimal("0.5")})
    assert first(was, now) == ("material", "result-worse")
    assert first(was, result("0.95")) == ("minor", "result-moved")


@pytest.mark.parametrize(("was", "now", "apart", "clearly"), [
    (ci("0.7", "0.9"), ci("0.6", "0.8"), False, False), (ci("0.75", "0.85"), ci("0.6", "0.74"), True, True),
    (None, ci("0.6", "0.8"), None, True), (ci("0.7", "0.9"), {"low": Decimal("0.6")}, None, True),
])  # fmt: skip
def test_whether_it_may_be_chance(was: Any, now: Any, apart: bool | None, clearly: bool) -> None:
    found = compared(result(ci=was), result("0.7", ci=now))
    assert (found.apart, found.clearly_worse) == (apart, clearly)


def first(was: dict[str, Any], now: dict[str, Any], *rules: Rule) -> tuple[str, str]:
    """Class and rule of the gravest change."""
    judged = delta.delta(was, now, rules).changes[0]
    return judged.kind, judged.rule.id


def card(**sections: Any) -> dict[str, Any]:
    return sections


SHIPPED = [
    ("another base", _BASE, {"model": {"base": {"id": "b", "revision": "r2"}, "license": "x"}}, ("material", "base-changed")),
    ("base not told", _BASE, {"model": {"base": {"id": "b"}, "license": "x"}}, ("material", "base-untold")),
    ("worse", result(), result("0.7"), ("material", "result-worse")),
    ("better", result(), result("0.9"), ("minor", "result-moved")),
    ("other data", result(), result("0.9", n=50), ("material", "result-not-comparable")),
    ("gone", result(), {**result(), "evaluation": {"runs": []}}, ("material", "result-gone")),
    ("new", {**result(), "evaluation": {}}, result(), ("minor", "result-moved")),
    ("on training data", result(dataset="train"), result("0.5", dataset="train"), ("minor", "result-on-training-data")),
    ("tier lowered", card(record={"tier": "high"}), card(record={"tier": "low"}), ("material", "tier-lowered")),
    ("tier raised", card(record={"tier": "low"}), card(record={"tier": "high"}), ("material", "tier-raised")),
    ("tier odd", card(record={"tier": "low"}), card(record={"tier": "none"}), ("material", "tier-raised")),
    ("words", card(use={"intended_purpose": "Sort memos."}), card(use={"intended_purpose": "sort  memos"}), ("editorial", "words-only")),
    ("a sign", card(use={"intended_purpose": "Income > 600"}), card(use={"intended_purpose": "Income < 600"}), ("material", "use-changed")),
    ("a point", card(use={"intended_purpose": "Up to $1,500.00"}), card(use={"intended_purpose": "Up to $15,000.0"}), ("material", "use-changed")),
    ("a fraction", card(use={"intended_purpose": "Above .5 only"}), card(use={"intended_purpose": "Above 5 only"}), ("material", "use-changed")),
    ("a space", card(use={"intended_purpose": "It is notable to decide."}), card(use={"intended_purpose": "It is not able to decide."}),
     ("material", "use-changed")),
    ("quotes", card(use={"intended_purpose": "“Well-known” memos (small)."}), card(use={"intended_purpose": "Well known memos, small"}),
     ("editorial", "words-only")),
    ("a test failed", card(evaluation={"security": [{"test": "jailbreak", "result": "pass"}]}),
     card(evaluation={"security": [{"test": "jailbreak", "result": "fail"}]}), ("material", "test-told-otherwise")),
    ("a reason code", card(reasons={"codes": [{"code": "R1", "text": "Income"}]}),
     card(reasons={"codes": [{"code": "R1", "text": "Score"}]}), ("material", "treatment-changed")),
    ("order", card(use={"cases": ["a", "b"]}), card(use={"cases": ["b", "a"]}), ("editorial", "words-only")),
    ("purpose", card(use={"intended_purpose": "Sort memos."}), card(use={"intended_purpose": "Decide."}), ("material", "use-changed")),
    ("given up", card(use={"populations": "Adults"}), card(use={"populations": {"state": "not_available", "reason": "x"}}),
     ("material", "answer-given-up")),
    ("answered", card(design={"method": {"state": "not_available"}}), card(design={"method": "Trees"}), ("minor", "otherwise")),
    ("no answer", card(design={"method": "Trees"}), card(design={}), ("material", "answer-gone")),
    ("group worse", {**result(), "evaluation": {**result()["evaluation"], "subgroups": [
        {"metric": "accuracy", "attribute": "age", "group": "18", "value": Decimal("0.8"), "ci": ci("0.79", "0.81")}]}},
     {**result(), "evaluation": {**result()["evaluation"], "subgroups": [
        {"metric": "accuracy", "attribute": "age", "group": "18", "value": Decimal("0.6"), "ci": ci("0.59", "0.61")}]}},
     ("material", "group-clearly-worse")),
    ("limit", {"evaluation": {"thresholds": [{"metric": "m", "comparator": "at_least", "value": Decimal("0.8")}]}},
     {"evaluation": {"thresholds": [{"metric": "m", "comparator": "at_least", "value": Decimal("0.9")}]}},
     ("material", "threshold-moved")),
    ("data", result(), result(digest=B), ("material", "data-changed")),
    ("setting", card(training={"hyperparameters": {"lr": 1}}), card(training={"hyperparameters": {"lr": 2}}), ("minor", "otherwise")),
]  # fmt: skip


@pytest.mark.parametrize(("was", "now", "expected"), [c[1:] for c in SHIPPED], ids=[c[0] for c in SHIPPED])
def test_the_shipped_rules(was: Any, now: Any, expected: tuple[str, str]) -> None:
    assert first(was, now) == expected


def rule(when: str, kind: str = "material", by: str = "", *fields: str) -> Rule:
    return Rule("own", fields or ("*",), when, kind, "because", by)


@pytest.mark.parametrize(("own", "was", "now", "expected"), [
    (rule("any", "editorial", "", "model.base"), _BASE, {"model": {"base": {"id": "b", "revision": "r2"}, "license": "x"}}, "own"),
    (rule("any", "editorial", "", "model.bas"), _BASE, {"model": {"base": {"id": "b", "revision": "r2"}, "license": "x"}}, "base-changed"),
    (rule("beyond", "material", "0.1", "training.flops"), card(training={"flops": 100}), card(training={"flops": 111}), "own"),
    (rule("beyond", "material", "0.1", "training.flops"), card(training={"flops": 100}), card(training={"flops": 110}), "otherwise"),
    (rule("beyond", "material", "0.1", "training.flops"), card(training={"flops": {"state": "withheld"}}), card(training={"flops": 110}), "otherwise"),
    (rule("added"), card(design={}), card(design={"method": "x"}), "own"),
    (rule("changed"), card(design={}), card(design={"method": "x"}), "otherwise"),
    (rule("worse"), result(), result("0.7"), "own"), (rule("worse"), result(), result("0.9"), "result-moved"),
    (rule("clearly-worse"), result(ci=ci("0.7", "0.9")), result("0.7", ci=ci("0.6", "0.8")), "result-worse"),
    (rule("not-comparable"), result(), result("0.9", n=3), "own"),
    (rule("training-data"), result(dataset="train"), result("0.9", dataset="train"), "own"),
    (rule("looser"), {"evaluation": {"thresholds": [{"metric": "m", "comparator": "at_least", "value": 2}]}},
     {"evaluation": {"thresholds": [{"metric": "m", "comparator": "at_least", "value": 1}]}}, "own"),
])  # fmt: skip
def test_a_rule_of_the_policy_comes_first(own: Rule, was: Any, now: Any, expected: str) -> None:
    assert first(was, now, own)[1] == expected


def limit(comparator: str, value: Any) -> dict[str, Any]:
    return {"metric": "m", "comparator": comparator, "value": value}


@pytest.mark.parametrize(("was", "now", "kind", "looser"), [
    (limit("at_least", 2), limit("at_least", 1), "changed", True), (limit("at_least", 1), limit("at_least", 2), "changed", False),
    (limit("above", 2), limit("above", 1), "changed", True), (limit("at_most", 1), limit("at_most", 2), "changed", True),
    (limit("below", 2), limit("below", 1), "changed", False), (limit("at_least", 2), None, "removed", True),
    (None, limit("at_least", 2), "added", False), (limit("at_least", 1), limit("at_least", {"state": "withheld"}), "changed", False),
    (limit("at_least", 1), {**limit("at_least", 1), "rationale": "x"}, "changed", False),
    ([limit("at_least", 1)], {"state": "not_applicable", "reason": "x"}, "changed", True),
    ({"state": "pending", "reason": "x"}, [limit("at_least", 1)], "changed", False),
])  # fmt: skip
def test_what_lets_more_pass(was: Any, now: Any, kind: str, looser: bool) -> None:
    assert materiality.looser(Change("p", "evaluation.thresholds", kind, "/x", "/x", was, now)) is looser
    assert not materiality.looser(Change("p", "evaluation.runs", "removed", "/x", None, was, now))


def test_a_delta_tells_the_gravest_first_and_leaves_out_what_people_say_of_it() -> None:
    was = card(
        design={"method": "x", "rationale": "y"},
        change={"log": [{"version": "1", "date": "2026-01-01", "summary": "s"}]},
    )
    now = card(
        design={"method": "z"}, change={"log": [{"version": "2", "date": "2026-01-01", "summary": "s"}]}
    )
    found = delta.delta(was, now)
    assert [judged.kind for judged in found.changes] == ["material", "minor"]
    assert dict(found.summary) == {"material": 1, "minor": 1, "editorial": 0, "unchanged": 0}
    assert delta.delta(was, was).gravest == "unchanged"
    assert [change.name for change in delta.delta(was, was).prose] == ["design.method", "design.rationale"]


@pytest.mark.parametrize(
    ("material", "disputed"),
    [({"decision": False, "reason": "x"}, 1), ({"decision": True}, 0), (None, 0), ("no", 0)],
)
def test_a_card_may_not_call_itself_immaterial(material: Any, disputed: int) -> None:
    entry = {
        "version": "2",
        "summary": "Nur ein Wort geändert.",
        **({"material": material} if material else {}),
    }
    said = delta.said(card(change={"log": [entry, {"version": "1"}, "no entry"]}), "2")
    assert [one.pointer for one in said] == ["/change/log/0"]
    grave, light = delta.delta(card(design={"method": "x"}), card(design={})), delta.delta(card(), card())
    assert len(delta.disputed(grave, said)) == disputed
    assert delta.disputed(light, said) == ()


def test_an_entry_without_words_says_nothing() -> None:
    assert (
        delta.said(card(change={"log": [{"version": "2", "summary": {"state": "pending"}}]}), "2")[0].summary
        == ""
    )
    assert delta.said(card(change={"log": {"state": "pending"}}), "2") == ()


POLICY: dict[str, Any] = {
    "version": 1, "inventory": "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0aaa",
    "people": {"ines": {"name": "Inés", "roles": ["model-risk"], "keys": [
        {"ssh": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"}]}},
    "signoff": [{"tiers": ["low"], "all_of": [{"role": "model-risk", "min": 1}]}],
}  # fmt: skip
OWN = {
    "id": "prompt",
    "fields": ["use.cases"],
    "when": "any",
    "class": "material",
    "because": "The desk reads it.",
}


def parsed(**materiality: Any) -> policy.Policy:
    data = {**POLICY, "materiality": materiality} if materiality else POLICY
    return policy.parse(splice.emit_document(data), where="policy/0001.yaml")


def test_a_policy_declares_rules_and_depth() -> None:
    rules, depth = materiality.declared(parsed(rules=[OWN], depth={"minor": "Nur das Neue."}).data)
    assert [(one.id, one.kind, one.fields) for one in rules] == [("prompt", "material", ("use.cases",))]
    assert (depth["minor"], depth["material"]) == ("Nur das Neue.", materiality.DEPTH["material"])
    assert materiality.declared(parsed().data) == ((), materiality.DEPTH)


@pytest.mark.parametrize(("rules", "said"), [
    ([{**OWN, "fields": ["use.casse"]}], "no card has a field 'use.casse'"),
    ([{**OWN, "when": "beyond"}], "`by` belongs to `beyond`"), ([{**OWN, "by": "0.1"}], "`by` belongs to `beyond`"),
    ([OWN, OWN], "'prompt' is the name of two rules"), ([{**OWN, "id": "otherwise"}], "'otherwise' is the name of two"),
    ([{**OWN, "when": "sometimes"}], "/materiality/rules/0/when"), ([{**OWN, "because": " "}], "/materiality/rules/0/because"),
])  # fmt: skip
def test_rules_that_could_not_mean_what_they_say(rules: list[Any], said: str) -> None:
    with pytest.raises(MalformedRecord, match="materiality") as caught:
        parsed(rules=rules)
    assert caught.value.fault == "policy-schema"
    assert said in caught.value.what
    assert parsed(rules=[{**OWN, "when": "beyond", "by": "0.1", "fields": ["*"]}])


def test_other_rules_are_told_where_a_policy_follows_another() -> None:
    told = "what counts as a material change is another than before"
    assert told in loosening.lowered(parsed(), parsed(rules=[OWN]))
    assert told not in loosening.lowered(parsed(rules=[OWN]), parsed(rules=[OWN]))


def test_strict_yaml_reads_what_the_manual_shows() -> None:
    assert strictyaml.load(b'by: "0.1"\n', where="x") == {"by": "0.1"}
