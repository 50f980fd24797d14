"""Keys that no file holds: an emulated FIDO2 security key, and RSA signatures by either hash.

The wire formats are those of RFC 4253, RFC 5656, OpenSSH PROTOCOL.sshsig and PROTOCOL.u2f.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

APPLICATION = b"ssh:"
TOUCHED, VERIFIED = 1, 4


def string(raw: bytes) -> bytes:
    return struct.pack(">I", len(raw)) + raw


def mpint(value: int) -> bytes:
    return string(value.to_bytes(value.bit_length() // 8 + 1, "big") if value else b"")


def to_sign(message: bytes, namespace: str, hash_name: str = "sha512") -> bytes:
    digest = hashlib.new(hash_name, message).digest()
    parts = (namespace.encode(), b"", hash_name.encode(), digest)
    return b"SSHSIG" + b"".join(string(part) for part in parts)


def armour(raw: bytes) -> bytes:
    text = base64.b64encode(raw)
    lines = b"".join(text[at : at + 70] + b"\n" for at in range(0, len(text), 70))
    return b"-----BEGIN SSH SIGNATURE-----\n" + lines + b"-----END SSH SIGNATURE-----\n"


def sshsig(
    blob: bytes,
    signature: bytes,
    namespace: str,
    *,
    hash_name: str = "sha512",
    version: int = 1,
    reserved: bytes = b"",
    magic: bytes = b"SSHSIG",
    tail: bytes = b"",
) -> bytes:
    parts = (blob, namespace.encode(), reserved, hash_name.encode(), signature)
    return armour(magic + struct.pack(">I", version) + b"".join(string(p) for p in parts) + tail)


@dataclass(frozen=True)
class SecurityKey:
    """A security key of type *kind* that says whether it was touched."""

    kind: str
    private: Any

    @classmethod
    def ed25519(cls) -> SecurityKey:
        return cls("sk-ssh-ed25519@openssh.com", Ed25519PrivateKey.generate())

    @classmethod
    def ecdsa(cls) -> SecurityKey:
        return cls("sk-ecdsa-sha2-nistp256@openssh.com", ec.generate_private_key(ec.SECP256R1()))

    @property
    def blob(self) -> bytes:
        public = self.private.public_key()
        if "ed25519" in self.kind:
            material = string(public.public_bytes_raw())
        else:
            point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            material = string(b"nistp256") + string(point)
        return string(self.kind.encode()) + material + string(APPLICATION)

    @property
    def public(self) -> str:
        return f"{self.kind} {base64.b64encode(self.blob).decode()}"

    def sign(self, message: bytes, namespace: str, *, flags: int = TOUCHED, counter: int = 7) -> bytes:
        inner = hashlib.sha256(to_sign(message, namespace)).digest()
        extra = struct.pack(">BI", flags, counter)
        signed = hashlib.sha256(APPLICATION).digest() + extra + inner
        if "ed25519" in self.kind:
            value = self.private.sign(signed)
        else:
            r, s = utils.decode_dss_signature(self.private.sign(signed, ec.ECDSA(hashes.SHA256())))
            value = mpint(r) + mpint(s)
        return sshsig(self.blob, string(self.kind.encode()) + string(value) + extra, namespace)


def rsa_sshsig(
    private: rsa.RSAPrivateKey, message: bytes, namespace: str, algorithm: str
) -> tuple[bytes, str]:
    """An SSHSIG by *algorithm* (ssh-keygen itself only ever writes rsa-sha2-512), and the key."""
    numbers = private.public_key().public_numbers()
    blob = string(b"ssh-rsa") + mpint(numbers.e) + mpint(numbers.n)
    chosen = {"rsa-sha2-256": hashes.SHA256(), "rsa-sha2-512": hashes.SHA512(), "ssh-rsa": hashes.SHA1()}
    value = private.sign(to_sign(message, namespace), padding.PKCS1v15(), chosen[algorithm])
    signature = string(algorithm.encode()) + string(value)
    return sshsig(blob, signature, namespace), f"ssh-rsa {base64.b64encode(blob).decode()}"
