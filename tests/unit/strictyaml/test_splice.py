"""Edits of single values, by example; the laws stand in tests/properties."""

from __future__ import annotations

from typing import Any

import pytest

from cognify import strictyaml
from cognify.errors import MalformedRecord
from cognify.strictyaml import splice
from cognify.strictyaml.scalars import Number


def replaced(source: str, pointer: str, value: Any) -> str:
    document = strictyaml.read(source.encode(), where="x")
    block = document.style(pointer.rpartition("/")[0]) == "block"
    text = splice.emit(value, document.nested_indent(pointer) if block else 0)
    return splice.replace(source.encode(), document, pointer, text).decode()


def grown(source: str, pointer: str, value: Any, key: str | None = None) -> str:
    raw = source.encode()
    document = strictyaml.read(raw, where="x")
    parent = pointer.rpartition("/")[0]
    if document.style(pointer) == "block":
        margin = document.indent(pointer)
    else:
        margin = document.nested_indent(pointer) if document.style(parent) == "block" else 0
    text = splice.emit(value, margin + 2)
    if key is None:
        return splice.insert_item(raw, document, pointer, text).decode()
    return splice.insert_key(raw, document, pointer, key, text).decode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain text", "plain text"),
        ("Größe", "Größe"),
        ("no", '"no"'),
        ("1.0", '"1.0"'),
        ("2026-03-14", '"2026-03-14"'),
        ("", '""'),
        ("a: b", '"a: b"'),
        ("a, b", '"a, b"'),
        (" a", '" a"'),
        ("#x", '"#x"'),
        ('say "hi"', "'say \"hi\"'"),
        ("C:\\it's", "'C:\\it''s'"),
        ("a\tb\\", '"a\\tb\\\\"'),
        ("é\u00a0b", '"é\\_b"'),
        ("a\nb", "|-\n    a\n    b"),
        ("a\n\n  b\n", "|\n    a\n\n      b\n".removesuffix("\n")),
        ("a\n\n", '"a\\n\\n"'),
        ("\na", '"\\na"'),
        (" a\nb", '" a\\nb"'),
        ("a\n \nb", '"a\\n \\nb"'),
        ("\n", '"\\n"'),
        (1e-05, "1.0e-05"),
        (1e22, "1.0e+22"),
        (0.5, "0.5"),
        (Number("2E-4"), "2.0e-4"),
        (-7, "-7"),
        (True, "true"),
        (None, "null"),
        ({}, "{}"),
        ((), "[]"),
        ({"a": {"b": [1, {"c": "x", "d": []}, [2]]}},
         "\n    a:\n      b:\n        - 1\n        - c: x\n          d: []\n        - - 2"),
    ],
)  # fmt: skip
def test_one_spelling_for_each_value(value: Any, text: str) -> None:
    """Plain only where every reader of YAML takes it for text; several lines as they are."""
    assert splice.emit(value, 4) == text


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("\u202e", "bidi-control"),
        ("e\u0301", "not-nfc"),
        ("a\x00", "yaml-charset"),
        ("a\r\nb", "yaml-charset"),
        ("a\nb\ud800", "yaml-charset"),
        (float("nan"), "yaml-ambiguous-scalar"),
        (float("-inf"), "yaml-ambiguous-scalar"),
        (2**63, "yaml-ambiguous-scalar"),
        (b"x", "yaml-unwritable"),
        ({1: 2}, "yaml-key"),
        ({"k" * 257: 2}, "yaml-key"),
        ({"e\u0301": 2}, "not-nfc"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(value: Any, fault: str) -> None:
    """The emitter refuses by the ids by which the loader would."""
    with pytest.raises(MalformedRecord) as refusal:
        splice.emit({"a": value})
    assert refusal.value.fault == fault


def test_endless_data_are_refused() -> None:
    """A value that holds itself is nested too deeply, no more."""
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(MalformedRecord) as refusal:
        splice.emit(loop)
    assert refusal.value.fault == "yaml-depth"


@pytest.mark.parametrize(
    ("source", "pointer", "value", "result"),
    [
        ("a: 1 # why\nb: 2\n", "/a", 5, "a: 5 # why\nb: 2\n"),
        ("a:   'x'\n", "/a", "y z", "a: y z\n"),
        ("a: 1 # why\nb: 2\n", "/a", "p\nq", "a: |- # why\n  p\n  q\nb: 2\n"),
        ("a: 1 # why\nb: 2\n", "/a", {"c": 1}, "a: # why\n  c: 1\nb: 2\n"),
        ("a:\n  c: 1 # why\n\n# of b\nb: 2\n", "/a", 5, "a: 5 # why\n\n# of b\nb: 2\n"),
        ("a: # why\n  x\n", "/a", 5, "a: # why\n  5\n"),
        ("a: # why\n- x\n", "/a", 5, "a: # why\n  5\n"),
        ("a: # why\n- x # and\n", "/a", [1], "a: # why # and\n  - 1\n"),
        ("a: |\n  x\n\n\nb: 1\n", "/a", "z", "a: z\n\n\nb: 1\n"),
        ("a:\n- 1\n# c\n- 2 # d\n", "/a/1", [3], "a:\n- 1\n# c\n- # d\n  - 3\n"),
        ("a:\n- 1\n- 2\n", "/a/0", {"x": 1}, "a:\n-\n  x: 1\n- 2\n"),
        ("a: [1, {b: 2}]\n", "/a/0", "x, y", 'a: ["x, y", {b: 2}]\n'),
        ("a: x", "/a", "p\nq\n", "a: |\n  p\n  q\n"),
        ("a: x\n  # deep\n", "/a", "p\nq", "a: |-\n  p\n  q\n#\n  # deep\n"),
        ("a: x\n# flat\n", "/a", "p\nq", "a: |-\n  p\n  q\n# flat\n"),
    ],
)
def test_only_the_value_changes(source: str, pointer: str, value: Any, result: str) -> None:
    """Comments stay on their lines, blank lines stay with what follows."""
    assert replaced(source, pointer, value) == result


@pytest.mark.parametrize(
    ("source", "pointer", "key", "value", "result"),
    [
        ("a: 1\n# end\n", "", "b", 2, "a: 1\nb: 2\n# end\n"),
        ("a: 1", "", "b", "x\n y\n", "a: 1\nb: |\n  x\n   y\n"),
        ("a:\n  b: |\n    x\n\n# of c\nc: 1\n", "/a", "d", {"e": 2},
         "a:\n  b: |\n    x\n  d:\n    e: 2\n\n# of c\nc: 1\n"),
        ("a: {} # why\nb: 1\n", "/a", "c", 2, "a: # why\n  c: 2\nb: 1\n"),
        ("a: [ ]\n", "/a", None, {"c": 2}, "a:\n  - c: 2\n"),
        ("a:\n- 1 # one\n\nb: 2\n", "/a", None, [3, 4], "a:\n- 1 # one\n- - 3\n  - 4\n\nb: 2\n"),
        ("a: {b: 1, }\n", "/a", "c", "x", "a: {b: 1, c: x, }\n"),
        ("a: [1]\n", "/a", None, 2, "a: [1, 2]\n"),
        ("a: { # none yet\n  }\n", "/a", "c", 2, "a: {c: 2 # none yet\n  }\n"),
        ("a: [{}]\n", "/a/0", "c", 2, "a: [{c: 2}]\n"),
        ("{}\n", "", "a b", 1, "a b: 1\n"),
        ("{} # why\n", "", "a", [1], " # why\na:\n  - 1\n"),
        ("a: 1\n", "", "no", 1, 'a: 1\n"no": 1\n'),
    ],
)  # fmt: skip
def test_a_new_member_comes_last_and_disturbs_nothing(
    source: str, pointer: str, key: str | None, value: Any, result: str
) -> None:
    """After the last line of the block, before what belongs to the next."""
    done = grown(source, pointer, value, key)
    assert done == result
    strictyaml.load(done.encode(), where="x")


def test_several_edits_of_one_reading() -> None:
    """All edits refer to the bytes as they were read, in whatever order they are given."""
    raw = b"a: 1 # x\nb:\n  c: 2\nd: 3\n"
    document = strictyaml.read(raw, where="x")
    edits = [
        *splice.replacement(document, "/d", splice.emit([4], document.nested_indent("/d"))),
        *splice.insertion(document, "/b", splice.emit("new"), key="e"),
        *splice.replacement(document, "/a", splice.emit("p\nq", document.nested_indent("/a"))),
        *splice.replacement(document, "/b/c", "5"),
    ]
    done = splice.apply(raw, edits)
    assert done == b"a: |- # x\n  p\n  q\nb:\n  c: 5\n  e: new\nd:\n  - 4\n"
    with pytest.raises(ValueError, match="overlap"):
        splice.apply(raw, [*edits, *splice.replacement(document, "/b", "7")])


@pytest.mark.parametrize(
    ("pointer", "key", "text", "fault"),
    [
        ("/a", "c", "\n  x: 1", "yaml-not-block"),
        ("/b", None, "\n  x: 1", "yaml-not-block"),
        ("/b", "c", "1", "yaml-not-block"),
        ("/d", "c", "1", "yaml-not-block"),
        ("/a", None, "1", "yaml-not-block"),
        ("/a", "x", "1", "yaml-dup-key"),
        ("", "e\u0301", "1", "not-nfc"),
    ],
)
def test_what_does_not_fit_is_refused(pointer: str, key: str | None, text: str, fault: str) -> None:
    """Lines between brackets, members of what has none, a key twice."""
    raw = b"a: {x: 1}\nb: [2]\nd: text\n"
    document = strictyaml.read(raw, where="x")
    with pytest.raises(MalformedRecord) as refusal:
        if key is None:
            splice.insert_item(raw, document, pointer, text)
        else:
            splice.insert_key(raw, document, pointer, key, text)
    assert refusal.value.fault == fault


def test_lines_do_not_fit_between_brackets() -> None:
    """A value in braces takes one line, and says so."""
    raw = b"a: {x: 1}\n"
    document = strictyaml.read(raw, where="x")
    with pytest.raises(MalformedRecord) as refusal:
        splice.replace(raw, document, "/a/x", "|-\n  p\n  q")
    assert (refusal.value.fault, refusal.value.where) == ("yaml-not-block", "x:1:8")


def test_a_document_of_other_bytes_is_the_callers_mistake() -> None:
    """Offsets of one reading never cut another's bytes."""
    document = strictyaml.read(b"a: 1\n", where="x")
    with pytest.raises(ValueError, match="other bytes"):
        splice.replace(b"a:  1\n", document, "/a", "2")


def test_a_whole_document_can_be_written_and_replaced() -> None:
    """The root is a value like others, under no key."""
    raw = splice.emit_document({"a": [1], "b": "x"})
    assert raw == b"a:\n  - 1\nb: x\n"
    document = strictyaml.read(raw, where="x")
    text = splice.emit({"c": 2}, document.nested_indent(""))
    assert splice.replace(raw, document, "", text) == b"c: 2\n"
