"""The second signal: what a commit's own signature is worth, beside git's word for it."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from cognify.records.policy import Key
from cognify.signing.commit import CommitSignature, signature_of

HEAD = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor Z <z@e.org> 1 +0000\ncommitter Z <z@e.org> 1 +0000\n"


def git(folder: Path, *arguments: str, stdin: bytes | None = None, **env: str) -> bytes:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], input=stdin, capture_output=True, check=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **env},
    )  # fmt: skip
    return done.stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commits")
    git(folder, "init", "-q")
    for name, kind in (("ed", "ed25519"), ("ec", "ecdsa"), ("rsa", "rsa")):
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", folder / name], check=True)
    git(folder, "config", "user.name", "Zoë")
    git(folder, "config", "user.email", "z@example.org")
    return folder


def committed(folder: Path, *options: str, message: str = "größer\n\n gpgsig nicht\n") -> bytes:
    git(folder, *options, "commit", "--allow-empty", "-q", "-F", "-", stdin=message.encode())
    return git(folder, "cat-file", "commit", "HEAD")


def signed(folder: Path, key: str) -> bytes:
    return committed(
        folder, "-c", "gpg.format=ssh", "-c", f"user.signingkey={folder / key}", "-c", "commit.gpgsign=true"
    )


@pytest.mark.parametrize("key", ["ed", "ec", "rsa"])
def test_signed_by_git(key: str, place: Path) -> None:
    """What `git commit -S` makes holds, and names the key as ssh-keygen does."""
    raw = signed(place, key)
    mark = Key((place / f"{key}.pub").read_text()).mark
    assert signature_of(raw) == CommitSignature("ssh", mark)
    changed = signature_of(raw.replace("größer".encode(), b"kleiner"))
    assert (changed.form, changed.mark, changed.fault) == (
        "ssh", "", "the signature does not match these bytes",
    )  # fmt: skip


def test_not_signed(place: Path) -> None:
    """No signature, though the message speaks of one."""
    assert signature_of(committed(place)) == CommitSignature("none")
    assert signature_of(HEAD + b"\ngpgsig -----BEGIN SSH SIGNATURE-----\n") == CommitSignature("none")


def test_signed_twice(place: Path) -> None:
    """One signed content under two commit ids: git calls it good, here it counts for nothing."""
    raw = signed(place, "ed")
    start, end = raw.index(b"gpgsig "), raw.index(b"\n\n") + 1
    assert signature_of(raw[:end] + raw[start:end] + raw[end:]).form == "several"


def test_a_signature_for_another_purpose(place: Path, tmp_path: Path) -> None:
    """An approval's signature never signs a commit."""
    raw = HEAD + b"\nx\n"
    (tmp_path / "m").write_bytes(raw)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "signoff.approve.v1@cognify.dev", "-f", place / "ed",
                    tmp_path / "m"], check=True, capture_output=True)  # fmt: skip
    armour = (tmp_path / "m.sig").read_bytes().rstrip(b"\n").replace(b"\n", b"\n ")
    found = signature_of(HEAD + b"gpgsig " + armour + b"\n\nx\n")
    assert (found.form, found.mark) == ("ssh", "")
    assert "not for 'git'" in found.fault


def with_armour(kind: bytes, packet: bytes) -> bytes:
    body = base64.b64encode(packet)
    armour = b"-----BEGIN %s-----\n \n %s\n -----END %s-----" % (kind, body, kind)
    return HEAD + b"gpgsig " + armour + b"\n\nx\n"


ISSUER = b"\x09\x10" + bytes.fromhex("B5690EEEBB952194")
LONG = b"\x16\x21\x04" + bytes(12) + bytes.fromhex("B5690EEEBB952194")


@pytest.mark.parametrize(("packet", "mark"), [
    (b"\xc2\x20\x04\x00\x01\x08" + b"\x00\x00" + b"\x00\x0a" + ISSUER, "B5690EEEBB952194"),
    (b"\xc2\xc1\x20\x04\x00\x01\x08" + b"\x00\x17" + LONG + b"\x00\x00", "B5690EEEBB952194"),
    (b"\x89\x01\x20\x04\x00\x01\x08" + b"\x00\x06\x05\x02" + bytes(4) + b"\x00\x0a" + ISSUER, "B5690EEEBB952194"),
    (b"\xc2\x20\x04\x00\x01\x08\x00\x00\x00\x00", ""), (b"\xc2\x20\x04\x00\x01\x08\x00\x05\xff", ""),
    (b"\xc2", ""), (b"", ""),
])  # fmt: skip
def test_what_an_openpgp_signature_says_of_itself(packet: bytes, mark: str) -> None:
    """The key id that it claims, from either packet format; nothing where it claims none."""
    assert signature_of(with_armour(b"PGP SIGNATURE", packet)) == CommitSignature("openpgp", mark)


def test_openpgp_that_is_no_base64() -> None:
    """Nothing is claimed by what cannot be read."""
    raw = with_armour(b"PGP SIGNATURE", b"xxxx").replace(b"eHh4eA==", b"eHh4e")
    assert signature_of(raw) == CommitSignature("openpgp", "")


def test_other_forms() -> None:
    """A certificate's, and what nobody knows."""
    assert signature_of(with_armour(b"SIGNED MESSAGE", b"x")).form == "x509"
    assert signature_of(with_armour(b"SOMETHING", b"x")).form == "unknown"


@pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed: apt-get install gnupg")
def test_signed_by_gpg(place: Path, tmp_path: Path) -> None:
    """A real OpenPGP signature names the key that gpg made it with."""
    home = tmp_path / "g"
    home.mkdir(mode=0o700)
    run = {"GNUPGHOME": str(home), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    subprocess.run(["gpg", "--batch", "--passphrase", "", "--quick-gen-key", "z@example.org", "ed25519", "sign"],
                   env=run, check=True, capture_output=True)  # fmt: skip
    listed = subprocess.run(["gpg", "--list-keys", "--with-colons"], env=run, check=True, capture_output=True)
    id = next(line.split(":")[4] for line in listed.stdout.decode().splitlines() if line.startswith("pub"))
    git(
        place, "-c", f"user.signingkey={id}", "commit", "-S", "--allow-empty", "-qm", "x", GNUPGHOME=str(home)
    )
    assert signature_of(git(place, "cat-file", "commit", "HEAD")) == CommitSignature("openpgp", id)
    subprocess.run(["gpgconf", "--kill", "all"], env=run, check=False)


def test_the_same_word_as_git(place: Path) -> None:
    """Where git with the same keys says G, the signature holds here; where it says B, it does not."""
    raw = signed(place, "ed")
    (place / "allowed").write_text(f"z@example.org {(place / 'ed.pub').read_text()}")
    config = ("-c", f"gpg.ssh.allowedSignersFile={place / 'allowed'}")
    forged = raw.replace("größer".encode(), b"sonst")
    for content, said in ((raw, b"G"), (forged, b"B")):
        oid = git(place, "hash-object", "-t", "commit", "-w", "--stdin", stdin=content).decode().strip()
        assert git(place, *config, "log", "-1", "--format=%G?", oid).strip() == said
        assert bool(signature_of(content).mark) == (said == b"G")
