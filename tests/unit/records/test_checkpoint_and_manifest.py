"""Two text formats that stock tools read: C2SP checkpoints, and `sha256sum -c` manifests."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognify.errors import MalformedRecord
from cognify.records import manifest
from cognify.records.checkpoint import Checkpoint, NoteSignature, SignedNote, parse_note

ROOT = base64.b64encode(b"\1" * 32).decode()
BLOB = base64.b64encode(b"\0\1\2\3" + b"x" * 64).decode()
NOTE = f"größe/log\n7\n{ROOT}\n\n— größe/log {BLOB}\n"
A, B = "a" * 64, "b" * 64


def note_fault(text: str | bytes) -> str:
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(MalformedRecord) as refusal:
        parse_note(raw, where="log/checkpoint").checkpoint(where="log/checkpoint")
    return refusal.value.fault


def manifest_fault(text: str | bytes) -> str:
    with pytest.raises(MalformedRecord) as refusal:
        manifest.parse(text if isinstance(text, bytes) else text.encode())
    return refusal.value.fault


def test_a_note_is_read_and_rendered() -> None:
    """Text, signatures and checkpoint, back to the same bytes."""
    note = parse_note(NOTE.encode(), where="x")
    assert note.render() == NOTE.encode()
    assert note.checkpoint(where="x") == Checkpoint("größe/log", 7, b"\1" * 32)
    assert note.signatures == (NoteSignature("größe/log", b"\0\1\2\3", b"x" * 64),)
    assert SignedNote(Checkpoint("größe/log", 7, b"\1" * 32).body(), note.signatures) == note


@pytest.mark.parametrize("text", [
    "", "\n", b"\xff", NOTE[:-1], NOTE.replace("\n\n", "\n"), NOTE.replace("— ", "- "), NOTE.replace("7", "07"),
    NOTE.replace("7", "-7"), NOTE.replace("7", "٧"), NOTE.replace("7", "9" * 20), NOTE.replace("größe", "grö ße"),
    NOTE.replace("größe", "grö+ße"), NOTE.replace("\n7\n", "\n7\nextension\n"), NOTE.replace("\n7\n", "\n7\r\n"),
    NOTE.replace(ROOT, ROOT[:-1]), NOTE.replace(ROOT, base64.b64encode(b"x").decode()), NOTE.replace(ROOT, ROOT[:-2] + "F="),
    NOTE.replace(ROOT, "*" * 44), NOTE.replace(BLOB, "AAA="), NOTE.replace(BLOB, "AA"), NOTE + "\n", NOTE + "— x\n", NOTE + "x" * 70_000,
    NOTE.replace(BLOB, BLOB + "\t"), NOTE.replace(BLOB, "A=AA"),
])  # fmt: skip
def test_what_is_no_signed_checkpoint(text: str | bytes) -> None:
    """Extension lines, other numbers, other base64, controls, no signature: `checkpoint-syntax`."""
    assert note_fault(text) == "checkpoint-syntax"


def test_sha256sum_reads_what_we_write(tmp_path: Path) -> None:
    """The stock tool agrees, also on names that are not ASCII."""
    import hashlib

    names = ("card.yaml", "evidence/größe 1.csv", "evidence/zoë.json")
    digests = {}
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
        digests[name] = hashlib.sha256(name.encode()).hexdigest()
    (tmp_path / manifest.NAME).write_bytes(manifest.render(digests))
    done = subprocess.run(["sha256sum", "--check", "--strict", manifest.NAME], cwd=tmp_path, capture_output=True,
                          check=False)  # fmt: skip
    assert (done.returncode, manifest.parse(manifest.render(digests))) == (0, digests)


def test_lines_are_sorted_by_bytes() -> None:
    """Not by any locale; in another order it is another manifest: `manifest-syntax`."""
    raw = manifest.render({"ü": A, "z": B})
    assert raw == f"{B}  z\n{A}  ü\n".encode()
    assert manifest_fault(f"{A}  ü\n{B}  z\n") == "manifest-syntax"


@pytest.mark.parametrize("text", [
    f"{A}  x", f"{A} x\n", f"{A} *x\n", f"{A.upper()}  x\n", f"{A[:-1]}  x\n", f"{A}  x\n{B}  x\n", f"\n{A}  x\n", b"\xff\n",
    f"# {A}  x\n", f"{A}  x\n\n", b"x" * (16 * 1024 * 1024 + 1),
])  # fmt: skip
def test_what_is_no_manifest(text: str | bytes) -> None:
    """`manifest-syntax`."""
    assert manifest_fault(text) == "manifest-syntax"


@pytest.mark.parametrize("path", [
    "/x", "../x", "x/../y", "x//y", "x/", "./x", "x\\y", "C:x", "x?", "x*", 'x"', "a|b", "a<b", "a>b", " x", "x ", "x.", "gro\u0308ße",
    "x\u200b", "x\u202e", "x\ty", ".git/x", "a/.GIT", "git~1", ".g\u200cit", "NUL", "com1.txt", "lpt9", "con.yaml", "x" * 1025,
])  # fmt: skip
def test_paths_that_mean_two_things(path: str) -> None:
    """`manifest-path`, reading and writing."""
    assert manifest_fault(f"{A}  {path}\n") == "manifest-path"
    with pytest.raises(MalformedRecord) as refusal:
        manifest.render({path: A})
    assert refusal.value.fault == "manifest-path"
    assert not manifest.safe_path(path)


@settings(deadline=None, max_examples=500)
@given(
    st.lists(st.sampled_from([*"aZ09_-./ ~é", "con", "NUL", "com1", ".git", "git~1"]), max_size=8).map(
        "".join
    )
)
def test_a_path_that_looks_ordinary_is(path: str) -> None:
    """The quick glance passes nothing that the close look would not."""
    assert manifest.safe_path(path) == manifest._looked_at(path)


def test_escaped_names_and_twins() -> None:
    """A line with an escaped name, and two names that differ in case only: `manifest-path`."""
    assert manifest_fault(f"\\{A}  x\\ny\n") == "manifest-path"
    assert manifest_fault(f"{A}  GRÖSSE\n{B}  größe\n") == "manifest-path"


@pytest.mark.parametrize(
    "path", ["card.yaml", "evidence/größe 1.csv", "a/b/c.d-e_f", "console", "nullable.txt", ".gitignore"]
)
def test_ordinary_names(path: str) -> None:
    """What people call files passes."""
    assert manifest.safe_path(path)
