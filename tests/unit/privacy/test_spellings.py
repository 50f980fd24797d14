"""However a secret is written down it is the same one: in wide characters, veiled, encoded, packed, on the next line."""

from __future__ import annotations

import base64
import io
import json
import random
import tarfile
import zipfile
from collections.abc import Callable

import pytest

from cognify.privacy import archives, look, masked
from cognify.privacy.encoded import runs
from tests import seeds

SSN, MAIL = "219-09-9999", "zoe.gross@clinic.example"
TOKEN = seeds.CREDENTIALS["github-token"]
TEXT = f"größe 1\nmail {MAIL}\ntoken {TOKEN}\n"
FULL = {ord(c): ord(c) + 0xFEE0 for c in "0123456789"}
NOISE = random.Random(7).randbytes(3000)


def seen(path: str, raw: bytes) -> set[tuple[str, str, str]]:
    return {(s.kind, s.at, s.place) for s in look(path, raw).sights}


def zipped(members: dict[str, bytes]) -> bytes:
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return place.getvalue()


SPELLINGS: tuple[Callable[[bytes], bytes], ...] = (
    lambda raw: raw.decode().encode("utf-16-le"), lambda raw: raw.decode().encode("utf-32-be"),
    base64.b64encode, lambda raw: base64.b64encode(base64.encodebytes(raw)), lambda raw: zipped({"a.txt": raw}),
    lambda raw: f"{raw.decode()[:-3]}\u200b{raw.decode()[-3:]}".encode(),
)  # fmt: skip


@pytest.mark.parametrize("spelling", range(len(SPELLINGS)))
def test_every_credential_in_every_spelling(spelling: int) -> None:
    for rule, value in seeds.CREDENTIALS.items():
        sights = look("a.txt", SPELLINGS[spelling](f"größe 1\n{value}".encode())).sights
        assert any(s.kind == "credentials" for s in sights), rule


@pytest.mark.parametrize("spelling", range(len(SPELLINGS)))
def test_what_looks_alike_stays_clean_in_every_spelling(spelling: int) -> None:
    raw = "\n\n".join(seeds.CLEAN).encode()
    assert look("a.txt", SPELLINGS[spelling](raw)).sights == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_wide_characters(encoding: str) -> None:
    assert seen("a.txt", TEXT.encode(encoding)) == {("F", "2:6", ""), ("credentials", "3:7", "")}


def test_wide_characters_that_are_broken() -> None:
    """One bad unit, a byte too many, or a mark before plain bytes: none of them hides the rest."""
    raw = TEXT.encode("utf-16-le")
    assert ("F", "2:6", "") in seen("a.txt", raw + b"\x00\xd8x")
    assert seen("a.txt", b"\xff\xfe" + f"token {TOKEN} ".encode()) == {("credentials", "", "byte 8")}
    assert seen("a.bin", NOISE[:99] + TOKEN.encode("utf-16-be")) == {("credentials", "", "byte 100")}
    late = b"x" * 70_000 + TOKEN.encode("utf-32-le")
    assert seen("a.txt", late) == {("credentials", "", "byte 70000")}
    assert "not text" in look("a.bin", bytes(range(256)) * 300).unread


@pytest.mark.parametrize(("text", "kind", "at"), [
    (f"x {TOKEN[:9]}\u00ad{TOKEN[9:]}", "credentials", "1:3"), (f"x {TOKEN[:9]}\\u200b{TOKEN[9:]}", "credentials", "1:3"),
    ("\u2060zoe.gr\u200doss@clinic.example", "F", "1:2"), ("zoe.gross\uff20clinic.example", "F", "1:1"),
    (f"x {SSN.translate(FULL)}", "G", "1:3"), ("x 219\u201109\u20139999", "G", "1:3"),
    ("x \u0662\u0661\u0669-09-9999", "G", "1:3"), ("mrn\uff1a 00481516", "H", "1:6"), (r"x \u0032\u0031\u0039-09-9999", "G", "1:3"),
    ("password\u00a0: hunter2hunter", "credentials", "1:12"), ("219\ufe0f-09-9999", "G", "1:1"),
])  # fmt: skip
def test_veiled(text: str, kind: str, at: str) -> None:
    assert (kind, at, "") in seen("a.txt", text.encode())
    assert f"[withheld: {kind}]" in masked(text)
    assert not {part for part in (TOKEN[9:], "clinic.example", "hunter2hunter") if part in masked(text)}


