"""Sigstore bundles (protobuf-specs, bundle v0.3), verified offline: a login signed these bytes.

What is accepted is narrow: one short-lived certificate, one message signature over the very bytes,
one log entry with its inclusion proof. sigstore-python judges chain, SCT, proof, checkpoint, SET
and time-stamp token; what it leaves open is closed here, each where it is said:

* it trusts a CA, a log and a CT log beyond the `validFor` that the trusted root gives them, and
  tries every log key when a bundle names none that it knows, so it is shown only the services
  that were valid at the time in question;
* it is content with one source of time of several, so each is judged alone, and all must hold;
* it takes what a bundle carries besides for good, so it is shown a bundle rebuilt from those
  parts that were judged here.
"""

from __future__ import annotations

import base64
import binascii
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cognify import canonical
from cognify.errors import CognifyError, SignatureInvalid, SurroundingsError
from cognify.records.policy import Login

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from sigstore.verify import Verifier

TRUSTED_ROOT = "trust/sigstore/trusted_root.json"
SIGNING_CONFIG = "trust/sigstore/signing_config.json"
MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
MAX_BYTES = 64 * 1024

_ISSUER, _RUN_BY = "1.3.6.1.4.1.57264.1.8", "1.3.6.1.4.1.57264.1.18"
_USERNAME = "1.3.6.1.4.1.57264.1.7"
_SERVICES = ("certificateAuthorities", "ctlogs", "tlogs", "timestampAuthorities")


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a bundle is judged, and nothing else; nothing in it is believed yet."""

    certificate: Certificate
    signature: bytes
    entry: dict[str, Any]
    version: str
    body: bytes
    integrated: int
    promise: str
    tokens: tuple[str, ...]

    def alone(self, token: str | None) -> str:
        """A bundle of these parts whose one source of time is *token*, or else the log's promise."""
        from cryptography.hazmat.primitives.serialization import Encoding

        entry, tokens = dict(self.entry), [{"signedTimestamp": token}] if token else []
        if token is None:
            entry["inclusionPromise"] = {"signedEntryTimestamp": self.promise}
            entry["integratedTime"] = str(self.integrated)
        return canonical.dumps(
            {
                "mediaType": MEDIA_TYPE,
                "messageSignature": {"signature": _base64(self.signature)},
                "verificationMaterial": {
                    "certificate": {"rawBytes": _base64(self.certificate.public_bytes(Encoding.DER))},
                    "timestampVerificationData": {"rfc3161Timestamps": tokens},
                    "tlogEntries": [entry],
                },
            }
        ).decode()


def verify(raw: bytes, message: bytes, *, root: bytes, where: str) -> tuple[Login, datetime]:
    """The login that signed *message* by the bundle *raw*, and the time by which it had.

    *root* is the trusted root (protobuf-specs `TrustedRoot`) of the policy. Nothing is fetched.
    It does not say who the person is, nor that the issuer let nobody else in.

    Raises:
        MalformedRecord: `json-…`, the bytes are not strict JSON.
        SignatureInvalid: `bundle-kind` `sig-count` `no-inclusion-proof` `signature-invalid`
            `log-entry-mismatch` `no-trusted-time` `certificate-not-valid-then` `identity-mismatch`
            `bundle-untrusted` `bundle-malformed`.
        SurroundingsError: `trust-root-stale`, `trust-root-unusable`, `sigstore-missing`.
    """
    try:
        return _verify(raw, message, root, where)
    except CognifyError:
        raise
    except Exception as error:
        # Certificates, tokens and notes are parsed by five libraries, each with errors of its own
        # (ValueError, binascii.Error, InvalidVersion, …): whatever they raise, the bundle is bad.
        raise _invalid("bundle-malformed", f"it cannot be read ({_words(error)})", where) from None


def _verify(raw: bytes, message: bytes, root: bytes, where: str) -> tuple[Login, datetime]:
    # 1. It is of the one kind that is accepted, with one log entry and its proof.
    parts = _parts(canonical.loads(raw, where=where, max_bytes=MAX_BYTES), where)
    # 2. The certificate's key signed these bytes, and the log entry is about that signature.
    _signed(parts, message, where)
    # 3. Who: exactly one name, and the issuer that vouches for it.
    login = login_of(parts.certificate, where)
    # 4. When: at least one source of time, each judged alone under the services valid then.
    services = _services(root)
    times = []
    for at, alone in _times(parts):
        _judge(parts.certificate, at, alone, message, services, login, where)
        times.append(at)
    if not times:
        raise _invalid("no-trusted-time", "neither its log nor a time-stamp authority says when", where)
    return login, min(times)


