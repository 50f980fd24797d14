"""`cognify-mapping.yaml` in the source: where home-made JSON, YAML and CSV hold values of the card.

It lies with the run and is kept among the evidence, so that a record shows by which mapping it was
filled; replay needs it for nothing but its own texts. Whoever writes one is there to mend it, so
what does not fit is refused, and never passed over.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from cognify import replay, strictyaml
from cognify.errors import CaptureError, MalformedRecord, ReplayError
from cognify.readers import taking, walk
from cognify.readers.reading import DECLARED, MEASURED, Claim, Material, Reading, Report
from cognify.records import card, schema
from cognify.replay import jsontree

NAME = "cognify-mapping.yaml"
_MAX_BYTES = 256 * 1024
_MAX_FILES = 1000
_OWN = ("/card", "/record", "/model/name", "/model/version")
_KEY = re.compile(r"/\[([^\]]*)\](?=/|\Z)")
_DEFAULT = {"int": "integer", "num": "number", "num0": "number", "share": "number", "bool": "boolean",
            "texts": "json"}  # fmt: skip
_SHOWN = 12


_VALUE = re.compile(r"/evaluation/(?:runs|subgroups|intersectional)/\[[^\]]*\]/value\Z")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One value of the mapping: `rule` its place in the mapping, `spec` what stands there."""

    pointer: str
    rule: str
    spec: Mapping[str, Any]
    takes: str


class _Mapping:
    name = "mapping"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The mapping at the top of the source, and no other: what lies deeper may be somebody else's."""
        return tuple(path for path in walk.files(source) if path == source / NAME)

    def read(self, found: Path, source: Path) -> Reading:
        """Every value that the mapping names; one that is not there is refused unless it may be missing.

        Raises:
            CaptureError: `mapping-schema`: the mapping itself is wrong; `mapping-unfit`: it does
                not fit the files.
        """
        raw = taking.read(found, source, limit=_MAX_BYTES)
        document = _document(raw)
        own = taking.material(self, NAME, raw, taking.media_of(found))
        materials, claims, notes, reports = {NAME: own}, list[Claim](), list[str](), list[Report]()
        parts: Any = document.data
        for number, part in enumerate(parts["files"]):
            entries = [_entry(document, number, pointer, spec) for pointer, spec in part["values"].items()]
            paths = _matching(document, number, part["file"], source)
            for path in paths:
                origin = walk.relative(path, source)
                material = materials.get(origin) or self._taken(path, source)
                materials[origin] = material
                for entry in entries:
                    told = [*_claims(document, entry, material, several=len(paths) > 1, notes=notes)]
                    shares = frozenset(c.pointer.rpartition("/")[0] for c in told)
                    if shares and entry.spec.get("proportion"):
                        reports.append(Report(origin, origin, proportions=shares))
                    claims += told
        return Reading(tuple(materials.values()), tuple(claims), notes=tuple(notes), reports=tuple(reports))

    def _taken(self, path: Path, source: Path) -> Material:
        raw = taking.read(path, source)
        return taking.material(self, walk.relative(path, source), raw, taking.media_of(path))


def _document(raw: bytes) -> strictyaml.Document:
    try:
        document = strictyaml.read(raw, where=NAME)
    except MalformedRecord as error:
        raise CaptureError(error.what, where=error.where, fix=error.fix, id="mapping-schema") from None
    problems = schema.validate("mapping", document.data, NAME)
    if problems:
        first = problems[0]
        raise _refusal(document, first.pointer, first.what, "see `cognify schema mapping`", "mapping-schema")
    return document


def _entry(document: strictyaml.Document, number: int, pointer: str, spec: Any) -> _Entry:
    """One value, its field known to the card and a machine's to fill."""
    rule = taking.pointer("files", number, "values", pointer)
    place = _KEY.sub("/0", pointer)
    takes, field = card.takes(place), card.field_at(place)
    if takes is None or field is None:
        near = _near(pointer)
        raise _refusal(document, rule, f"the card has no field {pointer}", near, "mapping-schema")
    if field.owner == "human" or f"{pointer}/".startswith(tuple(f"{own}/" for own in _OWN)):
        whose = "Cognify's own" if field.owner != "human" else f"for a person to answer ({field.asked_of})"
        raise _refusal(
            document, rule, f"{pointer} is {whose}", "take it out of the mapping", "mapping-schema"
        )
    if field.in_list and place == pointer:
        fix = f"name the entry by a key of your choice: {_example(field.pointer)}"
        raise _refusal(document, rule, f"{pointer} lies in a list", fix, "mapping-schema")
    if len(_KEY.findall(pointer)) > 1:
        fix = f"name the inner one by its number: {_numbered(pointer)}"
        raise _refusal(document, rule, f"{pointer} has a list within a list", fix, "mapping-schema")
    spec = {"at": spec} if isinstance(spec, str) else spec
    if ("at" in spec) == ("text" in spec):
        fix = "say `at` with the place in the file, or `text` with a text of your own"
        raise _refusal(document, rule, "neither or both of `at` and `text`", fix, "mapping-schema")
    if spec.get("proportion") and not _VALUE.match(pointer):
        fix = "say `proportion` at the `value` of a result"
        raise _refusal(document, rule, f"{pointer} is no value of a result", fix, "mapping-schema")
    return _Entry(pointer, rule, spec, takes)


