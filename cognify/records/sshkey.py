"""SSH public keys as records write them: type, base64, perhaps a comment. Pure."""

from __future__ import annotations

import base64
import struct

_CURVE = 4 + len("nistp256") + 4
"""What stands before the point: the curve's name and the point's length."""


def is_whole(text: str) -> bool:
    """Whether the base64 of *text* is canonical, and holds a key of the type that stands before it.

    It does **not** promise that the key can be used: `signing.sshsig.load_key` judges that.
    """
    kind, encoded = text.split()[:2]
    try:
        raw = base64.b64decode(encoded, validate=True)
    except ValueError:
        return False
    head = struct.pack(">I", len(kind)) + kind.encode()
    if base64.b64encode(raw).decode() != encoded or not raw.startswith(head):
        return False
    # A curve's point has one spelling, uncompressed (RFC 5656 section 3.1): else one key could be
    # two people's.
    return "ecdsa" not in kind or raw[len(head) :][_CURVE:][:1] == b"\x04"