def _parts(data: Any, where: str) -> Parts:
    from cryptography.x509 import load_der_x509_certificate

    material = find(data, "verificationMaterial")
    certificate, signature = find(material, "certificate", "rawBytes"), find(data, "messageSignature")
    signatures = find(data, "dsseEnvelope", "signatures")
    if isinstance(signatures, list) and len(signatures) != 1:
        what = f"an envelope with {len(signatures)} signatures; a statement has one"
        raise _invalid("sig-count", what, where)
    if find(data, "mediaType") != MEDIA_TYPE or "dsseEnvelope" in data or not signature or not certificate:
        raise _invalid("bundle-kind", "not a v0.3 bundle of one certificate and one message signature", where)
    entries = find(material, "tlogEntries")
    entry = find(entries, 0)
    proof, note = find(entry, "inclusionProof"), find(entry, "inclusionProof", "checkpoint", "envelope")
    if not isinstance(entries, list) or len(entries) != 1 or not note:
        raise _invalid("no-inclusion-proof", "not one log entry with its proof and checkpoint", where)
    kind, body = entry["kindVersion"], _bytes(entry["canonicalizedBody"])
    tokens = find(material, "timestampVerificationData", "rfc3161Timestamps") or ()
    return Parts(
        certificate=load_der_x509_certificate(_bytes(certificate)),
        signature=_bytes(signature["signature"]),
        entry={
            "canonicalizedBody": _base64(body),
            "inclusionProof": {
                "checkpoint": {"envelope": note},
                **{name: proof[name] for name in ("hashes", "logIndex", "rootHash", "treeSize")},
            },
            "kindVersion": {"kind": kind["kind"], "version": kind["version"]},
            "logId": {"keyId": entry["logId"]["keyId"]},
            "logIndex": entry["logIndex"],
        },
        version=f"{kind['kind']}/{kind['version']}",
        body=body,
        integrated=int(find(entry, "integratedTime") or 0),
        promise=find(entry, "inclusionPromise", "signedEntryTimestamp") or "",
        tokens=tuple(token["signedTimestamp"] for token in tokens),
    )


