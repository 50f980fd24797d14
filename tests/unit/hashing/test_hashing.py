"""Digests of files: right, taken once, remembered only while nothing changed, never of two states."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import SurroundingsError
from cognify.hashing import Digest, Hashing, Remembered, State, digest, many, remembered, streaming

MIB = 1024 * 1024


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def old(path: Path, raw: bytes) -> Path:
    """A file that is old enough to be remembered: its digest is taken as if it were later."""
    path.write_bytes(raw)
    os.utime(path, ns=(10**18, 10**18))
    return path


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is a minute ahead of the disk's."""
    clock = time.time_ns
    monkeypatch.setattr(streaming.time, "time_ns", lambda: clock() + 60 * 10**9)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose bytes are read."""
    seen: list[str] = []

    def counted(path: Path, **named: Any) -> Digest:
        seen.append(Path(path).name)
        return digest(path, **named)

    monkeypatch.setattr(many, "digest", counted)
    return seen


def test_a_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    """Empty, smaller than a buffer, one buffer, more than two; told are as many bytes as there are."""
    for raw in (b"", "Größe".encode(), os.urandom(MIB), os.urandom(2 * MIB + 7)):
        (tmp_path / "ö").write_bytes(raw)
        told: list[int] = []
        found = digest(tmp_path / "ö", told=told.append)
        assert (found.sha256, found.size, sum(told)) == (sha256(raw), len(raw), len(raw))


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """Absent, a directory, a pipe that would never answer, a name no system takes: `file-unreadable`."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "absent", tmp_path, tmp_path / "pipe", "a\x00b"):
        with pytest.raises(SurroundingsError) as refusal:
            digest(path)
        assert (refusal.value.fault, refusal.value.where) == ("file-unreadable", str(path))


def test_links_are_followed_where_they_are_meant(tmp_path: Path) -> None:
    """`run` follows, for a training reads what a link leads to; `capture` does not."""
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "link").symlink_to("a")
    assert digest(tmp_path / "link").sha256 == sha256(b"a")
    with pytest.raises(SurroundingsError) as refusal:
        digest(tmp_path / "link", follow=False)
    assert refusal.value.fault == "file-unreadable"


def test_a_file_that_grows_while_it_is_hashed_is_hashed_again(tmp_path: Path) -> None:
    """The digest is of the bytes at the end; nothing half-old is ever given."""
    path = tmp_path / "growing"
    path.write_bytes(bytes(2 * MIB))
    grown = []

    def grow(count: int) -> None:
        if not grown:
            grown.append(path.write_bytes(b"x" * (2 * MIB)))  # the same size

    assert digest(path, told=grow).sha256 == sha256(b"x" * (2 * MIB))