def _numbered(pointer: str) -> str:
    """*pointer* with every key but the first made a number."""
    first = _KEY.search(pointer)
    assert first is not None
    return pointer[: first.end()] + _KEY.sub("/0", pointer[first.end() :])


def _example(place: str) -> str:
    head, _, tail = place.partition("/*")
    return f"{head}/[key]{tail.replace('/*', '/0')}"


def _near(pointer: str) -> str:
    known = {_example(f.pointer) if f.in_list else f.pointer: f for f in card.fields() if f.owner != "human"}
    close = difflib.get_close_matches(_KEY.sub("/[key]", pointer), known, n=3, cutoff=0.6)
    near = f"did you mean {' or '.join(close)}? " if close else ""
    return f"{near}`cognify schema card` prints every field"


def _matching(document: strictyaml.Document, number: int, glob: str, source: Path) -> list[Path]:
    rule = f"/files/{number}/file"
    files = [path for path in walk.files(source) if path != source / NAME]
    paths = [path for path in files if fnmatchcase(walk.relative(path, source), glob)]
    if not paths:
        names = [walk.relative(path, source) for path in files]
        close = difflib.get_close_matches(glob, names, n=3, cutoff=0.4) or names[:3]
        fix = f"name a file of the source by its path in it, such as {', '.join(close)}"
        raise _refusal(document, rule, f"no file is called {glob!r}", fix, "mapping-unfit")
    if len(paths) > _MAX_FILES:
        fix = "name fewer, or map a summary of them"
        raise _refusal(document, rule, f"{len(paths)} files are called {glob!r}", fix, "mapping-unfit")
    return paths


def _claims(
    document: strictyaml.Document, entry: _Entry, material: Material, *, several: bool, notes: list[str]
) -> Iterator[Claim]:
    pointer = entry.pointer
    if several:  # each file fills an entry of its own
        pointer = _KEY.sub(lambda m: f"/[{m[1]} {replay.escape(material.origin)}]", pointer, count=1)
    if "text" in entry.spec:
        at = f"yaml:{entry.rule}/text"
        yield Claim(pointer, NAME, at, entry.spec.get("via", "text"), DECLARED)
        return
    at = _locator(document, entry, material)
    try:
        via = _via(entry, at, material)
    except ReplayError as error:
        if entry.spec.get("optional"):
            notes.append(f"{material.origin}: {entry.pointer} is not there: {error.what}")
            return
        fix = f"{_there(entry, material)}mend `at` or `via`, or say `optional: true` where it may be missing"
        what = f"{material.origin}, {at}: {error.what}"
        raise _refusal(document, entry.rule, what, fix, "mapping-unfit") from None
    yield Claim(pointer, material.origin, at, via, entry.spec.get("class", MEASURED))


def _locator(document: strictyaml.Document, entry: _Entry, material: Material) -> str:
    at = str(entry.spec["at"])
    if not at.startswith("/"):
        return at
    if material.media in ("application/json", "application/yaml"):
        return f"{'json' if material.media == 'application/json' else 'yaml'}:{at}"
    fix = "say which: csv:1/column, csv-where:split=test#column, jsonl:1#/pointer, line-after:… "
    raise _refusal(
        document, entry.rule, f"a pointer does not lead into {material.origin}", fix, "mapping-unfit"
    )


def _via(entry: _Entry, at: str, material: Material) -> str:
    """The transform that is named, or the one that the field and the value found ask for.

    Raises:
        ReplayError: nothing is found, or it is no such value.
    """
    assert material.raw is not None
    found = replay.find(at, material.raw)
    via = (
        entry.spec.get("via")
        or _DEFAULT.get(entry.takes)
        or ("text" if entry.takes else _fitting(found.value))
    )
    replay.transform.apply(via, found, at)
    return str(via)


def _fitting(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | Decimal):
        return "number"
    return "json" if isinstance(value, dict | list) else "text"


def _there(entry: _Entry, material: Material) -> str:
    """What stands at the last step of the pointer that is there, to choose from."""
    at = str(entry.spec["at"])
    pointer = at.removeprefix("json:")
    if not pointer.startswith("/") or material.media != "application/json" or material.raw is None:
        return ""
    node = taking.parsed(material.raw, material.origin)
    way = ""
    for step in jsontree.steps(pointer, at):
        inner = (
            node[int(step)] if isinstance(node, list) and step.isdecimal() and int(step) < len(node) else None
        )
        inner = node.get(step) if isinstance(node, dict) else inner
        if inner is None:
            break
        node, way = inner, f"{way}/{replay.escape(step)}"
    if isinstance(node, dict):
        keys = ", ".join(list(node)[:_SHOWN])
        return f"at {way or 'the top'} there are: {keys}; "
    return f"{way} is a list of {len(node)}; " if isinstance(node, list) else ""


def _refusal(document: strictyaml.Document, pointer: str, what: str, fix: str, id: str) -> CaptureError:
    return CaptureError(what, where=document.place(pointer), fix=fix, id=id)


MAPPING = _Mapping()
