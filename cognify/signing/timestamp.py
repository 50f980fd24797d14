"""RFC 3161 timestamps over a checkpoint: ask for one, and judge one against pinned certificates.

The token is over the note's *text* (origin, size, root), not over its signature lines, so that
cosignatures that are added later do not break it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cognify.errors import MalformedRecord, SignatureInvalid, SurroundingsError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

MEDIA_TYPE = "application/timestamp-query"
MAX_BYTES = 64 * 1024
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.DOTALL)
_SHA2 = {"2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384",
         "2.16.840.1.101.3.4.2.3": "sha512"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pinned:
    """One authority's certificates: what its tokens must lead to, and (if any is) whom they must be by.

    `where` is the file that they came from.
    """

    name: str
    where: str
    roots: tuple[Certificate, ...]
    intermediates: tuple[Certificate, ...]
    signers: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a timestamp, and the nonce that its answer must repeat."""

    raw: bytes
    nonce: int


def parse_certificates(name: str, pem: bytes, *, where: str) -> Pinned:
    """The certificates of the authority *name* from a PEM file.

    Raises:
        MalformedRecord: `tsa-certificates`, no certificate can be read, or none is a root.
    """
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        listed = [x509.load_pem_x509_certificate(found) for found in _PEM.findall(pem)]
    except ValueError:
        raise _unusable("a certificate that cannot be read", where) from None
    roots, intermediates, signers = list[Any](), list[Any](), list[Any]()
    for certificate in listed:
        try:
            certificate.verify_directly_issued_by(certificate)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            (intermediates if _is_authority(certificate) else signers).append(certificate)
        else:
            roots.append(certificate)
    if not roots:
        raise _unusable("no self-signed root certificate", where)
    return Pinned(name, where, tuple(roots), tuple(intermediates), tuple(signers))


def _is_authority(certificate: Certificate) -> bool:
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def request(text: bytes) -> Request:
    """What to send to an authority to have *text* stamped: SHA-256, a nonce, certificates wanted.

    Raises:
        SurroundingsError: `rfc3161-missing`.
    """
    client = _client()
    builder = client.TimestampRequestBuilder().data(text)
    made = builder.hash_algorithm(client.HashAlgorithm.SHA256).build()
    assert made.nonce is not None  # the builder's default
    return Request(made.as_bytes(), made.nonce)


def open_token(
    raw: bytes, text: bytes, name: str, pinned: Mapping[str, Sequence[Pinned]], *, nonce: int | None = None,
    where: str,
) -> tuple[datetime, str]:  # fmt: skip
    """When the authority *name* says that *text* existed, and the file of certificates that bear it out.

    *nonce* is what was asked with, if known. It says nothing of how right that authority's clock is.

    Raises:
        MalformedRecord: `tsa-token-malformed`.
        SignatureInvalid: `tsa-imprint`, it is over other bytes or by a weak digest;
            `tsa-certificate-expired`, its certificate was not valid at the time it states;
            `tsa-mismatch`, it is another configured authority's; `tsa-untrusted`, it leads to none
            of the pinned certificates, or its certificate is not one for time-stamping alone.
        SurroundingsError: `rfc3161-missing`.
    """
    client = _client()
    try:
        response = client.decode_timestamp_response(raw)
        at: datetime = response.tst_info.gen_time
        imprint, signer = response.tst_info.message_imprint, _signer(response, pinned[name])
        algorithm = imprint.hash_algorithm.dotted_string
    except Exception as error:  # whatever a foreign decoder makes of hostile bytes
        raise _malformed(type(error).__name__, where) from None
    if algorithm not in _SHA2 or hashlib.new(_SHA2[algorithm], text).digest() != imprint.message:
        raise _refused("tsa-imprint", "the token is over other bytes than this checkpoint's text", where)
    if response.status != client.PKIStatus.GRANTED:
        raise _malformed("the authority did not grant it", where)
    if nonce is not None and response.tst_info.nonce != nonce:
        raise _refused("tsa-mismatch", "an answer to another request", where)
    for mine in pinned[name]:
        if _holds(response, text, mine):
            return at.astimezone(UTC), mine.where
    for other in pinned:
        if any(_holds(response, text, theirs) for theirs in pinned[other]):
            raise _refused("tsa-mismatch", f"a token of {other}, presented as one of {name}", where)
    if signer is not None and not signer.not_valid_before_utc <= at <= signer.not_valid_after_utc:
        when = f"{at:%Y-%m-%d}"
        raise _refused("tsa-certificate-expired", f"the certificate of {name} was not valid on {when}", where)
    raise _refused("tsa-untrusted", f"it leads to none of the certificates that are pinned for {name}, or "
                   "is signed by one that is not for time-stamping alone", where)  # fmt: skip


def _signer(response: TimeStampResponse, pinned: Sequence[Pinned]) -> Certificate | None:
    """The certificate that the token names as its signer's, from the token or among the pinned."""
    from cryptography import x509

    known = [certificate for authority in pinned for certificate in authority.signers]
    embedded = [x509.load_der_x509_certificate(der) for der in response.signed_data.certificates]
    named = {(info.issuer, info.serial_number) for info in response.signed_data.signer_infos}
    return next((c for c in (*known, *embedded) if (c.issuer, c.serial_number) in named), None)


def _holds(response: TimeStampResponse, text: bytes, pinned: Pinned) -> bool:
    """Whether *response* is a token over *text* by the authority *pinned*."""
    import rfc3161_client

    try:
        used = {algorithm.dotted_string for algorithm in response.signed_data.digest_algorithms}
        if not used <= _SHA2.keys() or not _for_stamping_alone(_signer(response, (pinned,))):
            return False
        for signer in pinned.signers or (None,):
            # A builder of its own for every judgement: one that is used twice keeps the roots of the
            # first (its lists are shared between copies), and would trust one authority for another.
            builder = rfc3161_client.VerifierBuilder(
                tsa_certificate=signer, intermediates=list(pinned.intermediates), roots=list(pinned.roots)
            )
            with suppress(rfc3161_client.VerificationError):
                return builder.build().verify_message(response, text)
    except Exception:  # as above: a certificate in the token is hostile, too
        return False
    return False


def _for_stamping_alone(certificate: Certificate | None) -> bool:
    """RFC 3161 section 2.3: one extended key usage, critical, and no other purpose."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    if certificate is None:
        return False
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _client() -> ModuleType:
    try:
        import rfc3161_client
    except ImportError:
        raise SurroundingsError(
            "timestamps cannot be read: the package rfc3161-client is not installed", where=None,
            fix="install it: `pip install 'cognify-audit[timestamp]'`", id="rfc3161-missing",
        ) from None  # fmt: skip
    return rfc3161_client


def _refused(id: str, what: str, where: str) -> SignatureInvalid:
    return SignatureInvalid(
        what, where=where, fix="take the token from another clone, or let the next seal ask again", id=id
    )


def _malformed(what: str, where: str) -> MalformedRecord:
    return MalformedRecord(
        f"not a timestamp token: {what}", where=where,
        fix="take the file from the log branch again, or from a package", id="tsa-token-malformed",
    )  # fmt: skip


def _unusable(what: str, where: str) -> MalformedRecord:
    fix = "put the authority's root certificate there as PEM, with what stands below it"
    return MalformedRecord(what, where=where, fix=fix, id="tsa-certificates")
