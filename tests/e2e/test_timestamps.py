"""Time and witnesses from outside: asked when sealing, never when verifying."""

from __future__ import annotations

from pathlib import Path

from tests import attested, forge, scenario
from tests.authority import TimestampAuthority, listening
from tests.scenario import Scene

L3 = scenario.POLICY.replace("    max_age_days: 30\n", "    max_age_days: 30\n    level: L3\n")


def begun(home: Path, authority: TimestampAuthority, url: str, policy: str = scenario.POLICY) -> Scene:
    folder = home / "trust/tsa"
    folder.mkdir(parents=True)
    for name in ("zeit", "andere"):
        (folder / f"{name}.pem").write_bytes(authority.root)
    asked = attested.ASKED.format(url=url)
    return scenario.found(home, policy=policy + asked, more=("--trust", str(home / "trust")))


def proposed(scene: Scene) -> None:
    scene.write_version("1.0.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01")
    scene.commit("capture 1.0.0")
    scene.propose("1.0.0")
    scene.approve("1.0.0", "ines", "--role", "model-risk")
    scene.approve("1.0.0", "tomas")


def test_level_3_needs_a_second_run(tmp_path: Path) -> None:
    """An approval reaches L3 when a timestamped checkpoint covers it: so the next run seals it."""
    authority = TimestampAuthority(tmp_path / "zeit")
    with listening(authority) as url:
        scene = begun(tmp_path / "home", authority, url, L3)
        proposed(scene)
        first = scene.seal()
        assert "is proven to L2; the policy demands L3" in first.out
        assert [r["state"] for r in scene.verify().json()["records"]] == ["proposed"]
        assert "sealed     credit-memo 1.0.0" in scene.seal().out
        assert "sealed     credit-memo" not in scene.seal().out
    record = scene.verify().json()["records"][0]
    assert record["state"] == "sealed"
    assert {a["level"] for a in record["approvals"]} == {"L3"}
    assert all(a["before"].endswith("Z") for a in record["approvals"])
    assert "made by" in scene.must("verify").out


def test_an_authority_that_was_down_is_asked_again(tmp_path: Path) -> None:
    """Only for the newest checkpoint: it covers the ones before it."""
    authority = TimestampAuthority(tmp_path / "zeit")
    with listening(authority) as url:
        authority.down = True
        scene = begun(tmp_path / "home", authority, url)
        proposed(scene)
        done = scene.seal()
        assert "warning: timestamp authority zeit: [unreachable] HTTP 503" in done.err
        assert scene.verify().code == 4
        authority.down, authority.answer = False, b"not a token"
        assert "[tsa-token-malformed]" in scene.seal().err
        authority.answer = b""
        assert "stamped    log/checkpoints/6.zeit.tsr" in scene.seal().out
        asked = authority.asked
        assert "stamped" not in scene.seal().out
        assert authority.asked == asked
    assert scene.verify().json()["log"]["checkpoint_time"]
    assert "log/checkpoints/2.zeit.tsr" not in scene.git("ls-tree", "-r", "--name-only", forge.LOG)


def test_a_package_carries_its_tokens(tmp_path: Path) -> None:
    """Whoever gets it learns the times, offline, and long after the policy's age has passed."""
    scene = attested.copied(tmp_path)
    scene.must("package", scenario.MODEL, "1.0.0", "-o", str(tmp_path / "p.zip"))
    scene.environment["SOURCE_DATE_EPOCH"] = "2000000000"
    done = scene.cognify("verify", str(tmp_path / "p.zip"), "--format", "json")
    assert done.code == 0, done.out
    assert done.json()["log"]["checkpoint_time"]
    assert any("picture of one day" in sentence for sentence in done.json()["not_proven"])


def test_a_token_can_be_checked_with_openssl(tmp_path: Path) -> None:
    """The stamped bytes are the note's text: what stands before its blank line."""
    import subprocess

    scene = attested.copied(tmp_path)
    token = subprocess.run(["git", "show", f"{forge.LOG}:log/checkpoints/7.zeit.tsr"], cwd=scene.root,
                           capture_output=True, check=True).stdout  # fmt: skip
    note = forge.log_file(scene, "log/checkpoints/7.note")
    (tmp_path / "6.tsr").write_bytes(token)
    (tmp_path / "6.text").write_bytes(note.partition(b"\n\n")[0] + b"\n")
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", "6.text", "-in", "6.tsr", "-CAfile",
         str(scene.root / "trust/tsa/zeit.pem")], cwd=tmp_path, capture_output=True, check=False)  # fmt: skip
    assert b"Verification: OK" in done.stdout + done.stderr


def test_a_heartbeat_shows_a_fresh_time(scene: Scene) -> None:
    """Where there is nothing to sequence it says so in the log; where there is, it is a seal."""
    before = len(forge.leaves(scene))
    assert "log        9 leaves" in scene.seal().out
    scene.must("seal", "--heartbeat")
    assert [leaf["kind"] for leaf in forge.leaves(scene)][before:] == ["heartbeat"]
    scene.approve("1.1.0", "tomas")
    scene.must("seal", "--heartbeat")
    assert [leaf["kind"] for leaf in forge.leaves(scene)][before + 1 :] == ["signoff.approve", "seal"]
    scene.must("seal", "--heartbeat")
    done = scene.verify()
    assert done.code == 0, done.out
    assert {r["state"] for r in done.json()["records"]} == {"sealed"}


def test_a_heartbeat_names_the_token_before_it(tmp_path: Path) -> None:
    """So what embeds the checkpoint over it was stated after that token's time."""
    authority = TimestampAuthority(tmp_path / "zeit")
    with listening(authority) as url:
        scene = begun(tmp_path / "home", authority, url)
        scene.must("seal", "--heartbeat")
        proposed(scene)
        scene.seal()
    approvals = scene.verify().json()["records"][0]["approvals"]
    assert all(a["after"].endswith("Z") and a["before"].endswith("Z") for a in approvals)
    assert all(a["after"] <= a["before"] for a in approvals)


def test_a_policy_that_drops_its_authorities(tmp_path: Path) -> None:
    """Its quorum may; every verification says that it did. Old stamps keep their word."""
    scene = attested.copied(tmp_path)
    text = (scene.home / "policy.yaml").read_text()
    (tmp_path / "next.yaml").write_text(
        text[: text.index("timestamps:")].replace("version: 1", "version: 2", 1)
    )
    key = str(scene.key("ines"))
    scene.must("policy", "propose", str(tmp_path / "next.yaml"), "--key", key, "--yes")
    scene.commit("policy 2")
    scene.seal()
    done = scene.verify()
    assert done.code == 0, done.out
    notes = [f["what"] for f in done.json()["findings"] if f["id"] == "assurance-lowered"]
    assert "a checkpoint needs 0 trusted timestamps; it needed 1" in notes
    assert "the newest checkpoint may be older than before" in notes
    scene.environment["SOURCE_DATE_EPOCH"] = "2000000000"
    assert scene.verify().code == 0
