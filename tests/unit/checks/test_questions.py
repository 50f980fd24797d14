"""What a sharp examiner would question: each finding has cards that draw it, and a twin that does not."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cognify import checks
from cognify.checks import Around, contradicted, gone, moved, prose, siblings, stale, watched
from cognify.checks.around import Rejection
from cognify.checks.draft import Draft
from cognify.checks.portfolio import Portfolio
from cognify.inventory import Inventory, Version, WorkTree, named
from cognify.records.finding import Finding
from cognify.strictyaml import splice

SETTINGS = "cognify: 1\ninventory: urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0aaa\nname: größe\norigin: example.org/n\n".encode()
ASKED = (
    contradicted.CONTRADICTED,
    watched.WATCHED,
    prose.PROSE,
    gone.GONE,
    moved.MOVED,
    stale.STALE,
    siblings.SIBLINGS,
)
OLD, NEW = named("größe-1".replace("ö", "oe").replace("ß", "ss"), "1.9.0"), named("groesse-1", "1.10.0")
A, B = "a" * 64, "b" * 64
Card = Mapping[str, Any]
Finds = Callable[..., list[Finding]]


@pytest.fixture
def finds(tmp_path: Path) -> Finds:
    def find(
        card: Card, earlier: Card | None = None, others: Mapping[str, Card] = {}, rejected: str = ""
    ) -> list[Finding]:
        tree = WorkTree(tmp_path)
        tree.write("cognify.yaml", SETTINGS)
        tree.write(NEW.card, splice.emit_document({"card": 1, **card}))
        if earlier is not None:
            tree.write(OLD.card, splice.emit_document({"card": 1, **earlier}))
        for model, other in others.items():
            tree.write(Version(model, "1").card, splice.emit_document({"card": 1, **other}))
        inventory = Inventory(tree)
        around = Around(
            lambda version: OLD if earlier is not None else None,
            lambda version: (
                (Rejection(Version("m", "1.9.5"), "Inés", "model-risk", rejected),) if rejected else ()
            ),
            Portfolio(inventory),
        )
        draft = Draft(inventory, NEW, around=around)
        return [finding for check in ASKED for finding in check(draft)]

    return find


def merged(card: Card, **sections: Any) -> dict[str, Any]:
    """*card* with *sections* put into it, one level deep."""
    found: dict[str, Any] = copy.deepcopy(dict(card))
    for name, section in sections.items():
        found[name] = {**found.get(name, {}), **section}
    return found


def run(value: Any = 0.8712, **more: Any) -> dict[str, Any]:
    return {
        "metric": "accuracy",
        "dataset": "test",
        "value": value,
        "n": 100,
        "unit": "share",
        "direction": "higher",
        **more,
    }


WHOLE: Card = {
    "record": {"tier": "high"},
    "model": {"type": "classifier", "license": "MIT", "base": {"id": "b", "revision": "r1", "license": "x"},
              "adaptation": {"method": "LORA"}},
    "use": {"intended_purpose": "Sort memos for the desk.", "decision_role": "informs", "foreseeable_misuse": "Deciding alone."},
    "data": {"datasets": [{"role": "train", "id": "memos", "digest": A, "relevance": "As the desk will see.", "license": "CC0"},
                          {"role": "test", "id": "memos-test", "digest": B}]},
    "training": {"hyperparameters": {"lr": 1, "batch": 2, "epochs": 3, "seed": 4}},
    "evaluation": {"runs": [run()], "subgroups": [{"metric": "accuracy", "attribute": "age", "group": "18", "value": 0.8}],
                   "thresholds": [{"metric": "accuracy", "comparator": "at_least", "value": 0.8, "dataset": "test"}]},
    "risk": {"limitations": [{"statement": "Short memos of small firms are read badly.", "impact": "Ranked by chance."}],
             "bias_mitigations": "Age is kept out of the text."},
    "change": {"log": [{"version": "1.10.0", "date": "2026-11-30", "summary": "Größer."}]},
}  # fmt: skip


def without(card: Card, *path: str) -> dict[str, Any]:
    found: dict[str, Any] = copy.deepcopy(dict(card))
    place: Any = found
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return found


NA = {"state": "not_applicable", "reason": "No person is described here.", "by": "mara"}
OTHER = merged(WHOLE, risk={"limitations": [{"statement": "Anderes."}]})
AGES = {
    "subgroups": [
        {"metric": "accuracy", "attribute": "age", "group": group, "value": 0.8} for group in ("18", "65+")
    ]
}
TWICE = merged(WHOLE, risk={"limitations": [*WHOLE["risk"]["limitations"], {"statement": "Zahlen nie."}]})
LONG = "The model ranks memos of the desk by how hard they are to read, and an analyst reads each of them before deciding. "
TWINS = {f"claims-{n}": merged(WHOLE, design={"rationale": f"Grund {n}"}) for n in range(5)}

# id: (what is said of it, the card that draws it, its twin, more)
PAIRS: list[tuple[str, str, Card, Card, dict[str, Any]]] = [
    ("field-gone", "told /risk/bias_mitigations (Age is kept out of the text.); now it is not there",
     without(WHOLE, "risk", "bias_mitigations"), WHOLE, {}),
    ("field-gone", "now it is not available", merged(WHOLE, risk={"bias_mitigations": {**NA, "state": "not_available"}}), WHOLE, {}),
    ("not-applicable-anew", "now it is not applicable: No person is described here.", merged(WHOLE, risk={"bias_mitigations": NA}), WHOLE, {}),
    ("metric-gone", "1.9.0 told accuracy · test, which is not told any more; new are recall · test",
     merged(WHOLE, evaluation={"runs": [run(metric="recall")]}), merged(WHOLE, evaluation={"runs": [run(), run(metric="recall")]}), {}),
    ("subgroup-gone", "1.9.0 told results by age; now there are results by none",
     without(WHOLE, "evaluation", "subgroups"), WHOLE, {}),
    ("subgroup-gone", "now there are results by region", merged(WHOLE, evaluation={"subgroups": [
        {"metric": "accuracy", "attribute": "region", "group": "n", "value": 0.8}]}), WHOLE, {}),
    ("limitation-gone", "“Short memos of small firms are read badly.”, which is not named any more; base model and data are as they were",
     OTHER, merged(WHOLE, risk={"limitations": [{"statement": "Short memos of very small firms are read badly."}]}), {}),
    ("threshold-loosened", "1.9.0 asked for accuracy at least 0.8 on test; now it is accuracy at least 0.7 on test",
     merged(WHOLE, evaluation={"thresholds": [{"metric": "accuracy", "comparator": "at_least", "value": 0.7, "dataset": "test"}]}),
     merged(WHOLE, evaluation={"thresholds": [{"metric": "accuracy", "comparator": "at_least", "value": 0.9, "dataset": "test"}]}), {}),
    ("threshold-loosened", "now there is none", merged(WHOLE, evaluation={"thresholds": [{"metric": "f1", "comparator": "at_least", "value": 0.7}]}),
     merged(WHOLE, evaluation={"thresholds": [*WHOLE["evaluation"]["thresholds"], {"metric": "f1", "comparator": "at_least", "value": 0.7}]}), {}),
    ("threshold-loosened", "1.9.0 asked for accuracy at least 0.8 on test; now there is none",
     merged(WHOLE, evaluation={"thresholds": NA}), WHOLE, {}),
    ("subgroup-gone", "1.9.0 told results by age (65+); now there are results by age", WHOLE, merged(WHOLE, evaluation=AGES),
     {"earlier": merged(WHOLE, evaluation=AGES)}),
    ("limitation-gone", "named the 2 limitations “Short memos of small firms are read badly.”, “Zahlen nie.”, which are not named",
     OTHER, TWICE, {"earlier": TWICE}),
    ("field-gone", "1.9.0 told /data/datasets[train · memos]/license (CC0); now it is not there",
     merged(WHOLE, data={"datasets": [without(WHOLE["data"]["datasets"][0], "license"), WHOLE["data"]["datasets"][1]]}), WHOLE, {}),
    ("field-gone", "1.9.0 told /risk/limitations[Short memos of small firms are read badly.]/impact",
     merged(WHOLE, risk={"limitations": [without(WHOLE["risk"]["limitations"][0], "impact")]}), WHOLE, {}),
    ("not-applicable-anew", "told /data/datasets (2 entries); now it is not applicable", merged(WHOLE, data={"datasets": NA}), WHOLE, {}),
    ("tier-lowered", "1.9.0 was of tier high; now it is low", merged(WHOLE, record={"tier": "low"}), WHOLE, {}),
    ("licence-changed", "/model/license was MIT in 1.9.0; now it is GPL-3.0", merged(WHOLE, model={"license": "GPL-3.0"}), WHOLE, {}),
    ("unit-changed", "unit was share in 1.9.0; now it is percent", merged(WHOLE, evaluation={"runs": [run(87.12, unit="percent")]}),
     merged(WHOLE, evaluation={"runs": [run(0.88)]}), {}),
    ("unit-changed", "direction was higher in 1.9.0; now it is lower", merged(WHOLE, evaluation={"runs": [run(direction="lower")]}), WHOLE, {}),
    ("digits-dropped", "accuracy is told to 1 digits (0.9); 1.9.0 told it to 4 (0.8712)", merged(WHOLE, evaluation={"runs": [run(0.9)]}),
     merged(WHOLE, evaluation={"runs": [run(0.901)]}), {}),
    ("results-not-comparable", "cannot be compared with 1.9.0: in release 2, before 1", merged(WHOLE, evaluation={"runs": [run(0.9012, tool_version="2")]}),
     merged(WHOLE, evaluation={"runs": [run(0.9012, tool_version="1")]}), {"earlier": merged(WHOLE, evaluation={"runs": [run(tool_version="1")]})}),
    ("prose-stale", "/model/base/revision (r1 → r2)", merged(WHOLE, model={"base": {"id": "b", "revision": "r2", "license": "x"}}),
     merged(WHOLE, model={"base": {"id": "b", "revision": "r2", "license": "x"}}, risk={
         "bias_mitigations": "Age and place are kept out.", "limitations": [{"statement": "Short memos of small firms are read badly.", "impact": "Ranked last."}]}), {}),
    ("prose-stale", "/data/datasets[train · memos]/relevance stands as it stood in 1.9.0",
     merged(WHOLE, data={"datasets": [{**WHOLE["data"]["datasets"][0], "digest": "c" * 64}, WHOLE["data"]["datasets"][1]]}),
     merged(WHOLE, data={"datasets": [WHOLE["data"]["datasets"][0], {**WHOLE["data"]["datasets"][1], "digest": "c" * 64}]}), {}),
    ("materiality-disputed", "by the rule base-changed, /model/base/revision is: it is another model underneath",
     merged(WHOLE, model={"base": {"id": "b", "revision": "r2", "license": "x"}}, change={"log": [
         {"version": "1.10.0", "date": "2026-11-30", "summary": "x", "material": {"decision": False, "reason": "y"}}]}),
     merged(WHOLE, change={"log": [{"version": "1.10.0", "date": "2026-11-30", "summary": "x", "material": {"decision": False, "reason": "y"}}]}), {}),
    ("rejection-unanswered", "Inés rejected 1.9.5 as model-risk: “no age bands”; nothing here says what became of that",
     WHOLE, merged(WHOLE, change={"log": [{"version": "1.10.0", "date": "2026-11-30", "summary": "Age bands, asked for at 1.9.5."}]}),
     {"rejected": "no age bands"}),
    ("rejection-unanswered", "Inés rejected 1.9.5", merged(WHOLE, change={"log": [
        {"version": "1.10.0", "date": "2026-11-30", "summary": "As 31.9.5 and 1.9.5.1 say; Inésita asked."}]}),
     merged(WHOLE, change={"log": [{"version": "1.10.0", "date": "2026-11-30", "summary": "Age bands, see v1.9.5."}]}),
     {"rejected": "no age bands"}),
    ("holdout-in-training", "memos-test is test data and has the very digest of /data/datasets/0",
     merged(WHOLE, data={"datasets": [WHOLE["data"]["datasets"][0], {**WHOLE["data"]["datasets"][1], "digest": A}]}), WHOLE, {}),
    ("not-applicable-contradicted", "/evaluation/subgroups does not apply, says the card (“No person is described here.”); "
     "/data/datasets/0/demographics gives 1 entries",
     merged(WHOLE, evaluation={"subgroups": NA}, data={"datasets": [{"role": "train", "id": "m", "demographics": [{"variable": "age", "group": "18"}]}]}),
     merged(WHOLE, evaluation={"subgroups": NA}), {"earlier": None}),
    ("not-applicable-contradicted", "/model/adaptation/method gives LORA", merged(WHOLE, model={"base": NA}), WHOLE, {"earlier": None}),
    ("not-applicable-contradicted", "/use/decision_role is replaces", merged(WHOLE, use={"decision_role": "replaces", "oversight": {"measures": NA}}),
     merged(WHOLE, use={"oversight": {"measures": NA}}), {"earlier": None}),
    ("monitoring-looser", "in use, accuracy is a breach below 0.7; it was accepted at least 0.8",
     merged(WHOLE, monitoring={"metrics": [{"metric": "Accuracy", "threshold": {"direction": "below", "breach": 0.7}}]}),
     merged(WHOLE, monitoring={"metrics": [{"metric": "Accuracy", "threshold": {"direction": "below", "breach": 0.8}},
                                           {"metric": "accuracy", "threshold": {"direction": "above", "breach": 0.9}},
                                           {"metric": "accuracy", "threshold": {"direction": "below", "warn": 0.7}}]}), {}),
    ("monitoring-looser", "is a breach above 0.3; it was accepted at most 0.2",
     merged(WHOLE, monitoring={"metrics": [{"metric": "loss", "threshold": {"direction": "above", "breach": 0.3}}]},
            evaluation={"thresholds": [{"metric": "loss", "comparator": "at_most", "value": 0.2}]}),
     merged(WHOLE, monitoring={"metrics": [{"metric": "loss", "threshold": {"direction": "above", "breach": 0.2}}]},
            evaluation={"thresholds": [{"metric": "loss", "comparator": "at_most", "value": 0.2}]}), {"earlier": None}),
    ("number-in-prose-unmatched", "/risk/bias_mitigations says 0.93, 91 %; no field of the card has that value",
     merged(WHOLE, risk={"bias_mitigations": "Accuracy of 0.93 and recall of 91 % were reached."}),
     merged(WHOLE, risk={"bias_mitigations": "Accuracy of 0.87, that is 87 % or 87.1%, was reached; see Art. 9.2, version 1.5, §4.1, 2026-11.30, §164.514."}),
     {"earlier": None}),
    ("dataset-name-reused", "memos has the digest aaaaaaaaaaaaaaaa… here, and bbbbbbbbbbbbbbbb… in claims-1",
     WHOLE, merged(WHOLE, data={"datasets": [{**WHOLE["data"]["datasets"][0], "version": "2"}]}),
     {"earlier": None, "others": {"claims-1": merged(WHOLE, data={"datasets": [{"role": "train", "id": "memos", "digest": B}]})}}),
    ("dataset-renamed", "memos holds the very bytes that claims-1 calls notes",
     WHOLE, merged(WHOLE, data={"datasets": [{**WHOLE["data"]["datasets"][0], "id": "notes"}]}),
     {"earlier": None, "others": {"claims-1": merged(WHOLE, data={"datasets": [{"role": "train", "id": "notes", "digest": A}]})}}),
    ("hyperparameters-fewer", "epochs: told by most of 5 other models that were trained by LORA, and not here",
     merged(WHOLE, training={"hyperparameters": {"lr": 1, "batch": 2, "seed": 4}}), WHOLE, {"earlier": None, "others": TWINS}),
    ("field-missing-here", "design.rationale: answered by nearly all of 5 other models of tier high, and not here",
     WHOLE, merged(WHOLE, design={"rationale": NA}), {"earlier": None, "others": TWINS}),
    ("prose-of-another-model", "/risk/caveats speaks of claims-1, which is another model, and is nearly word for word the text of claims-1",
     merged(WHOLE, risk={"caveats": LONG + "Claims-1 was not tried on letters."}),
     merged(WHOLE, risk={"caveats": LONG + "Letters were never tried, and neither were invoices, stamps, faxes or notes."}),
     {"earlier": None, "others": {"claims-1": merged(WHOLE, risk={"caveats": LONG + "Claims-1 was not tried on letters."})}}),
    ("prose-of-another-model", "/risk/caveats is nearly word for word the text of memo-2",
     merged(WHOLE, risk={"caveats": LONG + "Briefe nie."}), merged(WHOLE, risk={"caveats": f"{LONG} Only here was it tried on {LONG}"}),
     {"earlier": None, "others": {"memo-2": merged(WHOLE, risk={"caveats": LONG + "Briefe nie."})}}),
    ("reason-reused", "data.legal_basis", merged(WHOLE), WHOLE, {}),
]  # fmt: skip
PAIRS[-1] = (
    "reason-reused", "do not apply, all for one reason: “no person is described here.”",
    merged(WHOLE, risk={"bias_mitigations": NA, "fairness_approach": NA}, use={"populations": NA, "setting": NA}),
    merged(WHOLE, risk={"bias_mitigations": NA, "fairness_approach": NA}, use={"populations": NA}), {"earlier": None},
)  # fmt: skip


@pytest.mark.parametrize(
    ("id", "said", "card", "twin", "more"), PAIRS, ids=[f"{n}-{pair[0]}" for n, pair in enumerate(PAIRS)]
)
def test_each_draws_its_question_and_its_twin_does_not(
    finds: Finds, id: str, said: str, card: Card, twin: Card, more: dict[str, Any]
) -> None:
    more = {"earlier": WHOLE, **more}
    found = [finding for finding in finds(card, **more) if finding.id == id]
    assert any(said in finding.what for finding in found), [finding.what for finding in found]
    assert all(
        finding.pointer and finding.fix and finding.severity.value in ("warning", "note") for finding in found
    )
    assert not any(said in finding.what for finding in finds(twin, **more) if finding.id == id)


def test_every_question_has_its_pair() -> None:
    assert {pair[0] for pair in PAIRS} == {id for check in ASKED for id in check.ids}


def test_a_card_that_is_as_it_was_is_asked_nothing(finds: Finds) -> None:
    assert finds(WHOLE, WHOLE) == []
    assert finds(WHOLE) == []


def test_a_result_that_is_told_twice_stops_no_check(finds: Finds) -> None:
    """The worse one has no result before it of its own, and is held against the one that there is."""
    twice = merged(WHOLE, evaluation={"runs": [run(0.9012), run(0.5012, unit="percent")]})
    assert {finding.id for finding in finds(twice, WHOLE)} == {"results-not-comparable"}


def test_no_question_is_as_long_as_the_card_that_draws_it(finds: Finds) -> None:
    """Reasons without end, and thousands of limits for thousands of results, keep nobody waiting or reading."""
    reason = {**NA, "reason": "größer " * 20_000}
    asked = finds(
        merged(
            WHOLE,
            use=dict.fromkeys(("intended_purpose", "populations", "setting", "decision_role"), reason),
        ),
        WHOLE,
    )
    assert {finding.id for finding in asked} >= {"not-applicable-anew", "reason-reused"}
    assert max(len(finding.what) for finding in asked) < 600
    limits = [{"metric": f"m{n}", "comparator": "at_least", "value": 0.8} for n in range(2_000)]
    watched = [{"metric": f"M{n}", "threshold": {"direction": "below", "breach": 0.7}} for n in range(2_000)]
    data = [{"role": "train", "id": f"d{n}", "digest": A, "relevance": f"Größe {n}."} for n in range(2_000)]
    card = merged(
        WHOLE, evaluation={"thresholds": limits}, monitoring={"metrics": watched}, data={"datasets": data}
    )
    moved = merged(card, data={"datasets": [{**one, "digest": B} for one in data]})
    began = time.process_time()
    assert sum(finding.id == "monitoring-looser" for finding in finds(moved, card)) == 2_000
    assert time.process_time() - began < 8


def test_a_data_set_that_came_or_went_is_no_answer_that_is_gone(finds: Finds) -> None:
    one = merged(WHOLE, data={"datasets": WHOLE["data"]["datasets"][:1]})
    assert [finding.id for finding in finds(one, WHOLE)] == []


def test_no_two_questions_of_one_kind_share_a_place(finds: Finds) -> None:
    """Whoever explains one would explain the other, which they may never have seen."""
    limits = [{"metric": name, "comparator": "at_least", "value": 0.8} for name in ("f1", "auc", "recall")]
    before = merged(TWICE, evaluation={"thresholds": limits, "subgroups": AGES["subgroups"]})
    found = finds(
        merged(OTHER, evaluation={"thresholds": limits[2:], "subgroups": AGES["subgroups"][:1]}), before
    )
    places = [(finding.id, finding.pointer) for finding in found]
    assert len(places) == len(set(places)) == 3
    assert any("f1 at least 0.8; auc at least 0.8; now there is none like them" in f.what for f in found)


def test_the_model_of_a_name_like_any_word_is_not_looked_for(finds: Finds) -> None:
    """`memos` is a word; only a name that is hardly one says that a text speaks of a model."""
    text = merged(WHOLE, risk={"caveats": LONG + "So memos it is."})
    assert finds(text, others={"memos": merged(WHOLE)}) == []


def test_what_is_named_for_a_reason_may_be_named(finds: Finds) -> None:
    text = merged(
        WHOLE, dependencies={"upstream": [{"name": "x", "reason": LONG + "It reads what claims-1 wrote."}]}
    )
    assert finds(text, others={"claims-1": {}}) == []


def test_every_check_that_asks_is_run_by_check_and_told_in_the_manual() -> None:
    assert set(checks.QUESTIONS) <= set(checks.CHECKS)
    assert set(ASKED) <= set(checks.QUESTIONS)
    manual = (Path(__file__).parents[3] / "docs/checks.md").read_text(encoding="utf-8")
    for check in (*ASKED, *(each for each in checks.QUESTIONS if "time-order-impossible" in each.ids)):
        for id in check.ids:
            section = manual.partition(f"**`{id}`.**")[2].partition("\n## ")[0].partition("**`")[0]
            assert all(
                part in section for part in ("*Why an examiner asks.*", "*How to mend.*", "*How to explain.*")
            ), id
