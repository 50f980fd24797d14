"""A timestamp authority of one's own: real certificates, real `openssl ts`, on a loopback port.

`openssl ts -reply` stamps with the clock of the machine; where a test needs another time, the same
keys sign a token over a hand-made TSTInfo with `openssl cms`.
"""

from __future__ import annotations

import hashlib
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CONFIG = """\
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
DAY = timedelta(days=1)


class TimestampAuthority:
    """A root, a certificate for time-stamping below it, and what signs with it."""

    def __init__(
        self, folder: Path, name: str = "Größe TSA", *, usage: bool | None = True, since: datetime | None = None,
        until: datetime | None = None,
    ) -> None:  # fmt: skip
        self.folder, self.asked, self.at = folder, 0, None
        self.down, self.answer = False, b""
        folder.mkdir(parents=True)
        now = datetime.now(UTC)
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} root")])
        own_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        root = (
            x509.CertificateBuilder().subject_name(root_name).issuer_name(root_name)
            .public_key(root_key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - 3650 * DAY).not_valid_after(now + 3650 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(root_key, hashes.SHA256())
        )  # fmt: skip
        purpose = ExtendedKeyUsageOID.TIME_STAMPING if usage else ExtendedKeyUsageOID.SERVER_AUTH
        own = (
            x509.CertificateBuilder().subject_name(own_name).issuer_name(root_name)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(since or now - 3000 * DAY).not_valid_after(until or now + 3000 * DAY)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        )  # fmt: skip
        if usage is not None:
            own = own.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        own = own.sign(root_key, hashes.SHA256())
        self.root = root.public_bytes(serialization.Encoding.PEM)
        self.own = own.public_bytes(serialization.Encoding.PEM)
        (folder / "tsa.pem").write_bytes(self.own)
        (folder / "tsa.key").write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))  # fmt: skip
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))

    def reply(self, query: bytes) -> bytes:
        """What this authority answers to a request, by its own clock."""
        (self.folder / "query").write_bytes(query)
        return self._openssl("ts", "-reply", "-queryfile", "query", "-config", "tsa.cnf")

    def stamp(self, text: bytes, at: datetime | None = None, *, digest: str = "sha256") -> bytes:
        """A token over *text*; *at*: as if it had been asked then."""
        if at is None:
            (self.folder / "text").write_bytes(text)
            query = self._openssl("ts", "-query", "-data", "text", f"-{digest}", "-cert")
            return self.reply(query)
        algorithm = {"sha256": 1, "sha384": 2, "sha512": 3}[digest]
        imprint = _tlv(0x30, _tlv(0x30, _tlv(6, b"\x60\x86\x48\x01\x65\x03\x04\x02" + bytes([algorithm])))
                       + _tlv(4, hashlib.new(digest, text).digest()))  # fmt: skip
        info = _tlv(0x30, _tlv(2, b"\1") + _tlv(6, b"\x2a\x03\x04\x01") + imprint + _tlv(2, b"\7")
                    + _tlv(0x18, at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()))  # fmt: skip
        (self.folder / "info").write_bytes(info)
        cms = self._openssl(
            "cms", "-sign", "-in", "info", "-binary", "-nodetach", "-cades", "-md", "sha256", "-outform", "DER",
            "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-signer", "tsa.pem", "-inkey", "tsa.key",
        )  # fmt: skip
        return _tlv(0x30, _tlv(0x30, _tlv(2, b"\0")) + cms)

    def _openssl(self, *arguments: str) -> bytes:
        done = subprocess.run(["openssl", *arguments, "-out", "answer"], cwd=self.folder, capture_output=True,
                              check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        return (self.folder / "answer").read_bytes()


def _tlv(tag: int, value: bytes) -> bytes:
    size = len(value)
    if size < 128:
        return bytes([tag, size]) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + value


@contextmanager
def listening(authority: TimestampAuthority) -> Iterator[str]:
    """*authority* behind an address on the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked += 1
            if authority.down:
                self.send_error(503)
                return
            raw = authority.answer or authority.reply(query)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *ignored: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/tsa"
        finally:
            server.shutdown()
