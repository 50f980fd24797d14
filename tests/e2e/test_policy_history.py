"""The rules change, keys end, and sealed records live on: through the command line, with real git."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.scenario import MODEL, Scene


@pytest.fixture
def scene(sealed_scene: Scene, tmp_path: Path) -> Scene:
    return sealed_scene.copy(tmp_path / "home")


def with_eve(scene: Scene) -> tuple[str, str]:
    key = f'[{{ssh: "{scene.public("eve")}"}}]'
    person = f"  eve:\n    name: Eve Größe\n    roles: [compliance]\n    keys: {key}\n"
    return "exclusive_roles:", person + "exclusive_roles:"


def states(scene: Scene) -> dict[str, str]:
    done = scene.cognify("verify", "--format", "json")
    assert done.code == 0, done.out
    return {record["version"]: record["state"] for record in done.json()["records"]}


def as_json(scene: Scene, *arguments: str) -> dict[str, object]:
    found: dict[str, object] = scene.must(*arguments, "--format", "json").json()
    return found


def test_a_newcomer_signs_once_the_policy_knows_them(scene: Scene) -> None:
    """Agreed by the old policy's quorum, proven by the new key, in force with the seal."""
    scene.next_policy(with_eve(scene), approve=("eve",))
    assert as_json(scene, "policy", "show")["version"] == 1
    eve = ["approve", MODEL, "1.1.0", "--key", str(scene.key("eve"))]
    assert scene.cognify(*eve).ids == {"identity-not-a-person"}
    scene.seal()
    assert as_json(scene, "policy", "show")["version"] == 2
    scene.must(*eve)
    scene.commit("approve")
    assert "waiting" in scene.seal().out  # what Ines approved under policy 1 does not count any more
    scene.approve("1.1.0", "ines", "--role", "model-risk")
    assert "sealed     credit-memo 1.1.0" in scene.seal().out
    assert states(scene) == {"1.0.0": "sealed", "1.1.0": "sealed"}


