"""The log as data: a chain that only grows, and the one way in which it is written."""

from __future__ import annotations

import pytest

from cognify import canonical, merkle
from cognify.errors import LedgerInconsistent
from cognify.inventory import NoFiles
from cognify.ledger import Log, Stored, Writer, log, read
from cognify.ledger.log import is_log_path
from cognify.records import leaf as leaves

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01"
ENTRIES = [
    ("genesis", "inventory", "Größe".encode()),
    ("record.propose", RECORD, b"b"),
    ("seal", "inventory", b"c"),
]
LOG = Log(()).extend(ENTRIES)


class Files:
    """The log branch in memory."""

    def __init__(self, **files: bytes) -> None:
        self.files = {f"log/{name}": raw for name, raw in files.items()}

    def paths(self, under: str = "") -> tuple[str, ...]:
        return tuple(sorted(path for path in self.files if path.startswith(under)))

    def exists(self, path: str) -> bool:
        return path in self.files

    def read(self, path: str) -> bytes:
        return self.files[path]


def fault(raw: bytes) -> str:
    with pytest.raises(LedgerInconsistent) as refusal:
        log.parse(raw)
    return refusal.value.fault


def test_what_is_written_is_read() -> None:
    """Render and parse; an empty log is empty."""
    assert log.parse(LOG.render()) == LOG
    assert log.parse(b"") == Log(())
    assert (Log(()).head, Log(()).root()) == ("0" * 64, merkle.EMPTY_ROOT)


def test_each_leaf_names_the_one_before_it() -> None:
    """By the digest of its line; the head is what the next one will name."""
    lines = LOG.render().splitlines()
    assert LOG.leaves[1].prev == canonical.sha256(lines[0])
    assert LOG.head == canonical.sha256(lines[2])
    assert LOG.extend([("heartbeat", "inventory", b"d")]).leaves[3].prev == LOG.head


def test_a_log_grows_at_its_end_only() -> None:
    """What was there stays, and every earlier root can be had."""
    grown = LOG.extend([("heartbeat", "inventory", b"d")])
    assert grown.first(3) == LOG
    assert [grown.root(size) for size in range(5)] == [merkle.root(grown.hashes[:size]) for size in range(5)]
    assert grown.root(3) == LOG.root()
    assert LOG.checkpoint("größe").root == LOG.root()


@pytest.mark.parametrize(("old", "new", "id"), [
    (b'"seq":1', b'"seq":2', "chain-broken"), (b'"size":1', b'"size":2', "chain-broken"),
    (b'"kind":"genesis"', b'"kind":"genesit"', "chain-broken"), (b'"prev":"0000', b'"prev":"1000', "chain-broken"),
    (b'"v":1', b'"v":2', "leaf-malformed"), (b'"seq":1', b'"seq":01', "leaf-malformed"), (b",", b", ", "leaf-malformed"),
    (b'"inventory"', b'"Inventar"', "leaf-malformed"), (b"\n", b"\r\n", "leaf-malformed"), (b"\n", b"\n\n", "leaf-malformed"),
    (b'"size":7', b'"size":0', "leaf-malformed"), (b'"size":7', b'"size":9999999999', "leaf-malformed"),
    (b'"kind":"genesis"', '"kind":"größe"'.encode(), "leaf-malformed"), (b'"v":1}', b'"v":1,"x":1}', "leaf-malformed"),
])  # fmt: skip
def test_nothing_else_is_a_log(old: bytes, new: bytes, id: str) -> None:
    """A changed number breaks the chain; another spelling is no leaf."""
    raw = LOG.render()
    assert old in raw
    assert fault(raw.replace(old, new, 1)) == id


def test_a_log_without_its_last_newline() -> None:
    """`leaf-malformed`."""
    assert fault(LOG.render()[:-1]) == "leaf-malformed"


def test_one_statement_one_leaf() -> None:
    """`duplicate-leaf`."""
    assert fault(LOG.extend([("seal", "inventory", b"c")]).render()) == "duplicate-leaf"


def test_leaves_in_another_order() -> None:
    """`chain-broken`."""
    lines = LOG.render().splitlines(keepends=True)
    assert fault(lines[1] + lines[0] + lines[2]) == "chain-broken"


def test_a_leaf_says_what_it_says() -> None:
    """Each field back from its line."""
    line = LOG.leaves[1].line()
    assert leaves.parse(line, where="x") == leaves.Leaf(
        "record.propose", LOG.leaves[1].prev, RECORD, 1, canonical.sha256(b"b"), 1
    )


@pytest.mark.parametrize(("path", "known"), [
    ("log/leaves", True), ("log/checkpoint", True), ("log/checkpoints/7.note", True), ("log/checkpoints/7.zeit.tsr", True), ("log/checkpoints/7.tsr", False), ("log/checkpoints/7.Zeit.tsr", False),
    ("log/statements/seal.1a2b3c4d.json", True), ("log/checkpoints/07.note", False), ("log/checkpoints/0.note", False),
    ("log/checkpoints/" + "9" * 16 + ".note", False), ("log/checkpoints/٣.note", False), ("log/statements/x.txt", False),
    ("log/statements/größe.json", False), ("log/README", False), ("leaves", False), ("log/leaves\n", False),
])  # fmt: skip
def test_the_layout_of_the_branch(path: str, known: bool) -> None:
    """These names and no others."""
    assert is_log_path(path) == known


def test_reading_a_branch() -> None:
    """Leaves, newest note, kept sizes, what automation stated, and what is foreign."""
    files = Files(**{"leaves": LOG.render(), "checkpoints/3.note": b"", "checkpoints/10.note": b"",
                     "checkpoints/3.zeit.tsr": b"t", "checkpoints/10.b.tsr": b"", "statements/seal.1a2b3c4d.json": b"c", "größe": b""})  # fmt: skip
    stored = read(files, "c0ffee")
    assert (stored.log, stored.note, stored.commit) == (LOG, None, "c0ffee")
    assert stored.sizes() == (3, 10)
    assert stored.statements() == {"log/statements/seal.1a2b3c4d.json": b"c"}
    assert stored.foreign() == ("log/größe",)
    assert stored.tokens(3) == ((3, "zeit", "log/checkpoints/3.zeit.tsr"),)
    assert [size for size, _, _ in stored.tokens()] == [3, 10]


def test_a_log_before_its_first_leaf() -> None:
    """Nothing is there, and nothing is foreign."""
    for stored in (read(NoFiles()), Stored(Log(()), None, None)):
        assert (stored.log.size, stored.sizes(), stored.statements(), stored.foreign()) == (0, (), {}, ())
        assert stored.tokens() == ()


def test_a_writer_never_rewrites() -> None:
    """A log that is not grown from the stored one is our bug, and stops before anything is written."""
    stored = Stored(LOG, None, None)
    other = Log(()).extend([("genesis", "inventory", b"other")])
    with pytest.raises(ValueError, match="only ever grows"):
        Writer(None, remote=False, at=None).append(stored, other, {})  # type: ignore[arg-type]