def _signed(parts: Parts, message: bytes, where: str) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    key = parts.certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise _invalid("bundle-kind", "its certificate is not for an ECDSA key", where)
    try:
        key.verify(parts.signature, message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise _invalid("signature-invalid", "it is not over these bytes", where) from None
    body, digest = canonical.loads(parts.body, where=where), canonical.sha256(message)
    spec = find(body, "spec")
    if parts.version == "hashedrekord/0.0.1":
        logged = find(spec, "data", "hash", "value"), find(spec, "signature", "content")
    else:
        spec = find(spec, "hashedRekordV002")
        logged = find(spec, "data", "digest"), find(spec, "signature", "content")
        digest = _base64(bytes.fromhex(digest))
    if logged != (digest, _base64(parts.signature)):
        raise _invalid("log-entry-mismatch", "its log entry is about another signature", where)


def login_of(certificate: Certificate, where: str) -> Login:
    """Issuer and identity, exactly as the certificate names them."""
    from cryptography.x509 import OtherName, SubjectAlternativeName

    names = list(certificate.extensions.get_extension_for_class(SubjectAlternativeName).value)
    if len(names) != 1:
        raise _invalid("bundle-kind", f"its certificate holds {len(names)} names", where)
    name = names[0]
    if isinstance(name, OtherName):
        identity = _utf8(name.value) if name.type_id.dotted_string == _USERNAME else ""
    else:
        identity = str(name.value)
    claims = {
        extension.oid.dotted_string: extension.value.public_bytes()
        for extension in certificate.extensions
        if extension.oid.dotted_string in (_ISSUER, _RUN_BY)
    }
    issuer = _utf8(claims.get(_ISSUER, b"\x0c\x00"))
    if not issuer or not identity:
        raise _invalid("bundle-kind", "its certificate names no issuer or nobody", where)
    # A workflow that others may call carries its own name and branch, whoever calls it and from
    # wherever (Fulcio, "Build Config URI"): only what began the run is held to be the workflow.
    run_by = _utf8(claims[_RUN_BY]) if _RUN_BY in claims else identity
    if run_by != identity:
        raise _invalid("identity-mismatch", f"{identity[:200]} was called by {run_by[:200]}", where)
    return Login(issuer, identity)


def _times(parts: Parts) -> Iterator[tuple[datetime, str]]:
    """Each time that the bundle claims, with the bundle that rests on it alone.

    The log's own time counts where a promise signs it: in Rekor v1, not in v2 (rekor-tiles).
    """
    from sigstore.models import Bundle

    if parts.version == "hashedrekord/0.0.1" and parts.integrated and parts.promise:
        yield datetime.fromtimestamp(parts.integrated, UTC), parts.alone(None)
    for token in parts.tokens:
        alone = parts.alone(token)
        stamped = Bundle.from_json(alone).verification_material.timestamp_verification_data
        assert stamped is not None
        yield stamped.rfc3161_timestamps[0].tst_info.gen_time, alone


def _judge(
    certificate: Certificate, at: datetime, alone: str, message: bytes, services: dict[str, Any],
    login: Login, where: str,
) -> None:  # fmt: skip
    from sigstore.models import Bundle
    from sigstore.verify import policy

    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise _invalid("certificate-not-valid-then", f"its certificate was not valid on {at:%FT%TZ}", where)
    known = {name: [s for s in services[name] if _valid(s, at)] for name in _SERVICES}
    for name in _SERVICES[:3]:
        if not known[name]:
            raise SurroundingsError(
                f"the trusted root knows no {name} that were valid on {at:%FT%TZ}", where=TRUSTED_ROOT,
                fix="bring the newer trusted root of this Sigstore in with a new policy version",
                id="trust-root-stale",
            )  # fmt: skip
    try:
        verifier = _verifier(canonical.dumps({**services, **known}))
        # Whom the policy lists for this login is asked later, exactly: `Policy.person_of_login`.
        verifier.verify_artifact(message, Bundle.from_json(alone), policy.OIDCIssuerV2(login.issuer))
    except Exception as error:  # see `verify`
        what = f"it does not hold under the trusted root ({_words(error)})"
        raise _invalid("bundle-untrusted", what, where) from None


def _services(root: bytes) -> dict[str, Any]:
    """The trusted root as data, and sigstore at hand to judge by it."""
    sigstore_or_stop()
    try:
        data: Any = canonical.loads(root, where=TRUSTED_ROOT)
        for name in _SERVICES:
            for service in data.setdefault(name, []):
                _valid(service, datetime.now(UTC))
        _verifier(canonical.dumps(data))
    except Exception as error:
        raise SurroundingsError(
            f"the trusted root cannot be used ({_words(error)})", where=TRUSTED_ROOT,
            fix="bring a usable one in with a new policy version", id="trust-root-unusable",
        ) from None  # fmt: skip
    return dict(data)


def sigstore_or_stop() -> None:
    """Whatever needs sigstore asks here first.

    Raises:
        SurroundingsError: `sigstore-missing`.
    """
    try:
        import sigstore.models
        import sigstore.verify  # noqa: F401
    except ImportError:
        raise SurroundingsError(
            "a login's signature needs sigstore, which is not installed", where=None,
            fix="install it: pip install 'cognify-audit[sigstore]'", id="sigstore-missing",
        ) from None  # fmt: skip


def _valid(service: Any, at: datetime) -> bool:
    """Whether the trusted root calls *service* valid at the time *at*; none without its window."""
    window = find(service, "validFor") or find(service, "publicKey", "validFor")
    start, end = find(window, "start"), find(window, "end")
    if start is None:
        return False
    return datetime.fromisoformat(start) <= at and (end is None or at <= datetime.fromisoformat(end))


@lru_cache(maxsize=64)
def _verifier(root: bytes) -> Verifier:
    from sigstore.models import TrustedRoot
    from sigstore.verify import Verifier

    handle, name = tempfile.mkstemp(prefix="cognify-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(root)
        # `from_file` is the one public way in.
        return Verifier(trusted_root=TrustedRoot.from_file(name))
    finally:
        os.unlink(name)


def find(data: Any, *path: str | int) -> Any:
    """What stands at *path* in *data*; None where there is nothing."""
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _bytes(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if _base64(raw) != text:
        raise binascii.Error("base64 with bits that say nothing")
    return raw


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _utf8(der: bytes) -> str:
    """The text of a DER UTF8String of up to 65535 bytes (X.690 section 8.1.3)."""
    length = 2 + {0x81: 1, 0x82: 2}.get(der[1], 0)
    text = der[length:]
    if der[0] != 0x0C or len(text) != (int.from_bytes(der[2:length]) if length > 2 else der[1]):
        raise ValueError("not a UTF8String")
    return text.decode()


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"


def _invalid(id: str, what: str, where: str) -> SignatureInvalid:
    fix = "sign again with `cognify approve --sigstore` and a login of the policy"
    return SignatureInvalid(what, where=where, fix=fix, id=id)
