"""Who signed a commit: a second signal, beside the statements, and never an approval.

SSH signatures (git's `gpg.format = ssh`) are verified in process. Of OpenPGP and X.509 (gitsign,
S/MIME) only what they say of themselves is read: neither keyring nor online log is at hand, and
`form` says so.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from cognify.errors import SignatureInvalid
from cognify.signing import sshsig

FORMS = ("none", "ssh", "openpgp", "x509", "unknown", "several")
_ARMOURS = {
    b"-----BEGIN SSH SIGNATURE-----": "ssh",
    b"-----BEGIN PGP SIGNATURE-----": "openpgp",
    b"-----BEGIN SIGNED MESSAGE-----": "x509",
}
_HEADERS = (b"gpgsig", b"gpgsig-sha256")
_ISSUER, _ISSUER_FINGERPRINT = 16, 33
"""OpenPGP signature subpackets (RFC 9580 sections 5.2.3.12 and 5.2.3.35)."""


@dataclass(frozen=True, slots=True)
class CommitSignature:
    """What a commit's signature is worth.

    `form` is one of `FORMS`. `mark` is the fingerprint of the SSH key whose signature holds, or the
    key id (16 digits) that an OpenPGP signature claims, which nobody has checked. `fault` says why an
    SSH signature does not hold.
    """

    form: str
    mark: str = ""
    fault: str = ""


def signature_of(raw: bytes) -> CommitSignature:
    """Judge the signature in *raw*, the bytes of a commit object without their header."""
    signatures, payload = _split(raw)
    if not signatures:
        return CommitSignature("none")
    if len(signatures) > 1:
        # git takes such a commit as signed; but one signature over many commit ids names none of them.
        return CommitSignature("several")
    (armour,) = signatures
    form = _ARMOURS.get(armour.partition(b"\n")[0], "unknown")
    if form == "openpgp":
        return CommitSignature(form, _claimed(armour))
    return _ssh(armour, payload) if form == "ssh" else CommitSignature(form)


def _ssh(armour: bytes, payload: bytes) -> CommitSignature:
    try:
        parsed = sshsig.parse(armour)
        sshsig.verify(parsed, payload, namespace="git")
    except SignatureInvalid as error:
        return CommitSignature("ssh", fault=error.what)
    return CommitSignature("ssh", sshsig.fingerprint(parsed.key_blob))


def _split(raw: bytes) -> tuple[list[bytes], bytes]:
    """The signatures among a commit's headers, and what they are over: all the rest."""
    signatures, rest, taking = list[bytes](), list[bytes](), False
    head, blank, message = raw.partition(b"\n\n")
    for line in head.split(b"\n"):
        taking = line.startswith(b" ") and taking
        if taking:
            signatures[-1] += line[1:] + b"\n"
            continue
        name, _, value = line.partition(b" ")
        taking = name in _HEADERS
        if taking:
            signatures.append(value + b"\n")
        else:
            rest.append(line)
    return signatures, b"\n".join(rest) + blank + message


def _claimed(armour: bytes) -> str:
    """The key id that an OpenPGP signature names; empty if it cannot be read."""
    body = armour.partition(b"\n\n")[2].splitlines()
    try:
        packet = base64.b64decode(b"".join(line for line in body if not line.startswith((b"-", b"="))))
        return _issuer(packet)
    except (binascii.Error, IndexError):
        return ""


def _issuer(packet: bytes) -> str:
    """The issuer in a version 4 signature packet (RFC 9580 section 5.2.3)."""
    at = 2 if packet[1] < 192 else 3
    if packet[0] & 0xC0 == 0x80:  # the old packet format: the length's own length is in the tag
        at = 1 + (1, 2, 4, 0)[packet[0] & 3]
    at += 4
    for _ in range(2):  # hashed subpackets, then unhashed ones
        end = at + 2 + int.from_bytes(packet[at : at + 2], "big")
        at += 2
        while at < end:
            length, at = packet[at], at + 1
            if length >= 192:
                return ""  # longer than any subpacket that names an issuer
            kind, value = packet[at] & 0x7F, packet[at + 1 : at + length]
            if (kind, len(value)) == (_ISSUER, 8) or kind == _ISSUER_FINGERPRINT:
                return value[-8:].hex().upper()
            at += length
    return ""