def test_veils_over_nothing() -> None:
    assert look("a.txt", "Grö\u00adße １００ 名前 👩\u200d💻 \\u0022 \\ud83d x…".encode()).sights == ()


@pytest.mark.parametrize(("raw", "at"), [
    (base64.b64encode(TEXT.encode()), "1:1"), (base64.urlsafe_b64encode(TEXT.encode()).rstrip(b"="), "1:1"),
    (b"x: 1\nkey=" + base64.encodebytes(b"#" * 200 + TEXT.encode()), "2:5"),
    (base64.b64encode(TEXT.encode("utf-16-le")), "1:1"), (base64.b64encode(("ä" * 40 + TEXT).encode()), "1:1"),
    (base64.b64encode(TEXT.encode()).replace(b"b", b"\\u0062"), "1:1"),
])  # fmt: skip
def test_encoded(raw: bytes, at: str) -> None:
    assert seen("a.txt", raw) == {("F", at, ""), ("credentials", at, "")}
    assert {s.rule for s in look("a.txt", raw).sights} == {"e-mail, in base64", "github-token, in base64"}


@pytest.mark.parametrize("width", [76, 64, 21])
@pytest.mark.parametrize("form", ["cell", "string", "sum"])
def test_encoded_over_strings(width: int, form: str) -> None:
    """A notebook's cell, one string with escaped line ends, and a sum of strings in a program."""
    whole = base64.b64encode(("#" * 200 + TEXT).encode()).decode()
    lines = [whole[at : at + width] for at in range(0, len(whole), width)]
    source: object = [f"{line}\n" for line in lines] if form == "cell" else "\r\n".join(lines)
    text = json.dumps({"n": 1, "source": source}, indent=1)
    if form == "sum":
        text = "x = (" + " +\n  ".join(f"'{line}'" for line in lines) + ")"
    places = seen("a.json", text.encode())
    assert {kind for kind, _, _ in places} == {"F", "credentials"}
    if form != "sum":
        assert {place for _, _, place in places} == {"/source/0" if form == "cell" else "/source"}


def test_encoded_beside_what_is_none() -> None:
    """Neither a digest before it nor a text of its own hides the next one; thrice encoded is too deep."""
    held = base64.b64encode(TEXT.encode()).decode()
    digest, plain = (
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        base64.b64encode(b"a harmless line").decode().rstrip("="),
    )
    for before in (digest, plain, plain[:-1], base64.b64encode(b"harmless text").decode()):
        raw = json.dumps([before, held], indent=1).encode()
        assert {kind for kind, _, _ in seen("a.json", raw)} == {"F", "credentials"}, before
    deep = base64.b64encode(base64.b64encode(held.encode()))
    assert seen("a.txt", deep) == set()
    assert masked(f"see {held} there") == "see [withheld: credentials] there" or TOKEN not in masked(
        f"see {held}"
    )
    assert held not in masked(f"see {held} there")


def test_what_is_no_text_is_not_decoded() -> None:
    lines = [
        base64.b64encode(NOISE).decode(),
        NOISE.hex(),
        *(NOISE[n : n + 32].hex() for n in range(0, 900, 32)),
    ]
    assert [run for run in runs("\n".join(lines)) if run.end - run.start > 40] == []
    words = "per_device_train_batch_size gradient_accumulation_steps models/credit-memo/evidence/train"
    assert list(runs(words)) == []


