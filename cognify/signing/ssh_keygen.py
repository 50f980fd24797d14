"""Signing with `ssh-keygen -Y sign`, so that agents, passphrases and hardware keys work.

The key never passes through this process. Verification is in `sshsig`, in process.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from cognify.errors import ConfigurationError, SurroundingsError


def public_key(key: Path) -> str:
    """`type base64` of the public half of *key*, a private key file or its .pub.

    Raises:
        ConfigurationError: `key-missing` or `key-unusable`.
    """
    pub = key if key.suffix == ".pub" else key.with_name(key.name + ".pub")
    if not key.is_file() and not pub.is_file():
        raise _unusable("key-missing", "there is no such key file", key)
    if pub.is_file():
        text = pub.read_text(encoding="utf-8", errors="replace")
    else:
        text = _run(["ssh-keygen", "-y", "-P", "", "-f", str(key)], b"", key).decode()
    parts = text.split()
    if len(parts) < 2:
        raise _unusable("key-unusable", "not an SSH public key", pub)
    return f"{parts[0]} {parts[1]}"


def sign(message: bytes, *, key: Path, namespace: str) -> bytes:
    """The armoured SSHSIG of *message* by *key*; asks for a passphrase or a touch as ssh-keygen does.

    Raises:
        ConfigurationError: `key-missing`, `key-unusable`, `passphrase-wrong`.
        SurroundingsError: `ssh-keygen-missing`.
    """
    if not key.is_file():
        raise _unusable("key-missing", "there is no such key file", key)
    with tempfile.TemporaryDirectory(prefix="cognify-") as folder:
        statement = Path(folder, "statement")
        statement.write_bytes(message)
        _run(["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", namespace, str(statement)], None, key)
        return Path(folder, "statement.sig").read_bytes()


def _run(command: list[str], stdin: bytes | None, key: Path) -> bytes:
    # The message goes through a file, not stdin: stdin and the terminal stay free for the
    # passphrase prompt. LC_ALL pins the words that are matched below.
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, check=False, env=environment)
    except FileNotFoundError:
        raise SurroundingsError(
            "ssh-keygen is not installed",
            where="PATH",
            fix="install OpenSSH 8.2 or newer",
            id="ssh-keygen-missing",
        ) from None
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip()
    if "passphrase" in said or "agent refused" in said or "read_passphrase" in said:
        raise _unusable("passphrase-wrong", "the key could not be unlocked", key, said)
    raise _unusable("key-unusable", "ssh-keygen could not use the key", key, said)


def _unusable(id: str, what: str, key: Path, said: str = "") -> ConfigurationError:
    fixes = {
        "key-missing": "name a private key file, or the .pub file of a key that your agent holds",
        "passphrase-wrong": "type the passphrase again, or add the key to your ssh agent",
        "key-unusable": "name an OpenSSH key file that only you can read (chmod 600)",
    }
    detail = f" ({said.splitlines()[-1]})" if said else ""
    return ConfigurationError(what + detail, where=str(key), fix=fixes[id], id=id)
