"""`cognify framework`: what there is, what differs, and what a firm's own pack gets wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenario import MODEL, Scene

SR, CARDS = "sr-26-2@2026-04", "model-card@mitchell-2019-v2"
HOUSE = "house@2026"


def begun(scene: Scene, *more: str) -> Path:
    done = scene.must("framework", "new", HOUSE, *more)
    assert done.out == f"frameworks/{HOUSE}.yaml\n"
    return scene.root / "frameworks" / f"{HOUSE}.yaml"


def test_what_there_is(scene: Scene) -> None:
    """Shipped and own, in an inventory; outside of one those that ship."""
    begun(scene)
    told = {row["id"]: row for row in scene.must("framework", "list", "--format", "json").json()}
    assert {SR, CARDS, HOUSE} <= told.keys()
    assert (told[SR]["legal_force"], told[HOUSE]["requirements"]) == ("guidance", 1)
    lines = scene.cognify("framework", "list", cwd=scene.home).out.splitlines()
    assert any(line.startswith(SR) for line in lines) and not any(HOUSE in line for line in lines)


def test_what_was_in_force_on_a_day(scene: Scene) -> None:
    """Each pack with what its dates say of that day; a successor of the firm's own counts, too."""
    path = begun(scene)
    told = {row["id"]: row for row in scene.must("framework", "list", "--on", "2026-04-17", "--format", "json").json()}  # fmt: skip
    assert told["sr-11-7@2011-04"]["stood"] == {
        "in_force": "no", "issued": "yes", "effective": "yes", "superseded": "yes",
        "superseded_since": "2026-04-17", "checked_since": True,
    }  # fmt: skip
    assert told[SR]["stood"]["in_force"] == "yes" and told[CARDS]["stood"]["in_force"] == "unknown"
    lines = scene.cognify("framework", "list", "--on", "2026-04-16", cwd=scene.home).out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(SR))
    assert lines[at + 1].strip() == "on 2026-04-16: not in force: issued 2026-04-17"
    text = path.read_text()
    begin = text.index("  superseded_by:")
    path.write_text(text[:begin] + "  superseded_by: lost@1\n" + text[text.index("\n", begin) + 1 :])
    (row,) = [r for r in scene.must("framework", "list", "--on", "2099-01-01", "--format", "json").json()
              if r["id"] == HOUSE]  # fmt: skip
    assert (row["stood"]["superseded"], row["stood"]["checked_since"]) == ("unknown", False)
    assert scene.cognify("framework", "list", "--on", "yesterday").code == 2


def test_a_pack_begun_is_a_pack(scene: Scene) -> None:
    """It passes as it is written, by name and by file, and is held against cards once it is adopted."""
    path = begun(scene, "--extends", SR)
    for name in (HOUSE, str(path)):
        assert scene.must("framework", "test", name).out == "1 packs, every row borne out by its examples\n"
    again = scene.cognify("framework", "new", HOUSE)
    assert (again.code, again.ids) == (2, {"usage"})
    found = scene.must("coverage", MODEL, "1.0.0", "--framework", HOUSE, "--format", "json").json()
    rows = found["frameworks"][0]["requirements"]
    assert len(rows) > 30 and rows[-1]["id"] == "1"


@pytest.mark.parametrize("name", ["house", "House@1", "../house@1", SR])
def test_names_that_no_pack_may_have(scene: Scene, name: str) -> None:
    """`usage`, and nothing is written: not over a pack that ships either."""
    done = scene.cognify("framework", "new", name)
    assert (done.code, done.ids, (scene.root / "frameworks").exists()) == (2, {"usage"}, False)


ROW = "pass: {use: {intended_purpose: Sort incoming memos for an analyst.}}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (ROW, "pass: {use: {decision_role: informs}}", "the example 'pass' is missing"),
        (ROW, f"{ROW}\n      fail: {{use: {{intended_purpose: x}}}}", "the example 'fail' is present"),
        (ROW, "pass: {use: {intended_purpose: x, colour: red}}", "is no part of a card: /use/colour"),
    ],
)  # fmt: skip
def test_rows_that_their_examples_do_not_bear_out(scene: Scene, old: str, new: str, said: str) -> None:
    """Each is named by its number; exit 1."""
    path = begun(scene)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    done = scene.cognify("framework", "test", HOUSE)
    assert done.code == 1 and f"{HOUSE}/1: " in done.out and said in done.out, done.out + done.err
    told = scene.cognify("framework", "test", HOUSE, "--format", "json").json()
    assert {row["requirement"] for row in told} == {"1"}


