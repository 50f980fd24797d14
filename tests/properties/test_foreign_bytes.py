"""Every parser that sees foreign bytes: what a real file becomes when somebody damages or bends it.

A parser answers soon, with a value or a named refusal and nothing else; and whatever is signed never
says anything but what was signed. COGNIFY_FUZZ=N looks at N random inputs each instead of the same few.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cognify import canonical, package, privacy, readers, replay, strictyaml
from cognify.errors import CognifyError
from cognify.records import leaf, lock, manifest, policy, statement
from cognify.records import settings as inventory_settings
from cognify.records.checkpoint import Checkpoint, parse_note, parse_signature_lines
from cognify.replay import sqlite
from cognify.signing import bundle, cosignature, note, open_statement, sshsig, timestamp
from cognify.signing.note import LogSigner
from cognify.verification import receipt
from cognify.verification.receipt import Receipt
from tests import hearing, parcel
from tests.authority import TimestampAuthority
from tests.localsigstore import LocalSigstore
from tests.scenario import CARD, NONE, Scene
from tests.unit.readers.test_run_record import SCRIPT, WRAPPED
from tests.unit.replay.test_locators import CSV, HEADER, JSON, JSONL, LINES, SAFETENSORS
from tests.witnesses import Cosigner

# Inputs that once found something, in a folder called as its parser.
CORPUS = sorted((Path(__file__).parents[1] / "vectors/own/corpus").glob("*/*"))
FUZZ = int(os.environ.get("COGNIFY_FUZZ", "0"))
SECONDS = 5
RUNS = Path(readers.__file__).parents[1] / "demo/runs/1.2.0"


pytestmark = pytest.mark.slow


def some(most: int) -> settings:
    """The same *most* inputs in every run, or as many new ones as COGNIFY_FUZZ says."""
    return settings(
        max_examples=FUZZ or most, derandomize=not FUZZ, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


TOKEN = re.compile(rb'"[^"\n]*"|-?[0-9]+(?:\.[0-9]+)?|[A-Za-z_]+')
BENT = [
    b"", b"0", b"-1", b"9" * 40, b"1e999", b"-0.0", b"NaN", b"null", b"true", b"[]", b"{}", b'""', b'"\\ud800"',
    b'"\\u0000"', b"'", b'"', b"{", b"]", b":", b",", b"\n", b"\r\n", b"\t", b"\0", b"\xff", b"\xef\xbb\xbf", b"&a ",
    b"*a", b"!!x ", b"<<: ", b"\xe2\x80\xae", b"o\xcc\x88", b"../", b"\\", b"%2f", b"/", b"~2", b"#", b"  ", b"\n\n",
    b"PK\1\2", b"-----BEGIN", b"2026-02-30", b"9999-12-31T23:59:60Z", "²".encode(), "１".encode(), b"=", b"+",
]  # fmt: skip


@st.composite
def bent(draw: st.DrawFn, raw: bytes, most: int = 3) -> bytes:
    """*raw* after one to *most* accidents; now and then they cancel out."""
    for _ in range(draw(st.integers(1, most))):
        # Half of them near the end, where archives and tables keep their directories.
        at = (
            draw(st.integers(0, len(raw)))
            if draw(st.booleans())
            else max(0, len(raw) - draw(st.integers(0, 200)))
        )
        length = draw(st.integers(1, 40))
        match draw(
            st.sampled_from(["flip", "flip", "token", "token", "token", "insert", "delete", "twice", "cut"])
        ):
            case "flip" if at < len(raw):
                raw = raw[:at] + bytes([raw[at] ^ draw(st.integers(1, 255))]) + raw[at + 1 :]
            case "token":
                found = list(TOKEN.finditer(raw, at)) or list(TOKEN.finditer(raw))
                if found:
                    hit = found[draw(st.integers(0, min(len(found), 20) - 1))]
                    other = found[draw(st.integers(0, min(len(found), 20) - 1))].group()
                    word = draw(st.sampled_from([*BENT, other]))
                    raw = raw[: hit.start()] + word + raw[hit.end() :]
            case "insert":
                raw = raw[:at] + draw(st.sampled_from(BENT) | st.binary(max_size=8)) + raw[at:]
            case "delete":
                raw = raw[:at] + raw[at + length :]
            case "twice":
                raw = raw[: at + length] + raw[at:]
            case "cut":
                raw = raw[:at]
    return raw


REFUSED = object()


def answer(parse: Callable[[], Any]) -> Any:
    """What *parse* answers, soon; `REFUSED` for a refusal that says what and how to mend it."""
    start = time.monotonic()
    try:
        found = parse()
    except CognifyError as refusal:
        assert refusal.what and refusal.fix
        found = REFUSED
    assert time.monotonic() - start < SECONDS
    return found


LOG = LogSigner("log.example/größe", b"k" * 32)
NOTE = LOG.sign(Checkpoint(LOG.name, 7, b"x" * 32)).render()
WITNESS = Cosigner()
COSIGNED = WITNESS.cosign(NOTE, 1795421486)
WITNESSES = (
    f"# größe\nlog {LOG.verifier.text().strip()}\nwitness X1 {WITNESS.vkey} http://w.example/a\n"
    f"witness X2 {Cosigner('zwei', b'2' * 32).vkey}\ngroup both 2 X1 X2\nquorum both\n"
).encode()
RECEIPT = Receipt("urn:uuid:x", "0" * 64, LOG.name, LOG.verifier.text(), (parse_note(NOTE, where="n"),),
                  "2026-11-23T12:00:00Z").to_bytes()  # fmt: skip
LEAF = leaf.Leaf("seal", "0" * 64, "inventory", 0, "1" * 64, 77).line()
MANIFEST = manifest.render(
    {"card.yaml": "0" * 64, "evidence/größe.json": "1" * 64, "evidence.lock.json": "2" * 64}
)
YAML = CARD.format(
    version="1.0.0", tier="low", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01", NONE=NONE
)
SETTINGS = b"cognify: 1\ninventory: urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0aaa\nname: acme\norigin: a/b\n"


def certificates(pem: bytes) -> timestamp.Pinned:
    return timestamp.parse_certificates("zeit", pem, where="z")


PLAIN: dict[str, tuple[bytes, Callable[[bytes], Any]]] = {
    "strictyaml": (YAML.encode(), lambda raw: strictyaml.load(raw, where="x")),
    "json": (JSON, lambda raw: canonical.loads(raw, where="x")),
    "settings": (SETTINGS, inventory_settings.parse),
    "note": (COSIGNED, lambda raw: parse_note(raw, where="x").checkpoint(where="x")),
    "note-lines": (WITNESS.line(NOTE), lambda raw: parse_signature_lines(raw, where="x")),
    "witness-policy": (WITNESSES, lambda raw: cosignature.parse_policy(raw, where="x")),
    "vkey": (
        LOG.verifier.text().encode(),
        lambda raw: note.parse_verifier(raw.decode("utf-8", "replace"), where="x"),
    ),
    "log-key": (
        LOG.text().encode(),
        lambda raw: note.parse_signer(raw.decode("utf-8", "replace"), where="x"),
    ),
}
ONE_SPELLING: dict[str, tuple[bytes, Callable[[bytes], Any]]] = {
    "canonical": (LEAF, lambda raw: canonical.dumps(canonical.loads_canonical(raw, where="x"))),
    "leaf": (LEAF, lambda raw: leaf.parse(raw, where="x").line()),
    "manifest": (MANIFEST, lambda raw: manifest.render(manifest.parse(raw))),
}


@pytest.mark.parametrize("name", PLAIN)
def test_parsers(name: str) -> None:
    """A value or a refusal."""
    whole, parse = PLAIN[name]
    assert answer(lambda: parse(whole)) is not REFUSED or name == "json"

    @some(200)
    @given(bent(whole))
    def law(raw: bytes) -> None:
        answer(lambda: parse(raw))

    law()


@pytest.mark.parametrize("place", CORPUS, ids=lambda place: f"{place.parent.name}/{place.name}")
def test_what_once_found_something(place: Path) -> None:
    """Refused by name ever since."""
    more = {"package": lambda raw: package.open_source(place), "certificates": certificates}
    parse = more.get(place.parent.name) or PLAIN[place.parent.name][1]
    assert answer(lambda: parse(place.read_bytes())) is REFUSED


@pytest.mark.parametrize("name", ONE_SPELLING)
def test_formats_of_one_spelling(name: str) -> None:
    """What is accepted would be written as these very bytes."""
    whole, spelled = ONE_SPELLING[name]
    assert spelled(whole) == whole

    @some(300)
    @given(bent(whole))
    def law(raw: bytes) -> None:
        assert answer(lambda: spelled(raw)) in (REFUSED, raw)

    law()


def foreign_files(folder: Path) -> dict[str, bytes]:
    """One of each kind that the scan looks into, with something to find and to scrub."""
    with closing(sqlite3.connect(folder / "a.db")) as db:
        db.execute("CREATE TABLE people (n, mrn)")
        db.execute("INSERT INTO people VALUES (1, '00481516')")
        db.commit()
    text = '{"host": "gpu-7", "größe": ["ssn 219-09-9999", "\\u0031", "/tmp/zoe/x"], "user": "zoe"}\n'
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"mrn": ["00481516"], "größe": [1]}), folder / "a.parquet")
    return {
        "a.json": JSON, "b.json": text.encode(), "a.jsonl": JSONL, "a.csv": CSV, "a.txt": LINES,
        "a.safetensors": SAFETENSORS, "a.db": (folder / "a.db").read_bytes(),
        "a.csv.gz": gzip.compress(b"mrn,n\n00481516,1\n"), "a.parquet": (folder / "a.parquet").read_bytes(),
    }  # fmt: skip


def test_the_scan_of_foreign_files(tmp_path: Path) -> None:
    """Whatever lies in the evidence, the scan and the scrubbing answer, soon, and never refuse."""
    whole = foreign_files(tmp_path)

    @some(900)
    @given(st.data(), st.sampled_from(sorted(whole)))
    def law(data: st.DataObject, name: str) -> None:
        raw = data.draw(bent(whole[name]))
        assert answer(lambda: privacy.look(name, raw)) is not REFUSED
        media = "application/json" if "json" in name else "text/plain"
        assert answer(lambda: privacy.scrub(raw, media, name)) is not REFUSED

    law()


@pytest.fixture(scope="module")
def own(sealed_scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    yield sealed_scene.copy(tmp_path_factory.mktemp("foreign") / "home")


def test_statements_and_their_signatures(own: Scene) -> None:
    """A statement is read as it was written or not at all; changed or signed anew it is nobody's."""
    place = own.statement("1.0.0", "signoff.approve", "ines")
    whole, signature = place.read_bytes(), Path(f"{place}.sig").read_bytes()
    rules = policy.parse((own.root / "policy/0001.yaml").read_bytes(), where="p")
    space = statement.namespace("signoff.approve")
    opened = open_statement(whole, signature, policy=rules, where="s")
    assert opened.person.id == "ines"

    @some(300)
    @given(bent(whole))
    def bent_statement(raw: bytes) -> None:
        assert answer(lambda: statement.parse(raw, where="s").to_bytes()) in (REFUSED, raw)
        if raw != whole:
            assert answer(lambda: open_statement(raw, signature, policy=rules, where="s")) is REFUSED

    @some(300)
    @given(bent(signature))
    def bent_signature(raw: bytes) -> None:
        found = answer(lambda: sshsig.verify(sshsig.parse(raw), whole, namespace=space))
        assert found is REFUSED or raw == signature
        assert (
            answer(lambda: open_statement(whole, raw, policy=rules, where="s")) is REFUSED or raw == signature
        )

    bent_statement()
    bent_signature()


