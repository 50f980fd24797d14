"""Which commit brought a statement, and what is said of its signature."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.scenario import Scene


@pytest.fixture
def scene(sealed_scene: Scene, tmp_path: Path) -> Scene:
    return sealed_scene.copy(tmp_path / "home")


def brought(scene: Scene, person: str = "tomas") -> dict[str, str]:
    rows = json.loads(scene.cognify("log", "credit-memo", "1.1.0", "--format", "json").out)
    (row,) = (r for r in rows if r["person"] == person and r["kind"] == "signoff.approve")
    found: dict[str, str] = row["brought"]
    return found


def signing(scene: Scene, key: str) -> None:
    for name, value in (
        ("gpg.format", "ssh"),
        ("user.signingkey", str(scene.key(key))),
        ("commit.gpgsign", "true"),
    ):
        scene.git("config", name, value)  # fmt: skip


@pytest.mark.parametrize(("key", "said"), [
    ("tomas", "signed with a key of Tomas Lind"), ("mara", "signed with a key of Mara Voß"), (None, "not signed"),
])  # fmt: skip
def test_whose_commit(key: str | None, said: str, scene: Scene) -> None:
    """The person whose key it is, who need not be the one who approved."""
    if key:
        signing(scene, key)
    scene.approve("1.1.0", "tomas")
    assert brought(scene) == {"commit": scene.git("rev-parse", "HEAD"), "signature": said}
    assert f"brought by commit {scene.git('rev-parse', 'HEAD')[:12]}, {said}" in scene.cognify("log").out


def test_a_key_that_no_policy_lists(scene: Scene) -> None:
    """Its fingerprint is said, so that somebody can ask whose it is."""
    signing(scene, "eve")
    scene.approve("1.1.0", "tomas")
    assert brought(scene)["signature"] == f"signed with {scene.mark('eve')}, in no policy"


def test_by_a_merge(scene: Scene) -> None:
    """The commit on the branch that was merged, not the merge; where the merge itself brought it, the merge."""
    scene.git("switch", "-qc", "review")
    signing(scene, "tomas")
    scene.approve("1.1.0", "tomas")
    made = scene.git("rev-parse", "HEAD")
    scene.git("switch", "-q", "main")
    scene.git("config", "commit.gpgsign", "false")
    scene.git("merge", "-q", "--no-ff", "-m", "merge", "review")
    assert brought(scene) == {"commit": made, "signature": "signed with a key of Tomas Lind"}


def test_by_a_squash(scene: Scene) -> None:
    """A squash throws the author's signature away; the statement's own still stands."""
    scene.git("switch", "-qc", "review")
    signing(scene, "tomas")
    scene.approve("1.1.0", "tomas")
    scene.git("switch", "-q", "main")
    scene.git("config", "commit.gpgsign", "false")
    scene.git("merge", "-q", "--squash", "review")
    scene.commit("squashed")
    assert brought(scene) == {"commit": scene.git("rev-parse", "HEAD"), "signature": "not signed"}
    assert scene.verify().code == 0


def test_by_the_merge_itself(scene: Scene) -> None:
    """What neither side held, the merge commit brought."""
    scene.git("switch", "-qc", "side")
    (scene.root / "note.txt").write_text("x")
    scene.commit("side")
    scene.git("switch", "-q", "main")
    scene.git("merge", "-q", "--no-ff", "--no-commit", "side")
    scene.approve("1.1.0", "tomas")
    head = scene.git("rev-parse", "HEAD")
    assert len(scene.git("rev-list", "--parents", "-1", head).split()) == 3
    assert brought(scene) == {"commit": head, "signature": "not signed"}


FORGE = b"\xc2\x20\x04\x00\x01\x08\x00\x00\x00\x0a\x09\x10" + bytes.fromhex("B5690EEEBB952194")
OTHER = FORGE[:-8] + bytes(8)


@pytest.mark.parametrize(("packet", "kind", "said"), [
    (FORGE, "PGP SIGNATURE", "made on GitHub's pages, as its OpenPGP signature (B5690EEEBB952194) says; not checked"),
    (OTHER, "PGP SIGNATURE", "signed with OpenPGP (0000000000000000); not checked"),
    (b"x", "PGP SIGNATURE", "signed with OpenPGP (no key id); not checked"),
    (b"x", "SIGNED MESSAGE", "signed with a certificate (gitsign or S/MIME); not checked"),
    (b"x", "SSH SIGNATURE", "signed, and the signature does not hold: armour that ssh-keygen would not write"),
    (b"x", "RUNE", "signed in a way that is not known here"),
])  # fmt: skip
def test_forms_that_are_not_checked(packet: bytes, kind: str, said: str, scene: Scene) -> None:
    """A forge's own key is recognised, and called what it is; nothing unchecked is called good."""
    scene.approve("1.1.0", "tomas")
    lines = scene.git("cat-file", "commit", "HEAD").split("\n\n", 1)
    armour = f"-----BEGIN {kind}-----\n \n {base64.b64encode(packet).decode()}\n -----END {kind}-----\n"
    scene.git("update-ref", "HEAD", scene.git(
        "hash-object", "-t", "commit", "-w", "--stdin", stdin=f"{lines[0]}\ngpgsig {armour}\n{lines[1]}\n".encode()
    ))  # fmt: skip
    assert brought(scene)["signature"] == said