def test_a_small_file_that_changes_between_two_ticks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written in the tick of the clock in which it was last written: that leaves no trace, so we wait."""
    path, read, done = tmp_path / "a", os.read, list[int]()
    path.write_bytes(b"before")

    def racing(descriptor: int, count: int) -> bytes:
        raw = read(descriptor, count)
        if not done:
            done.append(path.write_bytes(b"after!"))
        return raw

    monkeypatch.setattr(streaming.os, "read", racing)
    assert digest(path).sha256 == sha256(b"after!")


def test_a_file_that_never_rests_is_refused(tmp_path: Path) -> None:
    """`file-unreadable`, after three tries; the twin, left alone, is hashed."""
    path = tmp_path / "log"
    path.write_bytes(bytes(MIB))

    def append(count: int) -> None:
        with open(path, "ab") as file:
            file.write(b"x")

    with pytest.raises(SurroundingsError, match="written to while it was read") as refusal:
        digest(path, told=append)
    assert refusal.value.fault == "file-unreadable"
    assert digest(path).sha256 == sha256(path.read_bytes())


def test_many_files_are_hashed_once_each(tmp_path: Path, reads: list[str]) -> None:
    """Ahead or asked for, large and small; a file that is not there spoils no other."""
    for number in range(30):
        (tmp_path / f"{number}").write_bytes(bytes([number]) * (number * 400_000))
    paths = sorted(tmp_path.iterdir())
    with Hashing() as hashing:
        hashing.ahead([*paths, tmp_path / "none", *paths])
        hashing.ahead(paths)
        for path in (*paths, *paths):
            assert hashing.of(path).sha256 == sha256(path.read_bytes())
        for _ in range(2):
            with pytest.raises(SurroundingsError) as refusal:
                hashing.of(tmp_path / "none")
            assert refusal.value.fault == "file-unreadable"
    assert sorted(reads) == sorted(["none", *(path.name for path in paths)])


def test_progress_ends_where_it_should(tmp_path: Path) -> None:
    """It grows, never over the whole, and ends there."""
    for number in range(4):
        (tmp_path / f"{number}").write_bytes(bytes(3 * MIB))
    told: list[tuple[int, int]] = []
    with Hashing(progress=lambda done, total: told.append((done, total))) as hashing:
        hashing.ahead(tmp_path.iterdir())
    assert told[-1] == (12 * MIB, 12 * MIB)
    assert told == sorted(told) and all(done <= total for done, total in told)


def test_leaving_stops_what_still_runs(tmp_path: Path) -> None:
    """Ctrl-C does not wait for a hundred gigabytes."""
    with open(tmp_path / "huge", "wb") as file:
        file.truncate(200 * 1024**3)
    begun = threading.Event()
    with pytest.raises(KeyboardInterrupt), Hashing(progress=lambda done, total: begun.set()) as hashing:
        hashing.ahead([tmp_path / "huge"])
        assert begun.wait(30)
        raise KeyboardInterrupt


@pytest.mark.usefixtures("later")
def test_an_unchanged_file_is_remembered(tmp_path: Path, reads: list[str]) -> None:
    """Across commands, begun ahead or asked for alone; touched, it is read again."""
    path, place = old(tmp_path / "a", b"bytes"), tmp_path / "git/cognify/digests"
    for ahead in ([path], [], [path]):
        with Hashing(Remembered(place)) as hashing:
            hashing.ahead(ahead)
            assert hashing.of(path).sha256 == sha256(b"bytes")
    assert reads == ["a"]
    assert place.stat().st_mode & 0o777 == 0o600
    path.touch()
    with Hashing(Remembered(place)) as hashing:
        assert hashing.of(path).sha256 == sha256(b"bytes")
    assert reads == ["a", "a"]


@pytest.mark.usefixtures("later")
def test_a_time_that_was_set_back_deceives_nobody(tmp_path: Path, reads: list[str]) -> None:
    """Other bytes of the same size under the old mtime: ctime tells, and the file is hashed anew."""
    path, place = old(tmp_path / "weights", b"honest"), tmp_path / "digests"
    with Hashing(Remembered(place)) as hashing:
        assert hashing.of(path).sha256 == sha256(b"honest")
    before = path.stat()
    old(path, b"forged")
    after = path.stat()
    assert (before.st_ino, before.st_size, before.st_mtime_ns) == (
        after.st_ino,
        after.st_size,
        after.st_mtime_ns,
    )
    with Hashing(Remembered(place)) as hashing:
        assert hashing.of(path).sha256 == sha256(b"forged")
    assert reads == ["weights", "weights"]


def test_what_has_just_changed_is_not_remembered(tmp_path: Path) -> None:
    """It may change again in the same tick; nor is what comes from the future. The twin, older, is."""
    kept = Remembered(tmp_path / "digests")
    begun = 10**18
    states = {
        "young": State(1, 1, 5, begun - 10**9, begun - 10**9), "set-back": State(1, 2, 5, 0, begun - 10**9),
        "ahead": State(1, 3, 5, begun + 1, 0), "old": State(1, 4, 5, begun - 3 * 10**9, begun - 2 * 10**9),
    }  # fmt: skip
    kept.put(Digest("0" * 64, 5, state, begun) for state in states.values())
    assert [name for name, state in states.items() if kept.get(state)] == ["old"]
    again = Remembered(tmp_path / "digests")
    assert [name for name, state in states.items() if again.get(state)] == ["old"]


def _filled(place: Path, count: int = 3) -> list[Digest]:
    found = [Digest(sha256(b"%d" % n), n, State(1, n, n, 5, 5), 10**18) for n in range(count)]
    Remembered(place).put(found)
    return found


@pytest.mark.parametrize("cut", [1, 30, 74, 75, 80])
def test_a_line_that_was_cut_is_no_line(cut: int, tmp_path: Path) -> None:
    """A command that was killed while it wrote costs one file; what is added after it is whole."""
    place = tmp_path / "digests"
    first, second, third = _filled(place)
    place.write_bytes(place.read_bytes()[:-cut])
    Remembered(place).put([third])
    held = Remembered(place)
    assert [held.get(one.state) for one in (first, second, third)] == [
        first.sha256,
        second.sha256,
        third.sha256,
    ]


def test_a_damaged_memory_is_as_good_as_none(tmp_path: Path) -> None:
    """Any bent byte loses its line and nothing else; no bend gives another digest, none gives an error."""
    place = tmp_path / "digests"
    found = _filled(place)
    raw = place.read_bytes()
    for at in range(len(raw)):
        place.write_bytes(raw[:at] + bytes([raw[at] ^ 0x08]) + raw[at + 1 :])
        held = Remembered(place)
        answers = [held.get(one.state) for one in found]
        assert all(answer in (None, one.sha256) for one, answer in zip(found, answers, strict=True))
        assert sum(answer is None for answer in answers) <= 2, at
    for raw in (b"", b"\n", os.urandom(5000), b"0" * 5000):
        place.write_bytes(raw)
        assert Remembered(place).get(found[0].state) is None
    place.unlink()
    place.mkdir()
    held = Remembered(place)
    held.put(found)
    held.close()
    assert held.get(found[0].state) == found[0].sha256


def test_a_memory_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """Neither read nor written through."""
    _filled(tmp_path / "elsewhere")
    before = (tmp_path / "elsewhere").read_bytes()
    (tmp_path / "digests").symlink_to("elsewhere")
    held = Remembered(tmp_path / "digests")
    assert held.get(State(1, 0, 0, 5, 5)) is None
    held.put([Digest("0" * 64, 9, State(9, 9, 9, 5, 5), 10**18)])
    assert (tmp_path / "elsewhere").read_bytes() == before


def test_a_memory_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over twice its bound it is written anew with the newest; larger than any of ours, its end is read."""
    monkeypatch.setattr(remembered, "MAX_FILES", 10)
    place = tmp_path / "digests"
    found = _filled(place, 21)
    held = Remembered(place)
    held.close()
    again = Remembered(place)
    assert [one.size for one in found if again.get(one.state)] == list(range(11, 21))
    assert list(tmp_path.iterdir()) == [place]
    monkeypatch.setattr(remembered, "_MAX_BYTES", 300)
    cut = Remembered(place)
    assert cut.get(found[20].state) == found[20].sha256
    assert cut.get(found[11].state) is None