def test_signatures_by_security_keys() -> None:
    """What verifies is what was signed, by the key that signed it."""
    message = "Größe".encode()
    whole = hearing.key("mara").sign(message, "x")
    key = sshsig.parse(whole).key

    def opened(raw: bytes) -> str:
        parsed = sshsig.parse(raw)
        sshsig.verify(parsed, message, namespace="x")
        return parsed.key

    @some(300)
    @given(bent(whole))
    def law(raw: bytes) -> None:
        assert answer(lambda: opened(raw)) in (REFUSED, key)

    assert opened(whole) == key
    law()


def test_signed_notes() -> None:
    """An accepted note says what the log signed, and a cosignature when the witness gave it."""
    witness = cosignature.parse_policy(WITNESSES, where="w").witnesses[0]
    said = Checkpoint(LOG.name, 7, b"x" * 32)
    when = datetime.fromtimestamp(1795421486, UTC)

    @some(400)
    @given(bent(COSIGNED))
    def law(raw: bytes) -> None:
        assert answer(lambda: LOG.verifier.open(parse_note(raw, where="n"), where="n")) in (REFUSED, said)
        assert answer(lambda: witness.cosigned(parse_note(raw, where="n"), where="n")) in (
            REFUSED,
            None,
            when,
        )

    law()


