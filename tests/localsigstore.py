"""A Sigstore of our own on loopback: identity provider, Fulcio, CT log, Rekor 1 and 2, TSA.

Unmodified sigstore-python signs and verifies against it, so nothing of the product is mocked.
`LocalSigstore().bundle()` makes a bundle in process, at any time of the past, with what a crime
needs left out or put in its place; `tests.localservices` serves it by HTTP.
Shapes: Fulcio's REST API v2 and its OID table, RFC 6962 section 3.2 for the SCT, rekor's OpenAPI and
rekor-tiles for the entries, C2SP signed notes, RFC 3161 and RFC 5652 for the token, protobuf-specs
for bundle, trusted root and signing configuration.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from cognify import canonical, merkle

IDP = "https://idp.example.org"
GITHUB = "https://token.actions.githubusercontent.com"
HUB = "https://github.com/"
USERNAME = "1.3.6.1.4.1.57264.1.7"
Key = ec.EllipticCurvePrivateKey
Json = dict[str, Any]
# Fulcio's claims beside the issuer: last arc of the OID, claim of the token, what stands before it.
CLAIMS = ((9, "job_workflow_ref", HUB), (12, "repository", HUB), (13, "sha", ""), (14, "ref", ""),
          (18, "workflow_ref", HUB), (20, "event_name", ""))  # fmt: skip


def claims(email: str = "zoe@example.org", issuer: str = IDP, **more: Any) -> Json:
    """What an identity token says of a person."""
    now = int(datetime.now(UTC).timestamp())
    return {"aud": "sigstore", "iss": issuer, "sub": f"id-of-{email}", "email": email,
            "iat": now, "nbf": now - 5, "exp": now + 3600, **more}  # fmt: skip


def workflow(path: str = "acme/cards/.github/workflows/review.yml", ref: str = "refs/heads/main",
             run_by: str = "", **more: Any) -> Json:  # fmt: skip
    """What GitHub's token says of a workflow; *run_by* is the one that called it."""
    here = f"{path}@{ref}"
    begun = run_by or here
    said = claims("", GITHUB, repository="/".join(begun.split("/")[:2]), ref=begun.partition("@")[2],
                  sha="1" * 40, job_workflow_ref=here, workflow_ref=begun, event_name="push", **more)  # fmt: skip
    return {name: value for name, value in said.items() if name != "email"}


def token(said: Mapping[str, Any]) -> str:
    """An identity token; nobody here looks at its signature."""
    parts = (json.dumps({"alg": "none"}).encode(), json.dumps(said).encode(), b"unsigned")
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---- DER (X.690) ------------------------------------------------------------------------------

SEQUENCE, SET, OCTETS, UTF8 = 0x30, 0x31, 0x04, 0x0C


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    long = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(long))) + long + content


