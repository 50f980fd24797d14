"""The parts of `verify.html`, held to what Cognify's own code says of the same bytes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cognify import canonical, merkle
from cognify.errors import CognifyError
from cognify.records import checkpoint, manifest, statement
from cognify.signing import note, sshsig
from tests.docs import verifier

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAIRS = Path(__file__).parents[1] / "unit/canonical/pairs"
JSON = sorted(path for path in PAIRS.rglob("*.json"))
_PARTS = """() => {
  %s
  const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const id = f => { try { f(); return ""; } catch (e) { if (e instanceof Fault) return e.id; throw e; } };
  const later = async f => { try { await f(); return ""; } catch (e) { if (e instanceof Fault) return e.id; throw e; } };
  globalThis.parts = {
    json: all => all.map(text => id(() => parseJson(bytes(text), "x"))),
    canonical: all => all.map(text => id(() => parseCanonical(bytes(text), "x"))),
    pretty: all => all.map(text => id(() => parsePretty(bytes(text), "x"))),
    safe: all => all.map(safePath),
    manifest: all => all.map(text => id(() => parseManifest(bytes(text), "x"))),
    statement: all => all.map(text => id(() => parseStatement(bytes(text), "x"))),
    armour: all => all.map(text => id(() => parseArmour(bytes(text)))),
    root: async (lines, sizes) => { const t = await Tree.over(lines, () => 0); const r = []; for (const s of sizes) r.push(await t.root(s)); return r; },
    note: async (vkey, all) => { const v = await parseVerifier(bytes(vkey), "x"); const r = []; for (const n of all) r.push(await later(() => openNote(bytes(n), v, "x"))); return r; },
    vkey: async all => { const r = []; for (const n of all) r.push(await later(() => parseVerifier(bytes(n), "x"))); return r; },
  };
}"""


@pytest.fixture(scope="module")
def parts(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page in which the sources of `verify.html` but its desk are loaded."""
    blank = tmp_path_factory.mktemp("parts") / "blank.html"
    blank.write_text("<!doctype html><meta charset=utf-8><title>größe</title>", encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    page.goto(blank.as_uri())
    page.evaluate(_PARTS % verifier.script(besides={"words", "desk"}))
    yield page
    context.close()


def asked(parts: Page, what: str, raws: list[bytes]) -> list[str]:
    texts = [base64.b64encode(raw).decode() for raw in raws]
    found: list[str] = parts.evaluate(f"all => parts.{what}(all)", texts)
    return found


def said(judge: Any, *raw: Any, **how: Any) -> str:
    try:
        judge(*raw, **how)
    except CognifyError as error:
        return error.fault
    return ""


def test_json_pairs(parts: Page) -> None:
    """Each example of the strict reader, good or bad, has the same verdict here."""
    assert len(JSON) > 60
    raws = [path.read_bytes() for path in JSON]
    for what, judge in (
        ("json", canonical.loads),
        ("canonical", canonical.loads_canonical),
        ("pretty", canonical.loads_pretty),
    ):
        mine = asked(parts, what, raws)
        theirs = [said(judge, raw, where="x") for raw in raws]
        assert [(p.name, m, t) for p, m, t in zip(JSON, mine, theirs, strict=True) if m != t] == []


ODD_JSON = [
    b"", b" ", b"{}", b"[]", b"nul", b"true", b"tru", b"-0", b"00", b"1e3", b"1.0", b"9007199254740991", b"9007199254740992",
    b"NaN", b"Infinity", b'"', b'"\\', b'"\\q"', b'"\\u00e4"', b'"\\ud800"', b'"\\r"', b'"\r"', b'"a\nb"', b'{"a":1,}', b"[1,]",
    b'{"a" 1}', b'{a:1}', b"[1 2]", b"1 1", b"\xff", b"\xef\xbb\xbf{}", b'{"__proto__":1}', b'{"__proto__":1,"__proto__":2}',
    b'{"constructor":1,"toString":2}', b'{"b":1,"a":2}', b"[" * 65, b"[" * 64 + b"]" * 64, b"[" * 65 + b"]" * 65, '"ä"'.encode(),
    '"a\u0308"'.encode(), '{"\U0001f600":1,"\ufb33":2}'.encode(), '{"\ufb34":1,"\U0001f600":2}'.encode(), b'"\\/"', b'"\x7f"',
    b'{"10":1,"9":2}', b'{"9":1,"10":2}', b"\t1\n", b'"\t"', '"\U000e0041"'.encode(), '"\uffff"'.encode(), '"\u2028"'.encode(),
    b'"' + b"a" * 4_200_000 + b'"', b"[" + b"0," * 250_001 + b"0]",
]  # fmt: skip


def test_odd_json(parts: Page) -> None:
    """Corners: limits, prototypes, key order by UTF-16 unit, escapes, numbers."""
    for what, judge in (
        ("json", canonical.loads),
        ("canonical", canonical.loads_canonical),
        ("pretty", canonical.loads_pretty),
    ):
        theirs = [said(judge, raw, where="x") for raw in ODD_JSON]
        mine = asked(parts, what, ODD_JSON)
        assert [(r[:40], m, t) for r, m, t in zip(ODD_JSON, mine, theirs, strict=True) if m != t] == []


# Points whose order divides 8, and their encodings that are not reduced.
_P, _EIGHTH = 2**255 - 19, 2707385501144840649318225287225658788936804267575313519463743609750303402022
_YS = (0, 1, _P - 1, _P, _P + 1, _EIGHTH, _P - _EIGHTH)
SMALL_ORDER = [(y | sign << 255).to_bytes(32, "little") for y in _YS for sign in (0, 1)]
PATHS = [
    "a", "a/b", "größe/ß.json", "gro\u0308ße", "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a/.", "a\\b", "c:a", "a*",
    "a?", 'a"', "a<b", "a>b", "a|b", "a b", " a", "a ", "a.", "a\tb", "a\nb", "a\u202eb", "a\u00a0b", "a\u200cb", ".git", ".GIT/x",
    ".g\u200cit", "git~1", "GIT~1/x", "con", "CON.txt", "con1", "com1", "com1.x", "lpt9", "nul.", "aux/x", "x" * 1024, "ä" * 513,
    "\ue000", "\U0001f600", "\u0378", ".gitattributes", "a/.github/b",
]  # fmt: skip


def test_paths(parts: Page) -> None:
    """The same names are safe."""
    mine = parts.evaluate("all => parts.safe(all)", PATHS)
    assert [(p, m) for p, m in zip(PATHS, mine, strict=True) if m != manifest.safe_path(p)] == []


def test_manifests(parts: Page) -> None:
    """The same manifests are refused, by the same ids."""
    line = "0" * 64 + "  "
    texts = ["", f"{line}a\n", f"{line}a", f"{line}b\n{line}a\n", f"{line}a\n{line}a\n", f"{line}a\n{line}A\n", f"{line}../a\n",
             f"{line[:-1]}a\n", f"{line.upper()[:-3]}A  a\n", f"\\{line}a\n", f"{line}größe\n", f"{line}\ue000\n{line}\U0001f600\n",
             f"{line}\U0001f600\n{line}\ue000\n", f"{line}a\r\n", "\n"]  # fmt: skip
    raws = [text.encode() for text in texts] + [b"\xff\n"]
    theirs = [said(manifest.parse, raw) for raw in raws]
    assert [
        (r, m, t) for r, m, t in zip(raws, asked(parts, "manifest", raws), theirs, strict=True) if m != t
    ] == []


def changed(data: Any) -> Iterator[Any]:
    """*data* with each of its values in turn gone, or of another shape."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield {k: v for k, v in data.items() if k != key}
            yield {**data, f"{key}ä": value}
            for other in changed(value):
                yield {**data, key: other}
    elif isinstance(data, list):
        yield []
        yield [*data, *data]
        for at, value in enumerate(data):
            for other in changed(value):
                yield [*data[:at], other, *data[at + 1 :]]
    yield from (value for value in (None, "", "ä", 0, -1, True, [], {}, "A" * 9000) if value != data)


LATER: dict[str, dict[str, Any]] = {
    "amend": {"amendments": [{"at": "/use/größe", "text": "Zwei."}]},
    "supersede": {
        "by": {"model": "memo", "version": "2.0.0", "record": "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a09"}
    },
    "model.withdraw": {"reason": "Zu alt."},
    "run.record": {"run": "20261123T090000Z-0a1b2c3d"},
    "plan.register": {
        "thresholds": [
            {
                "metric": "größe",
                "comparator": "at_least",
                "value": "-0.50",
                "dataset": "test",
                "slice": "a b",
            },
            {"metric": "f1", "comparator": "below", "value": "1e-9"},
        ]
    },
    "signoff.reject": {"conditions": ["Größe"], "expires": "2028-02-29"},
    "signoff.withdraw": {},
    "finding.explain": {
        "finding": {"id": "condition-unacknowledged", "where": "größer"},
        "explanation": "Ich sorge dafür.",
    },
}


NAMED = {"plan.register": "thresholds", "run.record": "evidence/größe/cognify-run.json"}


def later(approval: Any, kind: str) -> Any:
    """A statement of *kind* about the version that *approval* approves."""
    said = {**approval["predicate"], "kind": kind, **LATER[kind]}
    (about,) = approval["subject"]
    subject = [
        {**about, "name": about["name"].replace("MANIFEST.sha256", NAMED.get(kind, "MANIFEST.sha256"))}
    ]
    type = f"https://cognify.dev/predicate/{kind}/v1"
    return {**approval, "predicateType": type, "predicate": said, "subject": subject}


def test_statements(parts: Page, sealed_scene: Any) -> None:
    """Every statement of a real inventory, with each of its values changed in turn, has the same verdict."""
    genuine = [
        *sealed_scene.root.glob("statements/genesis*.json"),
        *sealed_scene.path("1.0.0", "statements").glob("*.json"),
    ]
    data = [json.loads(path.read_bytes()) for path in genuine]
    seal = sealed_scene.git("show", "cognify-log:log/leaves").splitlines()[5]
    names = sealed_scene.git("ls-tree", "--name-only", "cognify-log", "log/statements/").splitlines()
    seals = [sealed_scene.git("show", f"cognify-log:{name}").encode() for name in names]
    data += [json.loads(raw) for raw in seals if canonical.sha256(raw) == json.loads(seal)["sha256"]]
    assert len(data) == 5
    data += [later(next(one for one in data if "approve" in one["predicateType"]), kind) for kind in LATER]
    raws = [canonical.dumps(each) for one in data for each in (one, *changed(one))]
    theirs = [said(statement.parse, raw, where="x") for raw in raws]
    mine = asked(parts, "statement", raws)
    assert len(raws) > 1000
    differing = [
        (r[:200], m, t)
        for r, m, t in zip(raws, mine, theirs, strict=True)
        if m != t and m != "kind-not-judged"
    ]
    assert differing == []


def test_armour(parts: Page, sealed_scene: Any) -> None:
    """A signature file with any one line, byte or ending changed is refused exactly where Cognify refuses it."""
    raw = next(sealed_scene.path("1.0.0", "statements").glob("*.sig")).read_bytes()
    odd = [raw, raw + b"\n", raw[:-1], raw.replace(b"\n", b"\r\n"), raw + raw, raw.lower(), b"", raw.replace(b"SSH", b"SSI"),
           *(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :] for at in range(0, len(raw), 3))]  # fmt: skip
    theirs = [said(sshsig.parse, each) for each in odd]
    assert [
        (r, m, t) for r, m, t in zip(odd, asked(parts, "armour", odd), theirs, strict=True) if m != t
    ] == []


def test_roots(parts: Page) -> None:
    """The RFC 6962 root at every size."""
    lines = [f"Größe {number}" for number in range(70)]
    hashes = [merkle.leaf_hash(line.encode()) for line in lines]
    expected = [
        base64.b64encode(root).decode() for root in map(merkle.Tree(hashes).root, range(len(hashes) + 1))
    ]
    assert (
        parts.evaluate("([lines, sizes]) => parts.root(lines, sizes)", [lines, list(range(71))]) == expected
    )


def test_notes(parts: Page) -> None:
    """Signed notes: the same are believed, and the others are refused by the same ids."""
    signer, other = note.new_log_key("cognify.dev/log/a"), note.new_log_key("cognify.dev/log/a")
    point = checkpoint.Checkpoint(signer.name, 3, bytes(32))
    good = signer.sign(point).render()
    text, _, line = good.partition(b"\n\n")
    foreign = other.sign(point).render().partition(b"\n\n")[2]
    odd = [
        good, good + foreign, text + b"\n\n" + foreign + line, text + b"\n\n" + foreign, good[:-1], good + b"\n", text + b"\n",
        good.replace(b"\n3\n", b"\n4\n"), good.replace(b"\n3\n", b"\n03\n"), text + b"\nmehr\n\n" + line, b"", b"\n\n",
        good.replace(b"\n\n", b"\n\n\n"), good.replace("—".encode(), b"-"), good + b"x\n", good.replace(b"\n3\n", b"\n3\t\n"),
        signer.sign(checkpoint.Checkpoint("andere", 3, bytes(32))).render(), b"\xff" + good, good + line, good * 400,
    ]  # fmt: skip
    verifier_ = signer.verifier

    def judge(raw: bytes) -> None:
        verifier_.open(checkpoint.parse_note(raw, where="x"), where="x")

    theirs = [said(judge, raw) for raw in odd]
    call = "([key, all]) => parts.note(key, all)"
    mine = parts.evaluate(
        call,
        [base64.b64encode(verifier_.text().encode()).decode(), [base64.b64encode(r).decode() for r in odd]],
    )
    assert [(r[:80], m, t) for r, m, t in zip(odd, mine, theirs, strict=True) if m != t] == []
    keys = [verifier_.text(), verifier_.text()[:-1], verifier_.text() + "\n", verifier_.text().replace("+A", "+B"), "", "a+b+c",
            *(note.LogVerifier("a", raw).text() for raw in SMALL_ORDER),
            note.LogVerifier("a", (2**255 - 18).to_bytes(32, "little")).text()]  # fmt: skip
    raws = [key.encode("ascii", "replace") for key in keys]
    theirs = [said(note.parse_verifier, raw.decode("ascii", "replace"), where="x") for raw in raws]
    assert [
        (r, m, t) for r, m, t in zip(raws, asked(parts, "vkey", raws), theirs, strict=True) if m != t
    ] == []
