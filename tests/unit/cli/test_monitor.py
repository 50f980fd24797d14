"""`cognify monitor`: what is signed, what is refused before, and how long a breach stands."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import forge, parcel, watched
from tests.scenario import MODEL, Scene
from tests.watched import monitor, observed
from tests.weights import gate


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("watched") / "home"
    watched.begun(Scene(home))
    return home


@pytest.fixture
def scene(approved: Path, tmp_path: Path) -> Scene:
    shutil.copytree(approved, tmp_path / "home", symlinks=True)
    return Scene(tmp_path / "home")


def reported(scene: Scene, month: str, **results: float) -> None:
    observed(scene, month, **results)
    done = monitor(scene, month)
    assert done.code in (0, 1), done.out + done.err
    scene.commit(f"report {month}")
    scene.seal()


def breaches(scene: Scene) -> list[str]:
    done = gate(scene, "serving/outputs")
    assert done.ids <= {"monitoring-breach"}, done.out
    assert done.code == (1 if done.ids else 0)
    return [finding["what"] for finding in done.json()["findings"]]


def test_a_breach_stands_until_it_is_answered(scene: Scene) -> None:
    """By the same metric, over a period that ends no earlier: by nothing else."""
    reported(scene, "2026-05", accuracy=0.9, ece=0.01)
    assert breaches(scene) == []
    reported(scene, "2026-07", accuracy=0.9, ece=0.2)
    (told,) = breaches(scene)
    assert "ece" in told and "2026-07-01 to 2026-07-28" in told
    reported(scene, "2026-06", accuracy=0.9, ece=0.01)
    assert breaches(scene) == [told]
    reported(scene, "2026-08", accuracy=0.9)
    assert breaches(scene) == [told]
    reported(scene, "2026-09", accuracy=0.9, ece=0.07)
    assert breaches(scene) == []
    done = scene.verify()
    assert (done.code, done.ids) == (0, set())
    assert {found["id"] for found in done.json()["findings"]} == {"monitoring-breach"}
    trail = scene.must("log", MODEL, "1.0.0").out
    assert "breach" in trail and "2026-07-01 to 2026-07-28" in trail


def test_a_missed_threshold_is_told(scene: Scene) -> None:
    """To whoever approves, and to whoever deploys what was approved so; it refuses nothing."""
    card = watched.LIMITS.replace("value: 0.80", "value: 0.95")
    watched.write(scene, "1.1.0", 2, limits=card, seal=False)
    for person in ("ines", "tomas"):
        done = scene.cognify("approve", MODEL, "1.1.0", "--key", str(scene.key(person)), "--yes", "--role",
                             {"ines": "model-risk", "tomas": "compliance"}[person])  # fmt: skip
        assert done.code == 0 and "threshold-missed: accuracy is 0.8425" in done.err, done.err
        assert "requirement-not-evidenced" in done.err
        scene.commit("approve")
    scene.seal()
    done = gate(scene, "serving/outputs")
    assert (done.code, done.json()["version"]) == (0, "1.1.0")
    assert [found["id"] for found in done.json()["findings"]] == ["threshold-missed"]


def test_the_site_shows_what_was_seen(scene: Scene) -> None:
    """Each report with its limits, the newest first, and whether a breach stands."""
    reported(scene, "2026-07", accuracy=0.9, ece=0.2)
    reported(scene, "2026-08", accuracy=0.7, ece=0.01)
    scene.must("site", "build", "-o", str(scene.home / "site"))
    page = (scene.home / "site/models" / MODEL / "1.0.0.html").read_text()
    used = page[page.index('id="in-use"') :]
    assert used.index("2026-08-01 to 2026-08-28: breach") < used.index("2026-07-01 to 2026-07-28: breach")
    told = re.findall(r'<td class="cg-fault">(.*?)</td>', used)
    assert told == ["breach; it stands", "breach"]
    assert page.index("monitoring-breach") < page.index('id="in-use"')
    assert f"monitoring/{MODEL}/1.0.0/2026-08-28-" in used


def test_what_is_told_as_json(scene: Scene) -> None:
    """One object on stdout, also where nothing was written."""
    folder = observed(scene, "2026-09", accuracy=0.7, ece=0.01)
    done = monitor(scene, "2026-09", "--format", "json", "--comment", "a new region")
    told = done.json()
    assert (done.code, told["outcome"]) == (1, "breach")
    assert [(h["metric"], h["limit"], h["outcome"]) for h in told["held"]] == [
        ("ece", "/monitoring/metrics/0", "within"),
        ("accuracy", "/evaluation/thresholds/0", "breach"),
    ]
    assert (scene.root / told["report"] / "MANIFEST.sha256").is_file()
    stated = json.loads(scene.statement("1.0.0", "monitor.report").read_bytes())["predicate"]
    assert (stated["outcome"], stated["comment"]) == ("breach", "a new region")
    results = folder / "all_results.json"
    results.write_text(json.dumps({**json.loads(results.read_text()), "key": "AKIA" + "Q3EGRBXL7ZPM2DNA"}))
    before = sorted(scene.root.glob("mo*/**/*"))
    for form in (["--format", "json"], []):
        blocked = monitor(scene, "2026-09", *form)
        assert (blocked.code, sorted(scene.root.glob("mo*/**/*"))) == (1, before)
        assert "secret-found" in blocked.out + blocked.err
    assert "nothing was written" in blocked.err


@pytest.mark.parametrize(
    ("days", "where"),
    [
        (("2026-09-31", "2026-10-01"), "--from"), (("20260901", "2026-09-30"), "--from"),
        (("2026-09-02", "2026-09-01"), "--to"), (("2026-09-01", "2999-01-01"), "--to"),
    ],
)  # fmt: skip
def test_days_that_are_no_period(scene: Scene, days: tuple[str, str], where: str) -> None:
    """`usage`, before anything is read."""
    observed(scene, "2026-09", accuracy=0.9)
    done = monitor(scene, "2026-09", "--from", days[0], "--to", days[1])
    assert done.code == 2 and where in done.err


def test_what_is_refused_before_anything_is_signed(scene: Scene) -> None:
    """No source, no result, no sealed version, no limits, a card that is not the sealed one."""
    gone = monitor(scene, "2026-09")
    assert gone.code == 2 and "there is no such run" in gone.err
    folder = observed(scene, "2026-09", accuracy=0.9)
    shutil.move(folder / "all_results.json", scene.home / "aside.json")
    empty = monitor(scene, "2026-09")
    assert empty.code == 2 and "nothing-monitored" in empty.err
    shutil.move(scene.home / "aside.json", folder / "all_results.json")
    unknown = monitor(scene, "2026-09", version="2.0.0")
    assert unknown.code == 3 and "not-sealed" in unknown.err
    card = scene.path("1.0.0", "card.yaml")
    raw = card.read_bytes()
    card.write_bytes(raw.replace(b"breach: 0.10", b"breach: 0.90"))
    loosened = monitor(scene, "2026-09")
    assert loosened.code == 3 and "subject-digest-mismatch" in loosened.err
    card.write_bytes(raw)
    assert monitor(scene, "2026-09").code == 0
    scene.commit("report")
    watched.write(scene, "1.1.0", 2, limits="")
    nothing = monitor(scene, "2026-09", version="1.1.0")
    assert nothing.code == 2 and "monitoring-without-limits" in nothing.err


@pytest.mark.parametrize(
    ("said", "id"),
    [({"from": "2026-09-29"}, "monitoring-period"), ({"to": "2026-02-30", "from": "2026-02-30"}, "monitoring-period"),
     ({"to": "2999-01-01"}, "monitoring-period"), ({"from": "2026-08-01"}, "subject-mismatch"), ({"outcome": "warning"}, "monitoring-outcome")],
)  # fmt: skip
def test_a_statement_that_its_report_does_not_bear_out(scene: Scene, said: dict[str, str], id: str) -> None:
    """Signed past the command: sealing stops before it, with the id."""
    observed(scene, "2026-09", accuracy=0.9, ece=0.01)
    assert monitor(scene, "2026-09").code == 0
    watched.state_again(scene, "1.0.0", watched.folder(scene), "noor", **said)
    done = scene.cognify("seal")
    assert (done.code, id in done.out + done.err) == (3, True), done.out + done.err


@pytest.mark.parametrize(
    ("name", "more", "id"),
    [
        ("report.yaml", b"outcome: within\n", "report-schema"),
        ("report.yaml", b"x-note: &b 1\n", "yaml-alias"),
        ("evidence.lock.json", b"{}\n", "json-syntax"),
    ],
)
def test_a_report_that_is_none(scene: Scene, name: str, more: bytes, id: str) -> None:
    """Malformed files that somebody signed all the same."""
    observed(scene, "2026-09", accuracy=0.9, ece=0.01)
    assert monitor(scene, "2026-09").code == 0
    with (watched.folder(scene) / name).open("ab") as file:
        file.write(more)
    watched.state_again(scene, "1.0.0", watched.folder(scene), "noor")
    done = scene.cognify("seal")
    assert (done.code, id in done.out + done.err) == (3, True), done.out + done.err


def test_a_manifest_that_is_none(scene: Scene) -> None:
    """Signed all the same: `manifest-syntax`."""
    observed(scene, "2026-09", accuracy=0.9, ece=0.01)
    assert monitor(scene, "2026-09").code == 0
    watched.state_again(scene, "1.0.0", watched.folder(scene), "noor", frozen=b"nothing\n")
    done = scene.cognify("seal")
    assert (done.code, done.ids) == (3, {"manifest-syntax"})


def test_limits_that_are_gone(scene: Scene) -> None:
    """The sealed card is no card any more: its reports come to nothing, beside what is said of the card."""
    reported(scene, "2026-09", accuracy=0.9, ece=0.01)
    assert scene.verify().code == 0
    scene.path("1.0.0", "card.yaml").write_text("card: &one 1\n")
    scene.commit("break")
    done = scene.verify()
    assert done.code == 3 and {"sealed-bytes-changed", "yaml-alias", "monitoring-outcome"} <= done.ids


def test_what_was_never_sealed_is_not_reported_on(scene: Scene) -> None:
    """Past the command: `not-sealed`."""
    watched.write(scene, "1.1.0", 2, seal=False)
    observed(scene, "2026-09", accuracy=0.9, ece=0.01)
    assert monitor(scene, "2026-09").code == 0
    scene.commit("report")
    watched.move(scene, "1.0.0", "1.1.0", "noor")
    done = scene.cognify("seal")
    assert (done.code, done.ids) == (3, {"not-sealed"})


def test_a_report_of_a_stolen_key_is_none(scene: Scene) -> None:
    """Declared compromised, its key answers no breach, and makes none."""
    reported(scene, "2026-07", accuracy=0.9, ece=0.2)
    scene.must("key", "compromise", scene.mark("noor"), "--since", "0", "--comment", "stolen",
               "--key", str(scene.key("ines")), "--role", "policy-owner", "--yes")  # fmt: skip
    scene.commit("compromise")
    scene.seal()
    assert breaches(scene) == []


def test_a_package_holds_the_reports(scene: Scene) -> None:
    """Whole, for each of the tools in it; a changed or an added byte is seen by all of them."""
    reported(scene, "2026-09", accuracy=0.9, ece=0.2)
    files = parcel.made(scene)
    report = next(path for path in files if path.endswith("/report.yaml"))
    changed = {**files, report: files[report].replace(b"0.2", b"0.1")}
    added = {**files, report.replace("report.yaml", "evidence/why.txt"): b"because"}
    gone = {path: raw for path, raw in files.items() if path != report}
    for name, these, code in (
        ("as-it-is", files, 0),
        ("changed", changed, 3),
        ("added", added, 3),
        ("gone", gone, 3),
    ):
        unpacked = parcel.unpacked(parcel.listed(these), scene.home / name)
        for tool in (["sh", "verify.sh"], [sys.executable, "verify.py"]):
            done = subprocess.run(tool, cwd=unpacked, capture_output=True, text=True, check=False)
            assert done.returncode == code, (name, tool, done.stdout + done.stderr)
        parcel.put(scene, parcel.zipped(parcel.listed(these)))
        verified = scene.cognify("verify", str(scene.home / "package.zip"), "--format", "json")
        assert verified.code == code, (name, verified.out)
        if code:
            assert "subject-digest-mismatch" in verified.ids
        else:
            assert [found["id"] for found in verified.json()["findings"]] == ["monitoring-breach"]


def test_a_report_is_said_of_its_version_alone(scene: Scene) -> None:
    """Moved to another version's folder, with its statement: `subject-mismatch`."""
    watched.write(scene, "1.1.0", 2)
    reported(scene, "2026-09", accuracy=0.9, ece=0.01)
    watched.move(scene, "1.0.0", "1.1.0", "noor")
    forge.seal_merged(scene)
    done = scene.verify()
    assert (done.code, done.ids) == (3, {"subject-mismatch"})
