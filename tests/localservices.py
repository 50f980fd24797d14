"""The services of a `LocalSigstore` by HTTP on loopback, as a browser, a CI job and sigstore-python ask."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from cognify import canonical
from tests.localsigstore import SEQUENCE, Json, LocalSigstore, claims, token


def children(content: bytes) -> list[tuple[int, bytes, bytes]]:
    """Tag, content and whole encoding of each element of *content*."""
    found, at = [], 0
    while at < len(content):
        size, head = content[at + 1], 2
        if size & 0x80:
            head += size & 0x7F
            size = int.from_bytes(content[at + 2 : at + head])
        end = at + head + size
        found.append((content[at], content[at + head : end], content[at:end]))
        at = end
    return found


class Services(LocalSigstore):
    """One Sigstore that answers; `visitor` is who logs in, `out_of_order` which paths do not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.visitor = claims()
        self.out_of_order: set[str] = set()

    def __enter__(self) -> Services:
        outer = self

        class Desk(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                return

            def do_GET(self) -> None:
                self._answer(outer.get)

            def do_POST(self) -> None:
                self._answer(outer.post)

            def _answer(self, serve: Callable[..., tuple[int, str, bytes]]) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                where = urlsplit(self.path)
                broken = where.path in outer.out_of_order
                code, kind, out = (503, "text/plain", b"") if broken else serve(where, sent, self.headers)
                self.send_response(code)
                self.send_header("Location" if code == 302 else "Content-Type", kind)
                self.send_header("Content-Length", str(len(out)))
                self.end_headers()
                self.wfile.write(out)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self._server.shutdown()
        self._server.server_close()

    def get(self, where: Any, _sent: bytes, _headers: Any) -> tuple[int, str, bytes]:
        """The identity provider's pages, and the tokens that a CI runner hands to its jobs."""
        asked = {name: values[0] for name, values in parse_qs(where.query).items()}
        if where.path == "/oidc/authorize":
            back = urlencode({"code": "einmal", "state": asked["state"]})
            return 302, f"{asked['redirect_uri']}?{back}", b""
        if where.path == "/runner/token":
            return 200, "application/json", canonical.dumps({"value": token(self.visitor)})
        found = {
            "authorization_endpoint": f"{self.url}/oidc/authorize",
            "token_endpoint": f"{self.url}/oidc/token",
        }
        return 200, "application/json", canonical.dumps(found)

    def post(self, where: Any, sent: bytes, headers: Any) -> tuple[int, str, bytes]:
        """Fulcio, both Rekors, the TSA, and the identity provider's exchange of a code for a token."""
        now = datetime.now(UTC).replace(microsecond=0)
        if where.path == "/oidc/token":
            return 200, "application/json", canonical.dumps({"access_token": token(self.visitor)})
        if where.path == "/api/v1/timestamp":
            asked = children(children(sent)[0][1])
            imprint = children(next(content for tag, content, _ in asked if tag == SEQUENCE))[1][1]
            nonce = b"".join(whole for tag, _, whole in asked[2:] if tag == 0x02)
            return 201, "application/timestamp-reply", self.stamp(imprint, now, nonce)
        body = json.loads(sent)
        if where.path == "/api/v2/signingCert":
            claimed = headers["Authorization"].split(".")[1]
            said = json.loads(base64.urlsafe_b64decode(claimed + "=="))
            request = x509.load_pem_x509_csr(base64.b64decode(body["certificateSigningRequest"]))
            key = request.public_key()
            assert request.is_signature_valid and isinstance(key, ec.EllipticCurvePublicKey)
            chain = (self.issue(key, said, now), self.ca)
            pems = [certificate.public_bytes(Encoding.PEM).decode() for certificate in chain]
            out: Json = {"signedCertificateEmbeddedSct": {"chain": {"certificates": pems}}}
        elif where.path == "/api/v2/log/entries":
            asked_v2 = body["hashedRekordRequestV002"]
            spec = {"data": {"algorithm": "SHA2_256", "digest": asked_v2["digest"]},
                    "signature": asked_v2["signature"]}  # fmt: skip
            out = self._entry("0.0.2", {"hashedRekordV002": spec}, now)
        else:
            out = {"0" * 64: _rekor_1(self._entry("0.0.1", body["spec"], now))}
        return 201, "application/json", canonical.dumps(out)


def _rekor_1(entry: Json) -> Json:
    """An entry as Rekor 1 answers it: hexadecimal where the bundle has base64."""

    def hexed(text: str) -> str:
        return base64.b64decode(text).hex()

    proof = entry["inclusionProof"]
    return {
        "body": entry["canonicalizedBody"], "integratedTime": int(entry["integratedTime"]),
        "logID": hexed(entry["logId"]["keyId"]), "logIndex": int(entry["logIndex"]),
        "verification": {
            "inclusionProof": {
                "checkpoint": proof["checkpoint"]["envelope"],
                "hashes": [hexed(node) for node in proof["hashes"]], "logIndex": int(proof["logIndex"]),
                "rootHash": hexed(proof["rootHash"]), "treeSize": int(proof["treeSize"]),
            },
            "signedEntryTimestamp": entry["inclusionPromise"]["signedEntryTimestamp"],
        },
    }  # fmt: skip