def test_policies_and_locks(own: Scene) -> None:
    """The rules and the citations of a real inventory, damaged; a lock has one spelling."""
    rules = (own.root / "policy/0001.yaml").read_bytes()
    cited = own.path("1.0.0", "evidence.lock.json").read_bytes()
    written = lock.parse(cited, where="l").to_bytes()
    assert canonical.loads(written, where="l").keys() == canonical.loads(cited, where="l").keys()  # type: ignore[union-attr]

    @some(200)
    @given(bent(rules), bent(cited))
    def law(bent_rules: bytes, bent_lock: bytes) -> None:
        answer(lambda: policy.parse(bent_rules, where="p"))
        answer(lambda: lock.parse(bent_lock, where="l"))

    law()


def test_receipts(tmp_path: Path) -> None:
    """A damaged memory is refused, never taken for none."""
    place = tmp_path / "größe.receipt"

    @some(200)
    @given(bent(RECEIPT))
    def law(raw: bytes) -> None:
        place.write_bytes(raw)
        found = answer(lambda: receipt.read(place))
        assert found is not None
        assert found is REFUSED or found.to_bytes() == raw
        receipt.is_one(place)

    law()


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_timestamps(tmp_path: Path) -> None:
    """A token says the time that its authority stated, or nothing; so do certificates that are bent."""
    text = "log.example/größe\n5\nAAAA\n".encode()
    authority = TimestampAuthority(tmp_path / "zeit")
    token = authority.stamp(text, datetime(2026, 11, 23, 12, tzinfo=UTC))
    pem = authority.root + authority.own
    pinned = {"zeit": (certificates(pem),)}
    at = timestamp.open_token(token, text, "zeit", pinned, where="t")[0]

    @some(300)
    @given(bent(token))
    def bent_token(raw: bytes) -> None:
        assert answer(lambda: timestamp.open_token(raw, text, "zeit", pinned, where="t")[0]) in (REFUSED, at)

    @some(200)
    @given(bent(pem))
    def bent_pem(raw: bytes) -> None:
        mine = answer(lambda: certificates(raw))
        if mine is not REFUSED:
            known = {"zeit": (mine,)}
            assert answer(lambda: timestamp.open_token(token, text, "zeit", known, where="t")[0]) in (
                REFUSED,
                at,
            )

    bent_token()
    bent_pem()