@pytest.mark.parametrize("text", [
    "password:\n    {}", "password: |\n    {}", "password: >-\n  {}", "password: |2-\n    {}", "secret:\n  - {}", '"api_key":\n{:>70}',
    "run --password \\\n   {}", "run --api-token ^\r\n  {}", "export API_KEY=\\\n{}", '["--token",\n                        "{}"]',
    "hub_token: |\n\n      {}", "passphrase =\n\t'{}'",
])  # fmt: skip
def test_on_the_next_line(text: str) -> None:
    assert {kind for kind, _, _ in seen("a.txt", text.format("hunter2hunter").encode())} == {"credentials"}


@pytest.mark.parametrize("text", [
    "password:\n  name: x", "secret:\n    value: {NONE}", "token:\n    id: 12345678a\n", "password:\n\n# Heading", "api_key:\n  - env: KEY",
    '"credentials":\n   "type": "none"', "password:\n    <hidden>", "token: |\n   classification", "--password \\\n  $PASSWORD",
])  # fmt: skip
def test_a_key_on_the_next_line(text: str) -> None:
    assert look("a.txt", text.encode()).sights == ()


def test_members_of_archives() -> None:
    inner = zipped({"x/größe.txt": TEXT.encode(), f"{MAIL}.bin": NOISE, "a.csv": b"n,mrn\n1,481516\n"})
    assert seen("a.zip", zipped({"in.zip": inner})) == {
        ("F", "", "member in.zip, member x/*, line 2:6"), ("credentials", "", "member in.zip, member x/*, line 3:7"),
        ("F", "", "member in.zip, the name of member *"), ("H", "", "member in.zip, member a.csv, line 2, row 1, column 2"),
    }  # fmt: skip
    assert "1 of its members: not text" in look("a.zip", inner).unread


@pytest.mark.parametrize("packer", ["", "gz", "bz2", "xz"])
def test_members_of_tar(packer: str) -> None:
    place = io.BytesIO()
    with tarfile.open(fileobj=place, mode=f"w:{packer}", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("r/a.txt")
        info.size = len(TEXT.encode())
        archive.addfile(info, io.BytesIO(TEXT.encode()))
        archive.addfile(tarfile.TarInfo("r/empty"))
    raw = place.getvalue()
    assert {("F", "", "member r/a.txt, line 2:6"), ("credentials", "", "member r/a.txt, line 3:7")} == seen(
        "a.tar", raw
    )
    if packer:
        assert "damaged" in look("a.tar", raw[: len(raw) // 2]).unread
        return
    assert "damaged" in look("a.tar", raw[:700]).unread or "damaged" in look("a.tar", raw[:530]).unread


def encrypted(raw: bytes) -> bytes:
    """The same archive, said to be encrypted: bit 0 of the flags (APPNOTE 4.4.4), in both headers."""
    changed, central = bytearray(raw), raw.index(b"PK\x01\x02")
    changed[6] |= 1
    changed[central + 8] |= 1
    return bytes(changed)


def test_what_no_archive_shows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = zipped({"a.txt": TEXT.encode() * 9})
    assert look("a.zip", encrypted(raw)).unread == "1 of its members: encrypted"
    torn = bytearray(raw)
    torn[50:60] = bytes(10)
    assert "damaged" in look("a.zip", bytes(torn)).unread
    for _ in range(4):
        raw = zipped({"a.zip": raw, "folder/": b""})
    assert "an archive within archives" in look("a.zip", raw).unread
    assert (
        look("a.txt", b"ssn 219-09-9999 PK\x05\x06" + b"\x00" * 18).sights[0].place
        == "member before_the_first, line 1:5"
    )
    monkeypatch.setattr(archives, "MAX_MEMBERS", 1)
    assert "too many members" in look("a.zip", zipped({"a": b"x", "b": b"y"})).unread


def test_a_bomb_of_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes out of all members counts together, whatever their headers say."""
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1000)
    looked = look("a.zip", zipped({"a.txt": b"x" * 600, "b.txt": b"x" * 600, "c.txt": TEXT.encode()}))
    assert looked.unread == "1 of its members: too large when unpacked"
    assert {s.kind for s in looked.sights} == {"F", "credentials"}