def test_a_field_that_is_not_needed(scene: Scene) -> None:
    """A row that stays present without what its example gives asks for less than it says."""
    path = begun(scene)
    loose = (
        "fields: [use.intended_purpose, use.decision_role]\n    condition: {type: object, required: [use], "
        "properties: {use: {type: object, required: [intended_purpose]}}}"
    )
    both = "pass: {use: {intended_purpose: x, decision_role: informs}}\n      fail: {use: {out_of_scope: Deciding.}}"
    path.write_text(path.read_text().replace("fields: [use.intended_purpose]", loose).replace(ROW, both))
    done = scene.cognify("framework", "test", HOUSE)
    assert done.code == 1 and "it is present without use.decision_role" in done.out


def test_what_is_no_pack(scene: Scene) -> None:
    """Malformed, under another name, or nobody's."""
    path = begun(scene)
    path.write_text(path.read_text().replace(f"id: {HOUSE}", "id: home@2026"))
    for name, id in ((HOUSE, "framework-malformed"), ("sr-26-2@1999", "framework-unknown")):
        for word in ("lint", "test"):
            done = scene.cognify("framework", word, name)
            assert (done.code, done.ids) == (2, {id})


def test_what_a_pack_says_of_itself(scene: Scene) -> None:
    """A source that it does not list, and a day to come: each by the row or the status; exit 1."""
    path = begun(scene)
    clean = scene.must("framework", "lint", HOUSE)
    assert clean.out == "1 packs, nothing in them cannot be right\n"
    assert (
        scene.must("framework", "lint", SR, "--format", "json", SOURCE_DATE_EPOCH="1796000000").json() == []
    )
    text = path.read_text()
    day = text.split('last_checked: "', 1)[1][:10]
    path.write_text(
        text.replace("[verified: S1]", "[verified: S2]").replace(
            f'last_checked: "{day}"', 'last_checked: "2099-01-01"'
        )
    )
    done = scene.cognify("framework", "lint", HOUSE)
    assert done.code == 1
    assert f"{HOUSE}/1: its confidence rests on S2, which the pack does not list" in done.out
    assert f"{HOUSE}/status: it was last checked on 2099-01-01, which is still to come" in done.out


def test_what_differs(scene: Scene) -> None:
    """Rows that came, went and changed, and the fields that only one of two packs asks for."""
    path = begun(scene)
    later = path.with_name("house@2027.yaml")
    text = path.read_text().replace(f"id: {HOUSE}", "id: house@2027").replace("on what is asked", "said anew")
    second = text[text.index('  - id: "1"') :].replace('id: "1"', 'id: "2"')
    second = second.replace("intended_purpose: Sort incoming memos for an analyst.", "decision_role: informs")
    later.write_text(text + second.replace("use.intended_purpose", "use.decision_role"))
    told = scene.must("framework", "diff", HOUSE, "house@2027", "--format", "json").json()
    assert (told["added"], told["removed"]) == (["2"], [])
    assert told["changed"] == [{"id": "1", "in": ["text"]}]
    assert (told["asked"], told["no_longer_asked"]) == (["use.decision_role"], [])
    lines = scene.must("framework", "diff", "house@2027", HOUSE).out.splitlines()
    assert lines[0].startswith("- 2: ") and lines[1].startswith("~ 1: ") and lines[1].endswith("(in text)")
    assert lines[-1] == "only house@2027 asked, as a must: use.decision_role"
    across = scene.must("framework", "diff", CARDS, SR, "--format", "json").json()
    assert (
        "challenge.log.raised_by" in across["asked"] and "evaluation.subgroups" in across["no_longer_asked"]
    )