@cache
def sigstore() -> tuple[bytes, bytes, bytes]:
    """A bundle, its trusted root, and what it signs."""
    made, message = LocalSigstore(), "Ich habe die Größe geprüft.".encode()
    whole = made.bundle(message, at=datetime(2025, 3, 1, 12, tzinfo=UTC))
    return json.dumps(whole).encode(), json.dumps(made.trusted_root()).encode(), message


def test_bundles() -> None:
    """A bundle names the login that signed, and when, or nothing; whatever the trusted root has become."""
    whole, root, message = sigstore()
    said = bundle.verify(whole, message, root=root, where="b")

    @some(150)
    @given(bent(whole))
    def bent_bundle(raw: bytes) -> None:
        found = answer(lambda: bundle.verify(raw, message, root=root, where="b"))
        assert found is REFUSED or found[0] == said[0]

    @some(60)
    @given(bent(root))
    def bent_root(raw: bytes) -> None:
        answer(lambda: bundle.verify(whole, message, root=raw, where="b"))

    bent_bundle()
    bent_root()


def test_packages(tmp_path: Path) -> None:
    """An archive that is accepted holds the very files that were packed."""
    described = canonical.pretty({"record": "urn:uuid:x", "größe": "ja"})
    files = parcel.listed(
        {"package.json": described, "inventory/größe.txt": b"a" * 90, "log/leaves": LEAF + b"\n"}
    )
    place = tmp_path / "p.zip"
    place.write_bytes(parcel.zipped(files))
    paths = package.open_source(place).files.paths()
    assert paths == ("größe.txt",)

    def held() -> dict[str, bytes]:
        source = package.open_source(place)
        return {path: source.files.read(path) for path in source.files.paths()}

    @some(400)
    @given(bent(parcel.zipped(files)))
    def law(raw: bytes) -> None:
        place.write_bytes(raw)
        assert answer(held) in (REFUSED, {"größe.txt": b"a" * 90})

    law()


