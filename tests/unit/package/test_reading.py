"""A package is hostile bytes: names, sizes and gaps are judged before anything is believed."""

from __future__ import annotations

import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest

from cognify import package
from cognify.canonical import pretty
from cognify.errors import CognifyError, RecordError, VerificationError
from tests import parcel

FILES = parcel.listed(
    {
        "package.json": pretty({"record": "urn:uuid:x"}),
        "inventory/größe.txt": "Größe".encode(),
        "log/leaves": b"",
    }
)
MEMBERS = [(f"top/{path}", raw) for path, raw in FILES.items()]


def fault(raw: bytes, folder: Path) -> str:
    place = folder / "package.zip"
    place.write_bytes(raw)
    with pytest.raises(CognifyError) as refusal:
        package.open_source(place)
    return refusal.value.fault


def info(name: str, *, mode: int = 0o100644, **more: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.external_attr = mode << 16
    for key, value in more.items():
        setattr(member, key, value)
    return member


def test_a_package_opens(tmp_path: Path) -> None:
    """Records under `inventory/`, the log beside them; what is not there is `record-missing`."""
    (tmp_path / "p.zip").write_bytes(parcel.zipped(FILES, "top/"))
    source = package.open_source(tmp_path / "p.zip")
    assert source.files.paths() == ("größe.txt",)
    assert source.files.read("größe.txt") == "Größe".encode()
    assert source.log_files is not None
    assert source.log_files.paths("log/") == ("log/leaves",)
    assert (source.partial, source.expects, source.repository) == (True, "urn:uuid:x", None)
    assert not source.files.exists("../package.json")
    with pytest.raises(RecordError) as refusal:
        source.files.read("../package.json")
    assert refusal.value.fault == "record-missing"


@pytest.mark.parametrize("name", [
    "top/../x", "/etc/passwd", "top//x", "top/./x", "C:/x", "top/a\\b", "top/x/", "top/aux", "top/x.",
    "top/ x", "top/.git/config", "top/GIT~1/x", "top/gro\u0308ße", "top/a\u202eb", "top/a\nb", "top/" + "x" * 1100,
    "other/x",
])  # fmt: skip
def test_names_that_not_every_system_reads_the_same_way(tmp_path: Path, name: str) -> None:
    """Climbing, absolute, reserved, not NFC, direction-changing, or outside the one folder: `pkg-path`."""
    assert fault(parcel.zipped([*MEMBERS, (name, b"x")]), tmp_path) == "pkg-path"


@pytest.mark.parametrize("name", ["top/log/leaves", "top/LOG/leaves", "top/inventory/GRÖSSE.txt"])
def test_twins(tmp_path: Path, name: str) -> None:
    """A name twice, or twice but for its case: `pkg-path`."""
    with warnings.catch_warnings(action="ignore"):
        raw = parcel.zipped([*MEMBERS, (name, b"x")])
    assert fault(raw, tmp_path) == "pkg-path"


@pytest.mark.parametrize("mode", [stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644, stat.S_IFDIR | 0o755])
def test_only_files(tmp_path: Path, mode: int) -> None:
    """A link, a pipe, a folder: `pkg-path`."""
    assert (
        fault(parcel.zipped([*MEMBERS, (info("top/x", mode=mode), b"/etc/passwd")]), tmp_path) == "pkg-path"
    )


def patched(raw: bytes, at: int, value: bytes) -> bytes:
    """*raw* with *value* at offset *at* of its last central directory entry."""
    start = raw.rindex(b"PK\x01\x02") + at
    return raw[:start] + value + raw[start + len(value) :]


def test_an_encrypted_member(tmp_path: Path) -> None:
    """What needs a password cannot be judged: `pkg-path`."""
    assert fault(patched(parcel.zipped(MEMBERS), 8, struct.pack("<H", 1)), tmp_path) == "pkg-path"


def test_a_bomb_by_ratio(tmp_path: Path) -> None:
    """A member that grows more than a thousandfold: `pkg-limit`."""
    member = info("top/x", compress_type=zipfile.ZIP_DEFLATED)
    assert fault(parcel.zipped([*MEMBERS, (member, bytes(8 * 1024 * 1024))]), tmp_path) == "pkg-limit"


def test_a_bomb_by_size(tmp_path: Path) -> None:
    """A member that says it is larger than 256 MiB, before a byte of it is read: `pkg-limit`."""
    assert fault(patched(parcel.zipped(MEMBERS), 24, struct.pack("<I", 2**31)), tmp_path) == "pkg-limit"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packers_whose_memory_is_not_bounded(tmp_path: Path, method: int) -> None:
    """Stored and deflated, nothing else: `pkg-limit`."""
    member = info("top/x", compress_type=method)
    assert fault(parcel.zipped([*MEMBERS, (member, b"x")]), tmp_path) == "pkg-limit"


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More members than a package can have: `pkg-limit`."""
    monkeypatch.setattr("cognify.package.reading.MAX_MEMBERS", 3)
    assert fault(parcel.zipped(MEMBERS), tmp_path) == "pkg-limit"


@pytest.mark.parametrize("raw", [
    b"", b"no archive", parcel.zipped(MEMBERS)[:-30], parcel.zipped(MEMBERS)[: len(parcel.zipped(MEMBERS)) // 2],
])  # fmt: skip
def test_no_archive(tmp_path: Path, raw: bytes) -> None:
    """Empty, something else, or cut off: `pkg-unreadable`, and the exit code of surroundings."""
    assert fault(raw, tmp_path) == "pkg-unreadable"


def test_a_folder_is_no_package(tmp_path: Path) -> None:
    """`pkg-unreadable`."""
    with pytest.raises(CognifyError) as refusal:
        package.open_source(tmp_path)
    assert (refusal.value.fault, refusal.value.exit_code) == ("pkg-unreadable", 4)


def test_an_empty_archive(tmp_path: Path) -> None:
    """There is no one folder at the top: `pkg-path`."""
    assert fault(parcel.zipped({}, "top/"), tmp_path) == "pkg-path"


@pytest.mark.parametrize("where", ["before", "behind", "between", "comment"])
def test_bytes_that_belong_to_no_member(tmp_path: Path, where: str) -> None:
    """What one unpacker sees and another does not: `pkg-damaged`."""
    raw = parcel.zipped(MEMBERS)
    start = raw.index(b"PK\x01\x02")
    hidden = {
        "before": b"x" * 40 + raw,
        "behind": raw + b"x" * 40,
        "between": raw[:start] + b"x" * 40 + raw[start:-6] + struct.pack("<I", start + 40) + b"\0\0",
        "comment": raw[:-2] + struct.pack("<H", 7) + b"Zoe war",
    }[where]
    assert fault(hidden, tmp_path) in ("pkg-damaged", "pkg-unreadable")


def test_a_damaged_member(tmp_path: Path) -> None:
    """The archive's own checksum does not hold: `pkg-damaged`."""
    raw = parcel.zipped(MEMBERS)
    assert fault(raw.replace("Größe".encode(), "Grüße".encode()), tmp_path) == "pkg-damaged"


def test_a_damaged_deflate_stream(tmp_path: Path) -> None:
    """Bytes that do not inflate: `pkg-damaged`, never a crash of the library."""
    content = bytes(range(256)) * 4
    files = parcel.listed({"package.json": FILES["package.json"], "x": content})
    member = info("top/x", compress_type=zipfile.ZIP_DEFLATED)
    raw = bytearray(
        parcel.zipped([(member, content), *((f"top/{p}", r) for p, r in files.items() if p != "x")])
    )
    raw[40:60] = b"\xff" * 20
    assert fault(bytes(raw), tmp_path) == "pkg-damaged"


def test_a_local_name_that_differs(tmp_path: Path) -> None:
    """The directory says one name, the member itself another: `pkg-damaged`."""
    raw = parcel.zipped(MEMBERS)
    assert fault(raw.replace(b"top/log/leaves", b"top/log/LEAVES", 1), tmp_path) == "pkg-damaged"


@pytest.mark.parametrize("change", [
    {parcel.CHECKSUMS: None}, {"log/leaves": b"x"}, {"log/more": b"x"}, {"log/leaves": None},
    {parcel.CHECKSUMS: b"\xff\n"}, {parcel.CHECKSUMS: b"".join(reversed(FILES[parcel.CHECKSUMS].splitlines(keepends=True)))}, {parcel.CHECKSUMS: FILES[parcel.CHECKSUMS].replace(b"  ", b" *")},
])  # fmt: skip
def test_checksums(tmp_path: Path, change: dict[str, bytes | None]) -> None:
    """A list that is gone, unreadable, or not of these files: `pkg-checksum`."""
    files = {path: raw for path, raw in {**FILES, **change}.items() if raw is not None}
    assert fault(parcel.zipped(files, "top/"), tmp_path) == "pkg-checksum"


@pytest.mark.parametrize("said", [b"", b"{", b"[]\n", b"{}\n", b'{"record": 7}', pretty({"record": 7}),
                                  pretty({"größe": 1}), b"[" * 100_000])  # fmt: skip
def test_a_description_that_says_nothing(tmp_path: Path, said: bytes) -> None:
    """`pkg-damaged`, however deep it is nested."""
    files = parcel.listed({**FILES, "package.json": said})
    assert fault(parcel.zipped(files, "top/"), tmp_path) == "pkg-damaged"


def test_an_open_package_that_is_damaged_later(tmp_path: Path) -> None:
    """Reading a member again is checked again."""
    place, long = tmp_path / "p.zip", "Größe".encode() * 100_000
    place.write_bytes(parcel.zipped(parcel.listed({**FILES, "inventory/lang.txt": long}), "top/"))
    source = package.open_source(place)
    raw = place.read_bytes()
    with place.open("r+b") as file:
        file.write(raw.replace("Größe".encode(), "Grüße".encode()))
    with pytest.raises(VerificationError) as refusal:
        source.files.read("lang.txt")
    assert refusal.value.fault == "pkg-damaged"
