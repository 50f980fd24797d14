"""How much a change of a card matters, by rules that somebody declared before it was made. Pure.

The first rule that fits decides: those of the policy, in their order, then the shipped ones. What a
card says of itself (`change.log`) decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from cognify.records import card as cards
from cognify.records import outcomes
from cognify.records.alignment import ADDED, CHANGED, REMOVED, TESTS, Change
from cognify.records.comparability import WORSE, Compared

MATERIAL, MINOR, EDITORIAL, UNCHANGED = "material", "minor", "editorial", "unchanged"
CLASSES: Final = (MATERIAL, MINOR, EDITORIAL)
"""From the gravest to the lightest."""
WHEN: Final[Mapping[str, str]] = {
    "any": "it is another in any way",
    "added": "it was not there before",
    "removed": "it is not there any more",
    "changed": "it was there before and is another now",
    "state": "it had a value before, and has a state with a reason now",
    "words": "only case, spaces, punctuation between words, or the order of a list changed",
    "looser": "a limit lets more pass than before",
    "lower": "a tier is lower than before",
    "worse": "a result is worse than before",
    "clearly-worse": "a result is worse, and its interval does not meet the one before",
    "not-comparable": "a result was measured in another way or on other data",
    "training-data": "a result is on data that the model was trained on",
    "beyond": "a number moved by more than the share `by` of what it was",
}
"""What a rule may ask of a change."""
DEPTH: Final[Mapping[str, str]] = {
    MATERIAL: "the whole record: what changed, and whether everything else still holds with it",
    MINOR: "what changed, and the results",
    EDITORIAL: "the words that changed",
    UNCHANGED: "that nothing changed",
}
"""How far a review goes, unless the policy says otherwise."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Which changes it is about, and their class.

    `fields` are dotted names, each with all that is below it; `*` is every field.
    """

    id: str
    fields: tuple[str, ...]
    when: str
    kind: str
    because: str
    by: str = ""

    def is_about(self, change: Change) -> bool:
        """Whether *change* lies in one of its fields."""
        return any(name in ("*", change.name) or change.name.startswith(f"{name}.") for name in self.fields)


@dataclass(frozen=True, slots=True)
class Judged:
    """A change with its class, and the rule that decided; `compared` for a result of both cards."""

    change: Change
    kind: str
    rule: Rule
    compared: Compared | None = None
    on_training_data: bool = False


def judge(
    change: Change, rules: tuple[Rule, ...], compared: Compared | None = None, *, training: bool = False
) -> Judged:
    """The class of *change* by the first of *rules* that fits; the shipped ones always come last."""
    fitting = (
        rule for rule in (*rules, *SHIPPED)
        if rule.is_about(change) and _fits(rule, change, compared, training)
    )  # fmt: skip
    rule = next(fitting)  # the last of the shipped rules fits every change
    return Judged(change, rule.kind, rule, compared, training)


def declared(policy: Mapping[str, Any]) -> tuple[tuple[Rule, ...], Mapping[str, str]]:
    """The rules that the policy *policy* (as data) declares, and how far it lets reviews go, by class."""
    said = policy.get("materiality")
    said = said if isinstance(said, Mapping) else {}
    rules = tuple(
        Rule(one["id"], tuple(one["fields"]), one["when"], one["class"], one["because"], one.get("by", ""))
        for one in said.get("rules", ())
    )
    return rules, {**DEPTH, **said.get("depth", {})}


def nonsense(policy: Mapping[str, Any]) -> str:
    """What no rule of *policy* (as data of the right shape) could mean; empty if each could."""
    rules, _ = declared(policy)
    for rule in rules:
        unknown = [name for name in rule.fields if name != "*" and name not in cards.names()]
        if unknown:
            return f"materiality/{rule.id}: no card has a field {unknown[0]!r}"
        if bool(rule.by) is not (rule.when == "beyond"):
            return f"materiality/{rule.id}: `by` belongs to `beyond`, and `beyond` needs it"
    ids = [rule.id for rule in rules]
    twice = next((id for id in ids if ids.count(id) > 1 or id in {one.id for one in SHIPPED}), "")
    return f"materiality: {twice!r} is the name of two rules, or of one that ships" if twice else ""


def _fits(rule: Rule, change: Change, compared: Compared | None, training: bool) -> bool:
    if rule.when in (ADDED, REMOVED, CHANGED):
        return change.kind == rule.when
    if rule.when == "beyond":
        return _beyond(change, Decimal(rule.by))
    if rule.when in _OF_A_CHANGE:
        return _OF_A_CHANGE[rule.when](change)
    if rule.when == "training-data":
        return training
    return compared is not None and _OF_A_RESULT[rule.when](compared)


def looser(change: Change) -> bool:
    """Whether *change*, of `evaluation.thresholds` or an entry, lets more pass than before, or anything."""
    if change.name != "evaluation.thresholds" or change.kind == ADDED:
        return False
    if change.kind == REMOVED:
        return True
    if not isinstance(change.was, Mapping) or not isinstance(change.now, Mapping):
        return isinstance(change.was, list)  # with a reason in the place of all of them
    before, after = (_number(side.get("value")) for side in (change.was, change.now))
    if before is None or after is None or before == after:
        return False
    return (after < before) is (change.now.get("comparator") in ("at_least", "above"))


def _number(value: Any) -> Decimal | None:
    return Decimal(str(value)) if outcomes.is_number(value) else None


def lower(change: Change) -> bool:
    """Whether *change* is from a tier to a lower one."""
    ranks = [cards.TIERS.index(tier) if tier in cards.TIERS else -1 for tier in (change.was, change.now)]
    return -1 < ranks[1] < ranks[0]


def _beyond(change: Change, share: Decimal) -> bool:
    was, now = _number(change.was), _number(change.now)
    return was is not None and now is not None and abs(now - was) > share * abs(was)


def _words(value: Any) -> Any:
    """*value* without what only a proof-reader sees; what is no text equals nothing.

    Signs and what stands within a number stay: `< 0.5` is neither `> 0.5` nor `< 05`.
    """
    if isinstance(value, str):
        words = _HYPHEN.sub(" ", value.casefold()).split()
        return [word for each in words if (word := each.rstrip(_AFTER).lstrip(_BEFORE))]
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return sorted(value)
    return object()


_BEFORE, _HYPHEN = "\"'“”‘’„«»([{", re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_AFTER = f"{_BEFORE})]}}.,;:!?…"


def _given_up(change: Change) -> bool:
    return change.kind == CHANGED and cards.state_of(change.was) is None and bool(cards.state_of(change.now))


_OF_A_CHANGE: Mapping[str, Callable[[Change], bool]] = {
    "any": lambda change: True,
    "state": _given_up,
    "words": lambda change: change.kind == CHANGED and _words(change.was) == _words(change.now),
    "looser": looser,
    "lower": lower,
}
_OF_A_RESULT: Mapping[str, Callable[[Compared], bool]] = {
    "worse": lambda compared: compared.direction == WORSE,
    "clearly-worse": lambda compared: compared.clearly_worse,
    "not-comparable": lambda compared: compared.comparable is False,
}


def _rule(id: str, kind: str, when: str, because: str, *fields: str) -> Rule:
    return Rule(id, fields, when, kind, because)


SHIPPED: Final[tuple[Rule, ...]] = (
    _rule("words-only", EDITORIAL, "words", "the same is said in other words or in another order",
          "parties", "model.description", "use", "data", "risk", "governance", "validation", "design",
          "evaluation.metric_rationale", "evaluation.unmeasured", "monitoring"),
    _rule("answer-given-up", MATERIAL, "state", "there was an answer, and now there is a reason for none",
          "*"),
    _rule("tier-lowered", MATERIAL, "lower", "a lower tier asks for less review", "record.tier"),
    _rule("tier-raised", MATERIAL, "changed", "the tier decides who reviews, and what", "record.tier"),
    _rule("result-on-training-data", MINOR, "training-data",
          "a result on the training data is no evidence of how good the model is", "evaluation.runs"),
    _rule("result-gone", MATERIAL, "removed", "what was measured before is not measured any more",
          "evaluation.runs", "evaluation.subgroups", "evaluation.intersectional", "evaluation.external",
          "evaluation.local", "evaluation.baseline", *(f"evaluation.{name}" for name in TESTS)),
    _rule("result-not-comparable", MATERIAL, "not-comparable",
          "the numbers of the two versions cannot be held against each other",
          "evaluation.runs", "evaluation.external", "evaluation.local"),
    _rule("result-worse", MATERIAL, "worse", "the model got worse at it", "evaluation.runs",
          "evaluation.external", "evaluation.local"),
    _rule("group-clearly-worse", MATERIAL, "clearly-worse", "the model got worse for a group",
          "evaluation.subgroups", "evaluation.intersectional"),
    _rule("test-failed", MATERIAL, "any", "results that were left out, or failed, are part of the evidence",
          "evaluation.excluded"),
    _rule("test-told-otherwise", MATERIAL, "changed", "whether a test was passed is part of the evidence",
          *(f"evaluation.{name}.result" for name in TESTS), "monitoring.tests.result",
          "deployment.parity_test.result"),
    _rule("threshold-moved", MATERIAL, "any", "the limits decide what may be approved",
          "evaluation.thresholds"),
    _rule("evaluated-weights", MATERIAL, "removed", "it told which weights the results are of",
          "evaluation.weights"),
    _rule("result-moved", MINOR, "any", "results of other weights are other results", "evaluation.runs",
          "evaluation.subgroups", "evaluation.intersectional", "evaluation.weights", "evaluation.baseline",
          "evaluation.external", "evaluation.local"),
    _rule("base-untold", MATERIAL, "removed", "it does not tell any more which model is underneath",
          "model.base"),
    _rule("base-changed", MATERIAL, "any", "it is another model underneath", "model.base"),
    _rule("model-changed", MATERIAL, "any", "it is another kind of model, or decides in another way",
          "model.type", "model.task", "model.architecture", "model.output_type", "model.modalities",
          "model.decision_threshold", "model.generative", "model.agentic", "model.self_updating",
          "model.origin", "model.license", "model.adaptation.method", "model.components", "model.overlays"),
    _rule("use-changed", MATERIAL, "any", "what it is for, and for whom, was approved as it was",
          "use"),
    _rule("data-changed", MATERIAL, "any", "it learned from, or was tested on, other data",
          "data.datasets.digest", "data.datasets.role", "data.datasets.id", "data.splits", "data.separation",
          "data.privacy.status", "data.privacy.method", "data.agreements"),
    _rule("data-set-gone-or-new", MATERIAL, "added", "it learned from, or was tested on, other data",
          "data.datasets"),
    _rule("data-set-gone-or-new", MATERIAL, "removed", "it learned from, or was tested on, other data",
          "data.datasets"),
    _rule("risk-changed", MATERIAL, "any", "what may go wrong was weighed as it was", "risk"),
    _rule("watch-changed", MATERIAL, "any", "it decides when somebody looks again", "monitoring.metrics",
          "monitoring.frequency", "monitoring.deactivation"),
    _rule("applicability-changed", MATERIAL, "any", "it decides which rules are held against the model",
          "governance.frameworks", "governance.applicability", "governance.exceptions"),
    _rule("validation-changed", MATERIAL, "any", "the approval rests on it", "validation.conclusion",
          "validation.findings", "validation.conditions_of_use", "validation.validator"),
    _rule("treatment-changed", MATERIAL, "any", "it decides what a person is told, or whether groups are "
          "treated alike", "reasons.codes", "fairness.conclusion", "fairness.assessment"),
    _rule("answer-gone", MATERIAL, "removed", "there was an answer, and now there is none", "*"),
    _rule("otherwise", MINOR, "any", "no rule says that it matters more", "*"),
)  # fmt: skip
"""The rules that hold where the policy says nothing; docs/delta.md tells them."""
