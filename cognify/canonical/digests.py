"""The one digest that records name: SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import stat

from cognify.errors import SurroundingsError


def sha256(raw: bytes) -> str:
    """The SHA-256 of *raw* in 64 lower-case hexadecimal digits."""
    return hashlib.sha256(raw).hexdigest()


def sha256_file(path: str | os.PathLike[str]) -> tuple[str, int]:
    """The SHA-256 and the size of what was read from *path*, through one buffer of 1 MiB.

    Raises:
        SurroundingsError: `file-unreadable`: absent, forbidden, or no regular file.
    """
    digest, size, buffer = hashlib.sha256(), 0, memoryview(bytearray(1024 * 1024))
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # a pipe would let us wait for ever
            raise OSError("not a regular file")
        with open(path, "rb", buffering=0) as file:
            while count := file.readinto(buffer):
                digest.update(buffer[:count])
                size += count
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SurroundingsError(
            f"cannot read the file: {reason}",
            where=os.fspath(path),
            fix="check that the file exists and may be read",
            id="file-unreadable",
        ) from error
    return digest.hexdigest(), size


def is_sha256(text: str) -> bool:
    """Whether *text* has the one form in which records write a SHA-256."""
    return re.fullmatch("[0-9a-f]{64}", text) is not None
