"""The worked examples: filled, sealed, and honest about what is missing.

Each is played once as far as its seal, with real git and real keys; one is played whole by the command.
"""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cognify import demo, strictyaml
from cognify.cli.demo import _EXAMPLES, _worked
from cognify.demo.stage import Stage
from tests import examples
from tests.docs import worked
from tests.examples import Played, here


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Played]]:
    """An example, played once as far as its seal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stage, "cognify", here)
        yield functools.partial(examples.played, tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module", params=demo.NAMES)
def played(
    request: pytest.FixtureRequest, play: Callable[[str], Played]
) -> Iterator[tuple[str, Stage, demo.Worked]]:
    yield request.param, *play(request.param)


def test_it_is_sealed_and_verifies(played: tuple[str, Stage, demo.Worked]) -> None:
    """Every approval is by a person's own key, and no two are one person's."""
    _, _, made = played
    (record,) = made.verdict["records"]
    people = [approval["person"] for approval in record["approvals"]]
    assert (made.verdict["verdict"], record["state"], record["model"]) == ("pass", "sealed", made.model)
    assert {approval["level"] for approval in record["approvals"]} == {"L2"}
    assert len(set(people)) == len(people) >= 2
    assert [f for f in made.verdict["findings"] if f["severity"] == "error"] == []


def test_the_readme_counts_what_was_counted(played: tuple[str, Stage, demo.Worked]) -> None:
    """`make fix` writes the table."""
    name, _, made = played
    assert worked.written(name) == worked.table(made)


def test_the_readme_names_each_gap_and_no_other(played: tuple[str, Stage, demo.Worked]) -> None:
    name, _, made = played
    assert worked.gaps(made) == worked.told_gaps(name)
    assert len(made.gaps) >= 1
    assert {gap["severity"] for gap in made.gaps} == {"warning"}


def test_most_of_what_is_asked_is_answered(played: tuple[str, Stage, demo.Worked]) -> None:
    """Of each pack: more rows present than partial and missing, and few missing."""
    _, _, made = played
    for id, counts in made.coverage:
        assert counts["present"] > counts["partial"] + counts["missing"] or counts["not_applicable"] > 50, id
        assert counts["missing"] <= 6, id


def _card(stage: Stage, made: demo.Worked) -> dict[str, Any]:
    path = stage.inventory / "models" / made.model / made.version / "card.yaml"
    card: Any = strictyaml.load(path.read_bytes(), where="card.yaml")
    return card


def test_nothing_is_pending_and_every_absence_has_a_reason(played: tuple[str, Stage, demo.Worked]) -> None:
    _, stage, made = played
    states = list(_states(_card(stage, made)))
    assert [state for state in states if state["state"] == "pending"] == []
    assert [state for state in states if not state["reason"].strip() or not state["by"].strip()] == []
    assert any(state["state"] == "not_available" for state in states)


def _states(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if "state" in part and "reason" in part:
            yield part
        for each in part.values():
            yield from _states(each)
    elif isinstance(part, list):
        for each in part:
            yield from _states(each)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _texts(each)


def test_no_answer_is_said_twice_by_two_firms() -> None:
    """What reads alike in the cards of two firms was copied from one to the other."""
    said = {
        name: {text for text in _texts(strictyaml.load((worked.FOLDER / name / "answers.yaml").read_bytes(), where=name))
               if " " in text and len(text) > 24}
        for name in demo.NAMES
    }  # fmt: skip
    shared = {(a, b): said[a] & said[b] for a in said for b in said if a < b}
    assert {pair: texts for pair, texts in shared.items() if texts} == {}
    assert min(map(len, said.values())) > 100


def test_the_command_offers_each_example() -> None:
    assert demo.NAMES == _EXAMPLES


def test_no_card_claims_a_verdict(played: tuple[str, Stage, demo.Worked]) -> None:
    name, _, _ = played
    for file in ("README.md", "answers.yaml", "example.yaml", "policy.yaml"):
        assert re.findall(r"(?i)compliant", (worked.FOLDER / name / file).read_text(encoding="utf-8")) == []


def test_days_are_in_order(played: tuple[str, Stage, demo.Worked]) -> None:
    """Purpose before training, training before validation, validation before release."""
    _, stage, made = played
    card = _card(stage, made)
    days = [card["use"]["stated_on"], card["training"]["started_at"][:10], card["model"]["release_date"]]
    if "completed_on" in card.get("validation", {}):
        days.insert(2, card["validation"]["completed_on"])
    assert days == sorted(days)


def test_the_bank_s_fine_tune_is_held_against_the_stand_ins(play: Callable[[str], Played]) -> None:
    """Inputs with file, digest and place, or with who said so; the conclusion in the words of the source."""
    stage, made = play("bank")
    done = stage.cognify("framework", "compute", made.model, made.version, "--format", "json")
    told = json.loads(done.out)
    part, whole = told["inputs"]
    assert part["from"]["replayed"] == "yes"
    assert (part["value"], part["from"]["at"], part["from"]["class"]) == (
        "302877739008.0",
        "json:/total_flos",
        "measured",
    )
    assert (whole["value"], whole["state"], whole["by"]) == (None, "not_available", "Mara Voss")
    assert [mark["above_one_third"] for mark in told["marks"]] == [False, False]
    assert (told["outcome"], "indicative test of points 59 to 61" in told["conclusion"]) == (
        "not above",
        True,
    )
    assert told["confidence"]["Guidelines, pts 59-60"] == "[verified: S4]"
    assert "decides nothing legally" in told["disclaimer"]


def test_a_model_without_a_base_modifies_none(play: Callable[[str], Played]) -> None:
    stage, made = play("insurer")
    done = stage.cognify("framework", "compute", made.model, made.version)
    assert "there is no modification to test" in done.out


def test_an_input_that_nobody_gives_is_named(play: Callable[[str], Played]) -> None:
    """`compute-unknown`, with the field and how to give it; and a number that its evidence does not give is refused."""
    stage, made = play("bank")
    path = stage.inventory / "models" / made.model / made.version / "card.yaml"
    whole = path.read_bytes()
    try:
        path.write_bytes(re.sub(rb"    training_flops:\n(      .*\n)+", b"", whole))
        done = stage.cognify("framework", "compute", made.model, made.version, expect=1)
        assert "warning[compute-unknown]: nobody says what the base model took" in done.out
        assert "give model.base.training_flops" in done.out
        path.write_bytes(whole.replace(b"flops: 302877739008.0", b"flops: 2877739008.0"))
        done = stage.cognify("framework", "compute", made.model, made.version, expect=2)
        assert "error[field-provenance]" in done.err
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("name", demo.NAMES)
def test_the_last_screen_says_what_is_evidenced_missing_and_to_be_opened(
    name: str, play: Callable[[str], Played]
) -> None:
    _, made = play(name)
    screen = _worked(made, name)
    wanted = [
        "VERDICT PASS",
        "evidenced",
        "honestly missing",
        "not proven",
        "open",
        *(id for id, _ in made.coverage),
    ]
    assert [word for word in wanted if word not in screen] == []
    readme = next(line.split()[-1] for line in screen.splitlines() if "what it is" in line)
    assert Path(readme).is_file()


@pytest.mark.slow
def test_the_command_plays_an_example_and_ends_with_one_screen(tmp_path: Path) -> None:
    """As a stranger would: another home, no git identity, no agent."""
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    environment |= {k: v for k, v in os.environ.items() if k.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-m", "cognify", "demo", "--example", "health", str(tmp_path / "made")],
        capture_output=True, text=True, env=environment, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    screen = done.stdout.partition("=" * 78)[2]
    assert [
        w for w in ("VERDICT PASS", "evidenced", "honestly missing", "not proven", "open") if w not in screen
    ] == []
    for name in ("site/index.html", "package.zip", "inventory/cognify.yaml"):
        assert (tmp_path / "made" / name).exists()