def integer(value: int) -> bytes:
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    content = b""
    for arc in (40 * first + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.insert(0, 0x80 | arc & 0x7F)
        content += bytes(septets)
    return der(0x06, content)


def spki(key: Key) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sign(key: Key, message: bytes) -> bytes:
    return key.sign(message, ec.ECDSA(SHA256()))


class LocalSigstore:
    """One Sigstore: its keys, its log, and its services."""

    def __init__(self, *, name: str = "sigstore.größe.example", start: datetime | None = None) -> None:
        self.name = name.encode("idna").decode()
        self.start = start or datetime(2020, 1, 1, tzinfo=UTC)
        self.end: dict[str, datetime] = {}
        self.leaves = tuple(merkle.leaf_hash(entry) for entry in (b"eins", b"zwei", b"drei"))
        self.url = "http://127.0.0.1:9"
        self.ca_key, self.ct_key, self.log_key, self.tsa_ca_key, self.tsa_key = (
            ec.generate_private_key(ec.SECP256R1()) for _ in range(5)
        )
        self.ca = self._authority("fulcio", self.ca_key)
        self.tsa_ca = self._authority("time", self.tsa_ca_key)
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        self.tsa = (
            self._certificate("time-1", self.tsa_key, self.tsa_ca.subject, self.tsa_ca_key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(stamping, critical=True)
            .sign(self.tsa_ca_key, SHA256())
        )

    # ---- certificates

    def _certificate(
        self, name: str, key: Key, issuer: x509.Name | None, signer: Key
    ) -> x509.CertificateBuilder:
        subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.name),
                             x509.NameAttribute(NameOID.COMMON_NAME, name)])  # fmt: skip
        return (
            x509.CertificateBuilder(subject_name=subject, issuer_name=issuer or subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.start)
            .not_valid_after(self.start + timedelta(days=36500))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
            )
        )

    def _authority(self, name: str, key: Key) -> x509.Certificate:
        usage = dict.fromkeys(("digital_signature", "content_commitment", "key_encipherment",
                               "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)  # fmt: skip
        return (
            self._certificate(name, key, None, key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage, key_cert_sign=True, crl_sign=True), critical=True)
            .sign(key, SHA256())
        )

    def issue(self, key: ec.EllipticCurvePublicKey, said: Mapping[str, Any], at: datetime, *, sct: bool = True,
              names: int = 1) -> x509.Certificate:  # fmt: skip
        """Fulcio: a certificate of ten minutes over *key* for what a token *said*, logged by CT."""
        name: x509.GeneralName
        if "job_workflow_ref" in said:
            name = x509.UniformResourceIdentifier(HUB + said["job_workflow_ref"])
        elif "username" in said:
            name = x509.OtherName(
                ObjectIdentifier(said.get("name_type", USERNAME)), der(UTF8, said["username"].encode())
            )
        else:
            name = x509.RFC822Name(said["email"])
        usage = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
                               "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)  # fmt: skip
        builder = (
            x509.CertificateBuilder(subject_name=x509.Name([]), issuer_name=self.ca.subject, public_key=key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(at)
            .not_valid_after(at + timedelta(minutes=10))
            .add_extension(x509.KeyUsage(**usage, digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.ca_key.public_key()), critical=False
            )
            .add_extension(x509.SubjectAlternativeName([name] * names), critical=True)
        )
        named = [(8, said["iss"])] if said["iss"] else []
        own = ObjectIdentifier("1.3.6.1.4.1.57264.1.1")  # the issuer as it once was written, without DER
        builder = builder.add_extension(x509.UnrecognizedExtension(own, said["iss"].encode()), critical=False)
        named += [(arc, before + said[claim]) for arc, claim, before in CLAIMS if claim in said]
        for arc, value in named:
            own = ObjectIdentifier(f"1.3.6.1.4.1.57264.1.{arc}")
            builder = builder.add_extension(
                x509.UnrecognizedExtension(own, der(UTF8, value.encode())), critical=False
            )
        if not sct:
            return builder.sign(self.ca_key, SHA256())
        listed = self._sct(builder.sign(self.ca_key, SHA256()).tbs_certificate_bytes, at)
        own = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
        return builder.add_extension(
            x509.UnrecognizedExtension(own, der(OCTETS, listed)), critical=False
        ).sign(self.ca_key, SHA256())

    def _sct(self, precertificate: bytes, at: datetime) -> bytes:
        """A list of one signed certificate time-stamp (RFC 6962 sections 3.2 and 3.3)."""
        when = int(at.timestamp() * 1000).to_bytes(8)
        entry = b"\0\1" + sha256(spki(self.ca_key)) + len(precertificate).to_bytes(3) + precertificate
        signature = sign(self.ct_key, b"\0\0" + when + entry + b"\0\0")
        one = b"\0" + sha256(spki(self.ct_key)) + when + b"\0\0" + b"\4\3"
        one += len(signature).to_bytes(2) + signature
        one = len(one).to_bytes(2) + one
        return len(one).to_bytes(2) + one

    # ---- Rekor

    def _entry(self, version: str, spec: Json, at: datetime) -> Json:
        """Log it; the entry as protobuf-specs write it. Only version 1 promises and tells a time."""
        body = canonical.dumps({"apiVersion": version, "kind": "hashedrekord", "spec": spec})
        leaves = (*self.leaves, merkle.leaf_hash(body))
        self.leaves, index = leaves, len(leaves) - 1
        root, path = merkle.root(leaves), merkle.inclusion_proof(leaves, index)
        identity = sha256(spki(self.log_key))
        text = f"rekor.{self.name}\n{index + 1}\n{b64(root)}\n"
        line = b64(identity[:4] + sign(self.log_key, text.encode()))
        entry: Json = {
            "canonicalizedBody": b64(body),
            "inclusionProof": {
                "checkpoint": {"envelope": f"{text}\n\N{EM DASH} rekor.{self.name} {line}\n"},
                "hashes": [b64(node) for node in path], "logIndex": str(index),
                "rootHash": b64(root), "treeSize": str(index + 1),
            },
            "kindVersion": {"kind": "hashedrekord", "version": version},
            "logId": {"keyId": b64(identity)}, "logIndex": str(index),
        }  # fmt: skip
        if version == "0.0.1":
            seconds = int(at.timestamp())
            promised = {
                "body": b64(body),
                "integratedTime": seconds,
                "logID": identity.hex(),
                "logIndex": index,
            }
            entry["integratedTime"] = str(seconds)
            entry["inclusionPromise"] = {
                "signedEntryTimestamp": b64(sign(self.log_key, canonical.dumps(promised)))
            }
        return entry

    def log(
        self, rekor: int, digest: bytes, signature: bytes, certificate: x509.Certificate, at: datetime
    ) -> Json:
        """Log *signature* over what has *digest*, as Rekor 1 or 2."""
        if rekor == 1:
            pem = b64(certificate.public_bytes(Encoding.PEM))
            return self._entry("0.0.1", {
                "data": {"hash": {"algorithm": "sha256", "value": digest.hex()}},
                "signature": {"content": b64(signature), "publicKey": {"content": pem}},
            }, at)  # fmt: skip
        verifier = {"keyDetails": "PKIX_ECDSA_P256_SHA_256",
                    "x509Certificate": {"rawBytes": b64(certificate.public_bytes(Encoding.DER))}}  # fmt: skip
        return self._entry("0.0.2", {"hashedRekordV002": {
            "data": {"algorithm": "SHA2_256", "digest": b64(digest)},
            "signature": {"content": b64(signature), "verifier": verifier},
        }}, at)  # fmt: skip

    # ---- RFC 3161

    def stamp(self, imprint: bytes, at: datetime, nonce: bytes = b"") -> bytes:
        """A TimeStampResp over the SHA-256 *imprint*."""
        hashed = der(SEQUENCE, oid("2.16.840.1.101.3.4.2.1"), der(0x05))
        info = der(
            SEQUENCE, integer(1), oid("1.3.6.1.4.1.57264.2"), der(SEQUENCE, hashed, der(OCTETS, imprint)),
            integer(secrets.randbits(62)), der(0x18, at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()),
            nonce,
        )  # fmt: skip
        certificate = self.tsa.public_bytes(Encoding.DER)
        named = der(SEQUENCE, der(SEQUENCE, der(SEQUENCE, der(OCTETS, sha256(certificate)))))
        content = "1.2.840.113549.1.9.16.1.4"
        attributes = b"".join(sorted(
            der(SEQUENCE, oid(kind), der(SET, value)) for kind, value in (
                ("1.2.840.113549.1.9.3", oid(content)),
                ("1.2.840.113549.1.9.4", der(OCTETS, sha256(info))),
                ("1.2.840.113549.1.9.16.2.47", named),
            )
        ))  # fmt: skip
        signer = der(
            SEQUENCE, integer(1),
            der(SEQUENCE, self.tsa.issuer.public_bytes(), integer(self.tsa.serial_number)), hashed,
            der(0xA0, attributes), der(SEQUENCE, oid("1.2.840.10045.4.3.2")),
            der(OCTETS, sign(self.tsa_key, der(SET, attributes))),
        )  # fmt: skip
        signed = der(
            SEQUENCE, integer(3), der(SET, hashed),
            der(SEQUENCE, oid(content), der(0xA0, der(OCTETS, info))), der(0xA0, certificate), der(SET, signer),
        )  # fmt: skip
        return der(SEQUENCE, der(SEQUENCE, integer(0)),
                   der(SEQUENCE, oid("1.2.840.113549.1.7.2"), der(0xA0, signed)))  # fmt: skip

    # ---- bundles in process

    def bundle(
        self, message: bytes, said: Mapping[str, Any] | None = None, *, at: datetime | None = None,
        logged: datetime | None = None, rekor: int = 1, tsa: LocalSigstore | bool | None = None,
        sct: bool = True, log: LocalSigstore | None = None, names: int = 1, curve: ec.EllipticCurve | None = None,
    ) -> Json:  # fmt: skip
        """A bundle over *message*, as data: certified at *at*, logged and stamped at *logged*.

        *tsa* False leaves the time-stamp out (as Rekor 1 may); *tsa* and *log* may be of another
        Sigstore.
        """
        at = at or datetime.now(UTC).replace(microsecond=0)
        logged = logged or at + timedelta(seconds=2)
        key = ec.generate_private_key(curve or ec.SECP256R1())
        certificate = self.issue(key.public_key(), said or claims(), at, sct=sct, names=names)
        signature = sign(key, message)
        entry = (log or self).log(rekor, sha256(message), signature, certificate, logged)
        clock = tsa if isinstance(tsa, LocalSigstore) else self
        stamps = tsa is not False and (rekor == 2 or tsa is not None)
        stamped = [{"signedTimestamp": b64(clock.stamp(sha256(signature), logged))}] if stamps else []
        return {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "messageSignature": {
                "messageDigest": {"algorithm": "SHA2_256", "digest": b64(sha256(message))},
                "signature": b64(signature),
            },
            "verificationMaterial": {
                "certificate": {"rawBytes": b64(certificate.public_bytes(Encoding.DER))},
                "timestampVerificationData": {"rfc3161Timestamps": stamped},
                "tlogEntries": [entry],
            },
        }

    # ---- configuration

    def trusted_root(self) -> Json:
        """What verifies: the four kinds of services, each with its window (`self.end` closes one)."""

        def window(name: str) -> Json:
            end = self.end.get(name)
            return {"start": rfc3339(self.start), **({"end": rfc3339(end)} if end else {})}

        def log(name: str, key: Key) -> Json:
            return {"baseUrl": f"https://{name}.{self.name}", "hashAlgorithm": "SHA2_256",
                    "logId": {"keyId": b64(sha256(spki(key)))},
                    "publicKey": {"keyDetails": "PKIX_ECDSA_P256_SHA_256", "rawBytes": b64(spki(key)),
                                  "validFor": window(name)}}  # fmt: skip

        def authority(name: str, *chain: x509.Certificate) -> Json:
            return {"certChain": {"certificates": [{"rawBytes": b64(c.public_bytes(Encoding.DER))} for c in chain]},
                    "subject": {"commonName": name, "organization": self.name},
                    "uri": f"https://{name}.{self.name}", "validFor": window(name)}  # fmt: skip

        return {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "certificateAuthorities": [authority("fulcio", self.ca)],
            "ctlogs": [log("ct", self.ct_key)],
            "timestampAuthorities": [authority("time", self.tsa, self.tsa_ca)],
            "tlogs": [log("rekor", self.log_key)],
        }

    def signing_config(self, rekor: int = 1, *, tsa: bool = True) -> Json:
        """Where to sign."""

        def service(path: str, version: int = 1) -> list[Json]:
            return [{"majorApiVersion": version, "operator": self.name, "url": self.url + path,
                     "validFor": {"start": rfc3339(self.start)}}]  # fmt: skip

        return {
            "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
            "caUrls": service(""), "oidcUrls": service("/oidc"),
            "rekorTlogConfig": {"selector": "ANY"}, "rekorTlogUrls": service("", rekor),
            "tsaConfig": {"selector": "ANY"}, "tsaUrls": service("/api/v1/timestamp") if tsa else [],
        }  # fmt: skip
