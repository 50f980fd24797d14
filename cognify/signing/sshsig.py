"""SSH signatures (OpenSSH PROTOCOL.sshsig), verified in process.

Stricter than `ssh-keygen -Y verify` in three places, each on purpose: the armour must be exactly
what ssh-keygen writes (it accepts trailing text, re-wrapped lines and a second block, so one
signature could be shown as many files), RSA needs 3072 bits, and a hardware key must say that it
was touched. Certificates are not accepted: the policy names keys.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cognify.errors import SignatureInvalid
from cognify.signing import ed25519

if TYPE_CHECKING:
    from collections.abc import Callable

BEGIN, END = b"-----BEGIN SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n"
MAX_BYTES = 16 * 1024
MIN_RSA_BITS = 3072
TOUCHED = 0x01

_ECDSA = ("nistp256", "nistp384", "nistp521")


class _Reader:
    """The SSH wire format (RFC 4251 section 5) from the front of *raw*."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 0

    def take(self, length: int) -> bytes:
        if length > len(self._raw) - self._at:
            raise _invalid("truncated")
        self._at += length
        return self._raw[self._at - length : self._at]

    def number(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        # As `self.take(self.number())`; seven of them stand in each signature of a log.
        start = self._at + 4
        self._at = start + int.from_bytes(self._raw[start - 4 : start], "big")
        if self._at > len(self._raw):
            raise _invalid("truncated")
        return self._raw[start : self._at]

    def mpint(self) -> int:
        raw = self.string()
        value = int.from_bytes(raw, "big", signed=True)
        minimal = (value.bit_length() // 8 + 1) if value else 0
        if value < 0 or len(raw) != minimal:
            raise _invalid("an integer that is negative or padded")
        return value

    def end(self) -> None:
        if self._at != len(self._raw):
            raise _invalid("bytes after the end")


@dataclass(frozen=True, slots=True)
class Signature:
    """An SSHSIG as it was parsed; nothing in it is believed yet."""

    key_blob: bytes
    namespace: str
    hash: str
    blob: bytes

    @property
    def key(self) -> str:
        """The key material in base64, as it stands in an authorized_keys line."""
        return base64.b64encode(self.key_blob).decode()


def fingerprint(key_blob: bytes) -> str:
    """The key's fingerprint as `ssh-keygen -l` prints it."""
    digest = base64.b64encode(hashlib.sha256(key_blob).digest()).decode().rstrip("=")
    return f"SHA256:{digest}"


def parse(armour: bytes) -> Signature:
    """The signature in *armour*.

    Raises:
        SignatureInvalid: `signature-not-canonical` if the armour is not exactly what ssh-keygen
            writes; `signature-invalid` if its content is malformed or uses a weak hash.
    """
    if len(armour) > MAX_BYTES or not armour.startswith(BEGIN) or not armour.endswith(END):
        raise _invalid("not one armoured SSH signature", id="signature-not-canonical")
    body = armour[len(BEGIN) : -len(END)]
    try:
        raw = base64.b64decode(body.replace(b"\n", b""), validate=True)
    except binascii.Error:
        raise _invalid("not base64", id="signature-not-canonical") from None
    if armour != _armour(raw):
        raise _invalid("armour that ssh-keygen would not write", id="signature-not-canonical")
    reader = _Reader(raw)
    if reader.take(6) != b"SSHSIG" or reader.number() != 1:
        raise _invalid("not version 1 of SSHSIG")
    key_blob, namespace, reserved = reader.string(), reader.string(), reader.string()
    hash_name, blob = reader.string(), reader.string()
    reader.end()
    if reserved or hash_name not in (b"sha256", b"sha512"):
        raise _invalid("a reserved field that is used, or a hash that is not allowed")
    try:
        return Signature(key_blob, namespace.decode("ascii"), hash_name.decode(), blob)
    except UnicodeDecodeError:
        raise _invalid("a namespace that is not ASCII") from None


def _armour(raw: bytes) -> bytes:
    text = base64.b64encode(raw)
    lines = (text[at : at + 70] for at in range(0, len(text), 70))
    return BEGIN + b"".join(line + b"\n" for line in lines) + END


def verify(signature: Signature, message: bytes, *, namespace: str, touch: bool = False) -> None:
    """Check that *signature* is over *message*, made for *namespace*; nothing about whose key it is.

    Raises:
        SignatureInvalid: `namespace`, `touch-missing` (a hardware key that was not touched, or,
            where *touch* demands one, a key that is not hardware), or `signature-invalid`.
    """
    if signature.namespace != namespace:
        raise _invalid(f"a signature made for {signature.namespace!r}, not for {namespace!r}", id="namespace")
    digest = hashlib.new(signature.hash, message).digest()
    signed = b"SSHSIG" + b"".join(
        _string(part) for part in (namespace.encode(), b"", signature.hash.encode(), digest)
    )
    key = load_key(signature.key_blob)
    reader = _Reader(signature.blob)
    algorithm, value = reader.string(), reader.string()
    if key.application is not None:
        flags, counter = reader.take(1)[0], reader.number()
        if not flags & TOUCHED:
            raise _invalid("the hardware key was not touched", id="touch-missing")
        signed = (
            hashlib.sha256(key.application).digest()
            + struct.pack(">BI", flags, counter)
            + hashlib.sha256(signed).digest()
        )
    elif touch:
        raise _invalid("the policy demands a hardware key here", id="touch-missing")
    reader.end()
    if not key.check(algorithm.decode("ascii", "replace"), value, signed):
        raise _invalid("the signature does not match these bytes")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A loaded key: how to check with it, and the FIDO application it is bound to, if any."""

    kind: str
    check: Callable[[str, bytes, bytes], bool]
    application: bytes | None


@lru_cache(maxsize=1024)
def load_key(blob: bytes) -> PublicKey:
    """The public key in *blob* (RFC 4253 section 6.6, RFC 5656, RFC 8709, PROTOCOL.u2f).

    Raises:
        SignatureInvalid: `bad-key` for what is malformed, too short or of an unknown kind.
    """
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return _load_key(blob)
    except SignatureInvalid as error:
        raise _invalid(error.what, id="bad-key") from None
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _invalid(f"not a usable key: {error}", id="bad-key") from None


def _load_key(blob: bytes) -> PublicKey:
    reader = _Reader(blob)
    kind = reader.string().decode("ascii", "replace")
    plain = kind.removeprefix("sk-").removesuffix("@openssh.com")
    if plain == "ssh-ed25519":
        raw = reader.string()
        check = _ed25519(raw, kind)
    elif plain.startswith("ecdsa-sha2-") and plain[11:] in _ECDSA:
        if reader.string().decode("ascii", "replace") != plain[11:]:
            raise _invalid("a curve that is not the key type's")
        point = reader.string()
        if point[:1] != b"\x04":
            raise _invalid("a point in another spelling than OpenSSH's")
        check = _ecdsa(point, plain[11:], kind)
    elif kind == "ssh-rsa":
        exponent, modulus = reader.mpint(), reader.mpint()
        check = _rsa(exponent, modulus)
    else:
        raise _invalid(f"a key of type {kind[:60]!r}, which is not accepted")
    application = reader.string() if kind.startswith("sk-") else None
    reader.end()
    return PublicKey(kind, check, application)


def _ed25519(raw: bytes, kind: str) -> Callable[[str, bytes, bytes], bool]:
    if not ed25519.is_usable(raw):
        raise _invalid("not an Ed25519 key of full order")
    return lambda algorithm, value, message: algorithm == kind and ed25519.holds(raw, value, message)


def _ecdsa(point: bytes, curve: str, kind: str) -> Callable[[str, bytes, bytes], bool]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    curves: dict[str, tuple[ec.EllipticCurve, hashes.HashAlgorithm]] = {
        "nistp256": (ec.SECP256R1(), hashes.SHA256()),
        "nistp384": (ec.SECP384R1(), hashes.SHA384()),
        "nistp521": (ec.SECP521R1(), hashes.SHA512()),
    }
    key = ec.EllipticCurvePublicKey.from_encoded_point(curves[curve][0], point)

    def check(algorithm: str, value: bytes, message: bytes) -> bool:
        reader = _Reader(value)
        r, s = reader.mpint(), reader.mpint()
        reader.end()
        encoded = utils.encode_dss_signature(r, s)
        return algorithm == kind and _holds(key.verify, encoded, message, ec.ECDSA(curves[curve][1]))

    return check


def _rsa(exponent: int, modulus: int) -> Callable[[str, bytes, bytes], bool]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    if not MIN_RSA_BITS <= modulus.bit_length() <= 16384:
        raise _invalid(f"an RSA key of {modulus.bit_length()} bits; {MIN_RSA_BITS} are needed")
    if not 3 <= exponent < 1 << 33:
        raise _invalid("an RSA exponent that no honest key has")
    key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    allowed: dict[str, hashes.HashAlgorithm] = {
        "rsa-sha2-256": hashes.SHA256(),
        "rsa-sha2-512": hashes.SHA512(),
    }

    def check(algorithm: str, value: bytes, message: bytes) -> bool:
        hash_algorithm = allowed.get(algorithm)
        if hash_algorithm is None:
            return False
        return _holds(key.verify, value, message, padding.PKCS1v15(), hash_algorithm)

    return check


def _holds(check: Callable[..., Any], value: bytes, message: bytes, *how: object) -> bool:
    """Whether *check* (a `verify` of cryptography) accepts *value* over *message*."""
    from cryptography.exceptions import InvalidSignature

    try:
        check(value, message, *how)
    except (InvalidSignature, ValueError):
        return False
    return True


def _string(raw: bytes) -> bytes:
    return struct.pack(">I", len(raw)) + raw


def _invalid(what: str, *, id: str = "signature-invalid") -> SignatureInvalid:
    return SignatureInvalid(
        what, where=None, fix="sign again with `cognify approve` and a key of the policy", id=id
    )
