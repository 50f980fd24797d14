"""What changed, what an examiner would question, and who answers for it: with the installed command."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.e2e.conftest import Installed
from tests.scenario import MODEL, NONE, Done, Scene, fill, found

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"
TEXT = "The desk of größere Kredite was closed; nobody is described any more."


@pytest.fixture(scope="module")
def told(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """1.0.0 sealed, 1.1.0 rejected, 1.2.0 captured: it names no limitation, and asks for less."""
    scene = Installed(tmp_path_factory.mktemp("delta") / "home", installed)
    found(scene.home, scene=scene)
    fill(scene)
    scene.must(
        "reject", MODEL, "1.1.0", "--key", str(scene.key("tomas")), "--yes", "--comment", "no age bands"
    )
    scene.write_version("1.2.0", record=RECORD)
    card = scene.path("1.2.0", "card.yaml")
    card.write_text(
        card.read_text()
        .replace("  limitations: [{statement: Short memos are read badly.}]", f"  limitations: {NONE}")
        .replace("Sort incoming memos for a human analyst.", "Sort incoming memos, for a human analyst!")
        .replace("out_of_scope: Deciding without a human.", f"out_of_scope: {NONE}")
    )
    scene.commit("capture 1.2.0")
    return scene


def questions(scene: Scene) -> tuple[Done, list[dict[str, object]]]:
    done = scene.cognify("check", "models/credit-memo/1.2.0", "--format", "json")
    ours = ("field-gone", "limitation-gone", "rejection-unanswered")
    return done, [f for f in done.json()["findings"] if f["id"] in ours]


def test_the_brief_names_what_changed_and_who_has_to_look(told: Installed) -> None:
    done = told.must("delta", MODEL, "1.2.0", "--format", "json")
    brief = done.json()
    assert (brief["state"], brief["against"]["version"], brief["against"]["state"]) == (
        "draft",
        "1.0.0",
        "sealed",
    )
    assert {(c["place"], c["class"], c["rule"]) for c in brief["changes"]} == {
        ("/use/out_of_scope", "material", "answer-given-up"),
        ("/risk/limitations", "material", "answer-given-up"),
        ("/use/intended_purpose", "editorial", "words-only"),
    }
    assert brief["summary"]["material"] == 2
    assert brief["prose"]["carried_forward"] > 3
    assert {f["since"] for f in brief["prose"]["fields"]} == {"1.0.0"}
    assert {a["person"] for a in brief["prose"]["affirmed_by"]} == {"ines", "tomas"}
    review = brief["review"]
    assert (review["tier"], review["gravest"]) == ("low", "material")
    assert [(r["role"], r["signed_by"]) for r in review["roles"]] == [("model-risk", []), ("compliance", [])]
    text = told.must("delta", MODEL, "1.2.0").out
    assert "2 material, 0 minor, 1 editorial" in text
    assert "/use/out_of_scope  changed (answer-given-up:" in text


def test_the_first_version_has_nothing_before_it(told: Installed) -> None:
    brief = told.must("delta", MODEL, "1.0.0", "--format", "json").json()
    assert (brief["against"], brief["changes"], brief["review"]["gravest"]) == (None, [], "first")
    assert "nothing of this model was approved before" in told.must("delta", MODEL, "1.0.0").out


@pytest.mark.parametrize(("arguments", "id"), [
    (("9.9.9",), "record-missing"), (("1.2.0", "--against", "9.9.9"), "record-missing"),
    (("1.2.0", "--against", "1.2.0"), "usage"), (("../x",), "name-unusable"),
])  # fmt: skip
def test_what_cannot_be_compared(told: Installed, arguments: tuple[str, ...], id: str) -> None:
    done = told.cognify("delta", MODEL, *arguments)
    assert (done.code, done.ids) == (2, {id})
    assert told.cognify("delta", MODEL, "1.2.0", "--against", "1.1.0").code == 0


def test_a_question_is_asked_explained_and_shown_for_ever(told: Installed, tmp_path: Path) -> None:
    scene = Installed(tmp_path / "home", told.binary)
    subprocess.run(["cp", "-a", str(told.home), str(scene.home)], check=True)
    done, asked = questions(scene)
    assert done.code == 1
    assert {f["id"] for f in asked} == {"field-gone", "limitation-gone", "rejection-unanswered"}
    arguments = ["state", "explain", MODEL, "1.2.0", "--finding", "field-gone", "--text", TEXT,
                 "--key", str(scene.key("mara")), "--yes"]  # fmt: skip
    early = scene.cognify(*arguments)
    assert (early.code, early.ids) == (3, {"not-proposed"})
    scene.propose("1.2.0")
    for id, pointer in (("field-gone", "/model/x"), ("tier-lowered", "/record/tier")):
        wrong = scene.cognify(
            "state", "explain", MODEL, "1.2.0", "--finding", id, "--at", pointer, "--text", "x"
        )
        assert (wrong.code, wrong.ids) == (2, {"nothing-to-explain"})
        assert "field-gone at /use/out_of_scope" in wrong.err
    said = scene.must(*arguments)
    assert "“I explain what was found in credit-memo 1.2.0 at /use/out_of_scope" in said.err
    for id in ("limitation-gone", "rejection-unanswered"):
        scene.must(
            "state",
            "explain",
            MODEL,
            "1.2.0",
            "--finding",
            id,
            "--text",
            TEXT,
            "--key",
            str(scene.key("tomas")),
            "--yes",
        )
    scene.commit("explain")
    done, asked = questions(scene)
    assert {f["id"]: f["explained"][0]["by"] for f in asked} == {
        "field-gone": "Mara Voß", "limitation-gone": "Tomas Lind", "rejection-unanswered": "Tomas Lind"}  # fmt: skip
    # Of the frameworks enough is open here for exit 1; that explained warnings alone are exit 0, the demo shows.
    assert done.code == 1
    assert f"said:  Mara Voß as engineer: {TEXT}" in scene.cognify("check", "models/credit-memo/1.2.0").out
    shown = scene.must(
        "approve", MODEL, "1.2.0", "--role", "model-risk", "--key", str(scene.key("ines")), "--yes"
    )
    assert f"explained  by Tomas Lind as compliance: {TEXT}" in shown.err
    scene.approve("1.2.0", "tomas")
    assert f"sealed     {MODEL} 1.2.0" in scene.seal().out
    assert scene.verify().code == 0
    _a_card_that_is_edited_is_a_draft(scene)
    _shown_in_site_and_package(scene)
    _void_for_other_bytes(scene)


def _a_card_that_is_edited_is_a_draft(scene: Scene) -> None:
    """Who signed the version did not sign what somebody wrote into its card since."""
    card = scene.path("1.2.0", "card.yaml")
    raw = card.read_bytes()
    brief = scene.must("delta", MODEL, "1.2.0", "--format", "json").json()
    assert (brief["state"], [r["signed_by"] for r in brief["review"]["roles"]]) == (
        "sealed", [["Inés Okafor"], ["Tomas Lind"]])  # fmt: skip
    card.write_bytes(raw.replace(b"for a human analyst!", b"for a human analyst."))
    brief = scene.must("delta", MODEL, "1.2.0", "--format", "json").json()
    assert (brief["state"], [r["signed_by"] for r in brief["review"]["roles"]]) == ("draft", [[], []])
    card.write_bytes(raw)


def _shown_in_site_and_package(scene: Scene) -> None:
    scene.must("site", "build", "-o", str(scene.home / "site"))
    page = (scene.home / "site/models/credit-memo/1.2.0.html").read_text()
    assert page.count(TEXT) > 3
    assert "What changed" in page and "answer" in page
    package = scene.home / "p.zip"
    scene.must("package", MODEL, "1.2.0", "-o", str(package))
    assert scene.cognify("verify", str(package)).code == 0
    with zipfile.ZipFile(package) as archive:
        archive.extractall(scene.home / "p")
    for command in (["sh", "verify.sh"], [sys.executable, "verify.py"]):
        done = subprocess.run(
            command, cwd=next((scene.home / "p").iterdir()), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def _void_for_other_bytes(scene: Scene) -> None:
    """An explanation whose bytes, or whose signature, are others explains nothing, and is no crash."""
    card = scene.path("1.2.0", "card.yaml")
    raw = card.read_bytes()
    card.write_bytes(raw + b"# touched\n")
    done, asked = questions(scene)
    assert done.code == 1
    assert not any("explained" in f for f in asked)
    card.write_bytes(raw)
    path = scene.statement("1.2.0", "finding.explain", "mara")
    signature = path.with_name(path.name + ".sig")
    kept = signature.read_bytes()
    for broken in (
        b"",
        scene.statement("1.2.0", "signoff.approve", "ines").with_suffix(".json.sig").read_bytes(),
    ):
        signature.write_bytes(broken)
        done, asked = questions(scene)
        assert {f["id"]: "explained" in f for f in asked}["field-gone"] is False
    signature.write_bytes(kept)
    data = json.loads(path.read_bytes())
    data["predicate"]["policy"]["sha256"] = "0" * 64
    path.write_bytes(json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
    done, asked = questions(scene)
    assert {f["id"]: "explained" in f for f in asked}["field-gone"] is False
