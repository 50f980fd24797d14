"""Signing through ssh-keygen: what a person with a bad key file is told."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cognify.errors import ConfigurationError, SurroundingsError
from cognify.signing import ssh_keygen, sshsig

SPACE = "signoff.approve.v1@cognify.dev"


def key(folder: Path, name: str = "zoë", passphrase: str = "") -> Path:
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", path], check=True)
    return path


def refused(path: Path, *, reading: bool = False) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as refusal:
        if reading:
            ssh_keygen.public_key(path)
        else:
            ssh_keygen.sign("Größe".encode(), key=path, namespace=SPACE)
    return refusal.value


def test_a_signature_by_ssh_keygen_verifies_in_process(tmp_path: Path) -> None:
    """What is signed outside is checked inside, over the same bytes and for the same purpose."""
    path = key(tmp_path)
    signature = sshsig.parse(ssh_keygen.sign("Größe".encode(), key=path, namespace=SPACE))
    sshsig.verify(signature, "Größe".encode(), namespace=SPACE)
    assert signature.key == ssh_keygen.public_key(path).split()[1]


def test_the_public_half_is_found_with_and_without_its_file(tmp_path: Path) -> None:
    """`.pub` beside the key, `.pub` alone, or the private file alone: one answer."""
    path = key(tmp_path)
    pub = path.with_name("zoë.pub")
    expected = " ".join(pub.read_text().split()[:2])
    assert ssh_keygen.public_key(path) == expected
    assert ssh_keygen.public_key(pub) == expected
    pub.unlink()
    assert ssh_keygen.public_key(path) == expected


@pytest.mark.parametrize("reading", [True, False])
def test_a_key_that_is_not_there(tmp_path: Path, reading: bool) -> None:
    """`key-missing` names the file."""
    error = refused(tmp_path / "größe", reading=reading)
    assert (error.fault, error.where) == ("key-missing", str(tmp_path / "größe"))


@pytest.mark.parametrize("reading", [True, False])
def test_a_file_that_is_no_key(tmp_path: Path, reading: bool) -> None:
    """`key-unusable`."""
    path = tmp_path / "notes"
    path.write_text("keine Schlüssel\n")
    path.chmod(0o600)
    assert refused(path, reading=reading).fault == "key-unusable"


def test_a_public_file_without_a_key(tmp_path: Path) -> None:
    """`key-unusable`."""
    (tmp_path / "empty.pub").write_text("\n")
    assert refused(tmp_path / "empty", reading=True).fault == "key-unusable"


def test_a_key_that_everyone_can_read(tmp_path: Path) -> None:
    """`key-unusable`, with the permissions as the way out."""
    path = key(tmp_path)
    path.chmod(0o644)
    error = refused(path)
    assert error.fault == "key-unusable"
    assert "chmod 600" in str(error.fix)


def askpass(folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    script = folder / "askpass"
    script.write_text(f"#!/bin/sh\necho '{answer}'\n")
    script.chmod(0o700)
    monkeypatch.setenv("SSH_ASKPASS", str(script))
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
    monkeypatch.setenv("DISPLAY", ":0")


def test_a_wrong_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`passphrase-wrong`, and the passphrase is not in the message."""
    path = key(tmp_path, passphrase="sesam-öffne")
    askpass(tmp_path, monkeypatch, "sesam-schließe")
    error = refused(path)
    assert error.fault == "passphrase-wrong"
    assert "sesam" not in str(error)


def test_the_right_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ssh-keygen asks, and signs."""
    path = key(tmp_path, passphrase="sesam-öffne")
    askpass(tmp_path, monkeypatch, "sesam-öffne")
    signature = sshsig.parse(ssh_keygen.sign(b"x", key=path, namespace=SPACE))
    sshsig.verify(signature, b"x", namespace=SPACE)


def test_a_locked_key_without_its_public_half(tmp_path: Path) -> None:
    """The public half of a locked key cannot be read: `passphrase-wrong`, no prompt, no hang."""
    path = key(tmp_path, passphrase="sesam")
    path.with_name("zoë.pub").unlink()
    assert refused(path, reading=True).fault == "passphrase-wrong"


def test_ssh_keygen_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ssh-keygen-missing`."""
    path = key(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SurroundingsError) as refusal:
        ssh_keygen.sign(b"x", key=path, namespace=SPACE)
    assert refusal.value.fault == "ssh-keygen-missing"


def test_a_public_half_of_another_key_is_noticed(tmp_path: Path) -> None:
    """A `.pub` that was copied from another key never leads to a signature by a surprise."""
    path, other = key(tmp_path), key(tmp_path, "other")
    path.with_name("zoë.pub").write_bytes(other.with_name("other.pub").read_bytes())
    said = ssh_keygen.public_key(path)
    with pytest.raises(ConfigurationError) as refusal:
        signature = ssh_keygen.sign(b"x", key=path, namespace=SPACE)
        assert sshsig.parse(signature).key == said.split()[1]
    assert refusal.value.fault == "key-unusable"