def parquet() -> bytes:
    import pyarrow
    import pyarrow.parquet

    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"größe": [1, 2, 3], "b": ["x", "y", "z"]}), buffer)
    return buffer.getvalue()


def database(folder: Path) -> bytes:
    path = folder / "s.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA page_size = 512")
        db.execute("CREATE TABLE t (k TEXT, v TEXT)")
        db.execute("CREATE VIEW w AS SELECT * FROM t")
        db.executemany("INSERT INTO t VALUES (?, 'größe')", ((str(n),) for n in range(40)))
        db.commit()
    return path.read_bytes()


LOCATORS = {
    "json": (JSON, ("json:/a/b~1c/1", "json-key:/a", "json-path:/d", "text:", "bytes:sha256")),
    "jsonl": (JSONL, ("jsonl:2#/a", "jsonl:count")),
    "csv": (CSV, ("csv:1/name", "csv:2/x,y", "csv:count", "csv-header:name", "csv-where:name=Q#name")),
    "yaml": (b"a: {b: [1, 'x', 2.5]}\nd: |\n  true\n", ("yaml:/a/b/1", "yaml:/d")),
    "lines": (LINES, ("lines:2-3", "line-after:name: ", "text:")),
    "safetensors": (SAFETENSORS, ("safetensors:parameters", "safetensors:/w/shape/1")),
    "parquet": (b"", ("parquet:/num_rows", "parquet:/schema")),
    "sqlite": (b"", ("sqlite:t?k=3#v", "sqlite:w?k=3#v")),
}


@pytest.mark.parametrize("kind", LOCATORS)
def test_evidence(kind: str, tmp_path: Path) -> None:
    """Every locator, over evidence of its own kind that is damaged."""
    whole, places = LOCATORS[kind]
    whole = whole or (parquet() if kind == "parquet" else database(tmp_path))
    assert answer(lambda: replay.find(places[0], whole)) is not REFUSED

    @some(250)
    @given(bent(whole))
    def law(raw: bytes) -> None:
        for place in places:
            answer(lambda place=place: replay.find(place, raw))  # type: ignore[misc]
        if kind == "sqlite":
            answer(lambda: tables(raw))

    law()