def test_a_package_carries_the_whole_history_of_the_policy(scene: Scene) -> None:
    """What was signed under version 1 and under version 2 verifies with stock tools."""
    scene.next_policy(with_eve(scene), approve=("eve",))
    scene.seal()
    scene.must("approve", MODEL, "1.1.0", "--key", str(scene.key("eve")))
    scene.approve("1.1.0", "ines", "--role", "model-risk")
    scene.seal()
    place = scene.home / "p.zip"
    scene.must("package", MODEL, "1.1.0", "-o", str(place))
    assert scene.cognify("verify", str(place)).code == 0
    shutil.unpack_archive(place, scene.home / "unpacked")
    folder = next((scene.home / "unpacked").iterdir())
    for command in (["sh", "verify.sh"], [sys.executable, "verify.py"]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    text = (folder / "record.html").read_text()
    shown = [html.unescape(c) for c in re.findall(r'<pre class="cg-cmd"><code>(.*?)</code>', text, re.DOTALL)]
    checks = [command for command in shown if "ssh-keygen" in command]
    assert any("allowed_signers.0002 " in command for command in checks)
    for command in checks:
        subprocess.run(["sh", "-euc", command], cwd=folder, capture_output=True, check=True)
    second = folder / "inventory/policy/0002.yaml"
    second.write_text(second.read_text().replace("max_age_days: 30", "max_age_days: 31"))
    checksums(folder)
    for command in (["sh", "verify.sh"], [sys.executable, "verify.py"]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert (done.returncode, "policy 0002" in done.stdout or "policy 2" in done.stdout) == (3, True)


def checksums(folder: Path) -> None:
    from hashlib import sha256

    paths = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    lines = [
        f"{sha256((folder / p).read_bytes()).hexdigest()}  {p}\n" for p in paths if p != "CHECKSUMS.sha256"
    ]
    (folder / "CHECKSUMS.sha256").write_text("".join(lines))


def test_a_half_signed_policy_waits(scene: Scene) -> None:
    """Merged too early, it stops the sequencer; with its last signature it takes effect."""
    scene.next_policy(with_eve(scene))
    before = scene.git("rev-parse", "cognify-log")
    done = scene.cognify("seal")
    assert (done.code, done.ids) == (3, {"key-no-pop"})
    assert scene.git("rev-parse", "cognify-log") == before
    assert scene.cognify("verify", "--format", "json").ids == {"key-no-pop"}
    scene.must("policy", "approve", "--key", str(scene.key("eve")))
    scene.commit("the last signature")
    scene.seal()
    assert as_json(scene, "policy", "show")["version"] == 2


def test_what_came_before_a_policy_at_fault_is_sealed(scene: Scene) -> None:
    """The sequencer stops before the change that brought it, not before everything."""
    scene.approve("1.1.0", "tomas")
    scene.next_policy(with_eve(scene))
    done = scene.cognify("seal")
    assert (done.code, "sealed     credit-memo 1.1.0" in done.out) == (3, True)


def test_what_a_policy_proposal_is_refused_for(scene: Scene) -> None:
    """Said before anything is signed or written."""
    text = (scene.home / "policy.yaml").read_text()
    file, key = scene.home / "next.yaml", ["--key", str(scene.key("ines"))]

    def refused(content: str, *arguments: str) -> set[str]:
        file.write_text(content)
        before = scene.git("status", "--short")
        done = scene.cognify("policy", "propose", str(file), *(arguments or key))
        assert (done.code != 0, scene.git("status", "--short")) == (True, before)
        return done.ids

    good = text.replace("version: 1", "version: 2", 1)
    assert refused(text) == {"policy-schema"}
    assert refused(text.replace("version: 1", "version: 3", 1)) == {"policy-gap"}
    assert refused(good + 'previous: {sha256: "x"}\n') == {"policy-bound"}
    assert refused(good, "--key", str(scene.key("noor"))) == {"role-not-held-at-seq"}
    assert refused(good, "--key", str(scene.key("eve"))) == {"identity-not-a-person"}
    assert scene.cognify("policy", "propose", "nope.yaml", *key).ids == {"policy-missing"}
    assert scene.cognify("policy", "approve", *key).ids == {"policy-missing"}
    file.write_text(good)
    scene.must("policy", "propose", str(file), *key)
    assert scene.cognify("policy", "propose", str(file), *key).ids == {"already-proposed"}


def test_an_unusable_next_policy_is_not_approved(scene: Scene) -> None:
    """`policy approve` repeats what is wrong with the file that lies there."""
    (scene.root / "policy/0002.yaml").write_text("version: 2\n")
    done = scene.cognify("policy", "approve", "--key", str(scene.key("ines")))
    assert (done.code, done.ids) == (3, {"policy-schema"})


def test_a_compromised_key_and_the_way_back(scene: Scene) -> None:
    """Everything that falls is listed; the sealed version needs its sign-offs again, on the same bytes."""
    key = ["--key", str(scene.key("ines"))]
    assert scene.cognify("key", "compromise", "SHA256:nobody", *key).ids == {"key-unknown"}
    done = scene.must("key", "compromise", scene.mark("tomas"), *key)
    assert "statements that fall: 1" in done.out
    assert "credit-memo 1.0.0: signoff.approve by tomas as compliance" in done.out
    scene.commit("compromised")
    scene.seal()
    assert states(scene) == {"1.0.0": "needs-reapproval", "1.1.0": "proposed"}
    assert scene.cognify("package", MODEL, "1.0.0", "-o", "p.zip").ids == {"not-sealed"}
    assert scene.cognify("approve", MODEL, "1.0.0", "--key", str(scene.key("tomas"))).ids == {
        "key-compromised"
    }
    text = scene.must("verify").out
    assert "its key is not believed any more" in text
    (sealed, _) = scene.verify().json()["records"]
    assert [(a["person"], a.get("stands", True)) for a in sealed["approvals"]] == [
        ("ines", True),
        ("tomas", False),
    ]
    scene.must("site", "build", "-o", str(scene.home / "site"))
    row = (scene.home / "site/index.html").read_text().split("1.0.0</a>", 1)[1].split("</tr>", 1)[0]
    assert ("Inés Okafor" in row, "Tomas Lind <span" in row) == (True, False)
    newer = 'name: Tomas Lind\n    roles: [compliance]\n    keys: [{ssh: "' + scene.public("eve") + '"}]'
    older = 'name: Tomas Lind\n    roles: [compliance]\n    keys: [{ssh: "' + scene.public("tomas") + '"}]'
    scene.next_policy((older, newer), approve=("eve",))
    scene.seal()
    for version in ("1.0.0",):
        scene.must("approve", MODEL, version, "--key", str(scene.key("eve")))
        scene.approve(version, "ines", "--role", "model-risk")
    scene.seal()
    assert states(scene) == {"1.0.0": "sealed", "1.1.0": "proposed"}
    scene.must("package", MODEL, "1.0.0", "-o", str(scene.home / "p.zip"))
    assert scene.cognify("verify", str(scene.home / "p.zip")).code == 0
    shutil.unpack_archive(scene.home / "p.zip", scene.home / "unpacked")
    folder = next((scene.home / "unpacked").iterdir())
    for command in (["sh", "verify.sh"], [sys.executable, "verify.py"]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert (done.returncode, "compromised" in done.stdout) == (4, True), done.stdout


def test_what_was_signed_before_a_compromise_is_flagged(scene: Scene) -> None:
    """It stands, and a note tells the reader to judge."""
    scene.must("key", "compromise", scene.mark("tomas"), "--since", "8", "--key", str(scene.key("tomas")))
    scene.commit("compromised")
    scene.seal()
    done = scene.cognify("verify", "--format", "json")
    notes = {f["id"] for f in done.json()["findings"] if f["severity"] == "note"}
    assert (done.code, notes) == (0, {"signed-before-compromise"})
    assert states(scene)["1.0.0"] == "sealed"


def test_a_sealed_record_is_amended_superseded_and_withdrawn(scene: Scene) -> None:
    """The bytes stay; what was said later stands beside them, on the site and in the package."""
    scene.approve("1.1.0", "tomas")
    scene.seal()
    tomas = ["--key", str(scene.key("tomas"))]
    assert scene.cognify("state", "supersede", MODEL, "1.0.0", "--by", "9.9.9", *tomas).ids == {
        "record-missing"
    }
    scene.must("state", "amend", MODEL, "1.0.0", "--at", "/use/oversight", "--text", "Zwei größere Leser.",
               "--key", str(scene.key("mara")))  # fmt: skip
    scene.must("state", "supersede", MODEL, "1.0.0", "--by", "1.1.0", *tomas)
    scene.must("state", "withdraw", MODEL, "1.1.0", "--reason", "It drifted.", *tomas)
    scene.commit("later")
    scene.seal()
    assert states(scene) == {"1.0.0": "superseded", "1.1.0": "withdrawn"}
    scene.must("site", "build", "-o", str(scene.home / "site"))
    pages = "".join(p.read_text() for p in (scene.home / "site").rglob("*.html"))
    assert "Zwei größere Leser." in pages
    assert "It drifted." in pages
    for version in ("1.0.0", "1.1.0"):
        place = scene.home / f"{version}.zip"
        scene.must("package", MODEL, version, "-o", str(place))
        done = scene.cognify("verify", str(place), "--format", "json")
        assert (done.code, done.ids) == (0, set()), done.out


def test_an_exception_is_listed_until_it_ends(scene: Scene) -> None:
    """In every verification until its last day, and not after it."""
    scene.must("state", "except", "--what", "ein Pilot ohne zweiten Leser", "--expires", "2027-06-30",
               "--key", str(scene.key("ines")))  # fmt: skip
    scene.commit("exception")
    scene.seal()
    (listed,) = json.loads(scene.must("verify", "--format", "json").out)["exceptions"]
    assert listed == {"what": "ein Pilot ohne zweiten Leser", "person": "ines", "expires": "2027-06-30"}
    assert "ein Pilot" in scene.must("verify").out
    later = scene.must("verify", "--format", "json", SOURCE_DATE_EPOCH="1830000000")
    assert later.json()["exceptions"] == []


def test_a_file_kept_outside_is_redacted(scene: Scene) -> None:
    """The quorum of a policy change agrees; the digest stays, and nobody asks for the bytes any more."""
    sha256 = "a" * 64
    lock = scene.path("1.1.0", "evidence.lock.json")
    data = json.loads(lock.read_text())
    data["artifacts"]["a02"] = {"bytes": 3, "extractor": "data", "extractor_version": 1, "media": "text/csv",
                                "origin": "train.csv", "sha256": sha256, "uri": "file:train.csv"}  # fmt: skip
    from cognify import canonical

    lock.write_bytes(canonical.pretty(data))
    scene.path("1.1.0", "MANIFEST.sha256").unlink()
    scene.propose("1.1.0")
    scene.seal()
    unproven = json.loads(scene.must("verify", "--format", "json").out)["not_proven"]
    assert any("1 artifacts kept outside" in sentence for sentence in unproven)
    scene.must("state", "redact", "train.csv", sha256, "--authority", "Amtsgericht", "--reason", "PII",
               "--key", str(scene.key("ines")))  # fmt: skip
    scene.commit("redact")
    scene.seal()
    unproven = json.loads(scene.must("verify", "--format", "json").out)["not_proven"]
    assert not any("kept outside" in sentence for sentence in unproven)
    assert any("1 redacted" in sentence for sentence in unproven)


def test_the_policy_is_shown_in_words(scene: Scene) -> None:
    """People, the marks of their keys, the rules; and who may change them."""
    text = scene.must("policy", "show").out
    assert scene.mark("noor") in text
    assert "next policy: 1 policy-owner" in text


def test_a_looser_policy_is_never_silent(scene: Scene) -> None:
    """What a version asks less than the one before it is noted for ever."""
    scene.next_policy(("{role: model-risk, min: 2}", "{role: model-risk, min: 1}"))
    scene.seal()
    done = scene.cognify("verify", "--format", "json")
    said = [f["what"] for f in done.json()["findings"] if f["id"] == "assurance-lowered"]
    assert (done.code, said) == (0, ["tier high asks for 1 of model-risk, before 2"])


def test_ten_policies_one_after_another(scene: Scene) -> None:
    """Versions are numbers, not words: 10 comes after 9, not before 2."""
    for number in range(2, 12):
        scene.next_policy((f"max_age_days: {28 + number}", f"max_age_days: {29 + number}"))
        scene.seal()
    assert as_json(scene, "policy", "show")["version"] == 11
    assert states(scene)["1.0.0"] == "sealed"


def test_a_second_fault_on_top_does_not_let_the_first_through(scene: Scene) -> None:
    """A policy that may not come in, and an invalid statement after it: neither is sequenced."""
    scene.next_policy(with_eve(scene))
    stray = scene.path("1.1.0", "statements") / "signoff.approve.noor.00000000.json"
    stray.write_text("{}")
    scene.commit("something that is no statement")
    before = scene.git("rev-parse", "cognify-log")
    assert scene.cognify("seal").code == 3
    assert scene.git("rev-parse", "cognify-log") == before
    stray.unlink()
    scene.commit("removed")
    scene.must("policy", "approve", "--key", str(scene.key("eve")))
    scene.commit("the last signature")
    scene.seal()
    assert states(scene)["1.0.0"] == "sealed"


def test_a_clock_that_ran_ahead_once(scene: Scene) -> None:
    """The log goes on at the time that it has said, tells so, and verifies; nothing is dated back."""
    ahead = str(int(datetime.now(UTC).timestamp()) + 10 * 86400)
    scene.must("seal", "--heartbeat", SOURCE_DATE_EPOCH=ahead)
    scene.approve("1.1.0", "tomas")
    done = scene.seal()
    assert ("later than this clock" in done.err, "sealed     credit-memo 1.1.0" in done.out) == (True, True)
    assert states(scene) == {"1.0.0": "sealed", "1.1.0": "sealed"}