def tables(raw: bytes) -> tuple[str, ...]:
    with sqlite.opened(raw, "s") as connection:
        return sqlite.columns(connection, "t", "s")


@pytest.mark.parametrize(("header", "length"), [(HEADER, len(HEADER)), (HEADER, 2**63), (b"{}", 2)])
def test_weights_headers(header: bytes, length: int) -> None:
    """A length that lies, and a header that is bent."""

    @some(100)
    @given(bent(header))
    def law(raw: bytes) -> None:
        answer(lambda: replay.find("safetensors:parameters", length.to_bytes(8, "little") + raw))

    law()


def test_run_records(tmp_path: Path) -> None:
    """What a run's record becomes when it is bent: values with citations that replay, or a refusal."""
    path = tmp_path / "cognify-run.json"
    whole = json.dumps(WRAPPED | {"params": SCRIPT["params"], "metrics": SCRIPT["metrics"]}).encode()

    @some(100)
    @given(bent(whole))
    def law(raw: bytes) -> None:
        path.write_bytes(raw)
        answer(lambda: readers.read_sources([tmp_path], keep_data=False))

    law()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a real run left, the tables cut short."""
    folder = tmp_path_factory.mktemp("run") / "größe"
    shutil.copytree(RUNS, folder, ignore=shutil.ignore_patterns("mlflow.db", "*.bin"))
    for path in (folder / "data").iterdir():
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:9]))
    with (
        closing(sqlite3.connect(RUNS / "mlflow.db")) as db,
        closing(sqlite3.connect(folder / "m.db")) as small,
    ):
        wanted = [
            "runs",
            "experiments",
            "params",
            "metrics",
            "latest_metrics",
            "tags",
            "datasets",
            "inputs",
            "input_tags",
        ]
        for sql, name in db.execute("SELECT sql, name FROM sqlite_master WHERE type = 'table'").fetchall():
            if name in wanted:
                small.execute(sql)
                rows = db.execute(f'SELECT * FROM "{name}" LIMIT 60').fetchall()
                if rows:
                    small.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(rows[0]))})', rows)
        small.commit()
    return folder


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What evaluations, data tools and people's own scripts leave, one file of each kind."""
    from tests.unit.readers import test_described_data, test_dvc_pipelines, test_inspect_logs, test_mapping

    folder = tmp_path_factory.mktemp("described")
    data = test_described_data
    s3 = data.listing("v1/test.csv", "v1/dev.parquet")
    for name, content in {
        "a.eval": test_inspect_logs.archive(test_inspect_logs.LOG),
        "log.json": json.dumps(test_inspect_logs.LOG).encode(),
        "croissant.json": json.dumps(data.described()).encode(),
        "list.json": json.dumps(s3).encode(),
        "dvc.lock": test_dvc_pipelines.LOCK.encode(),
        "dvc.yaml": test_dvc_pipelines.METRICS.encode(),
        "test.csv.dvc": test_dvc_pipelines.pointer("test.csv", b"a\n1\n").encode(),
        "test.csv": b"a\n1\n",
        "top.json": b'{"f1": 0.5, "n": 1}',
        "out/final.json": json.dumps(test_mapping.OUTPUT).encode(),
        "cognify-mapping.yaml": test_mapping.TEN_LINES.encode(),
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_described(described: Path) -> None:
    """The same law as for runs, over logs, pipelines, descriptions of data and mappings."""
    test_runs(described)


def test_runs(run: Path) -> None:
    """What training left, one file of it damaged: values with citations that replay, or a refusal."""
    names = sorted(p for p in run.rglob("*") if p.is_file())
    assert answer(lambda: readers.read_sources([run], keep_data=False)).claims
    whole = {path: path.read_bytes() for path in names}

    @some(250)
    @given(st.data())
    def law(data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(names))
        path.write_bytes(data.draw(bent(whole[path])))
        try:
            answer(lambda: readers.read_sources([run], keep_data=False))
        finally:
            path.write_bytes(whole[path])

    law()
