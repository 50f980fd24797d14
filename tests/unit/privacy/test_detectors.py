"""Where a detector ends: what is judged by check digits, shape and company, on both sides."""

from __future__ import annotations

import pytest

from cognify.privacy import look
from cognify.privacy.text import MOST

_X = "qWeRtYuIoPaSdFgHjKlZ"


@pytest.mark.parametrize(("kind", "text"), [
    ("M", "IMEI: 49-015420-323751-8"), ("K", "NPI 1234567893"), ("R", "NHS 943 476 5919"), ("L", "vin: 1M8GDM9AXKP042788"),
    ("D", "+1 212 555 0123"), ("D", "1 (212) 555-0123"), ("O", "http://203.0.113.7:8080/x"), ("G", "ITIN 912-80-1234"),
    ("credentials", f"access_token={_X}"), ("credentials", '["--password", "hunter2hunter"]'),
    ("A", "name: Zoe Gross, dob: 1951-03-04"), ("N", "ssn 219-09-9999 see www.example.org/zoe"),
    ("C", "the patient, 93 years"), ("J", "3782 822463 10005"),
])  # fmt: skip
def test_seen(kind: str, text: str) -> None:
    assert kind in {sight.kind for sight in look("a.txt", f"{text}\n".encode()).sights}


@pytest.mark.parametrize("text", [
    "DE89 3704 0044 0532 0130 01",
    "NPI 1234567890", "NHS 943 476 5918", "card 4111 1111 1111 1112", "000-12-3456", "666-12-3456", "219-00-9999",
    "DEA-like AB1234564 is none", "1M8GDM9A1KP042788", "12345678901234567", "+999999999999999", "+12 34",
    "255.255.255.0", "224.0.0.1", "::1", "12:30:45", "00:00:00:00:00:00", f"token={_X.lower()[:12]}", "token: classification",
    "password: <hidden>", "api_key=${API_KEY}", "secret: ***", "a@b", "x@y.py", "repoURLgit@github.com:acme/x", "0.0.0.0", "Ms Excel", "Dr. ETH",
    "https://example.org/patients-guide", "https://twitter.com/share?x=1", "2026-11-23", "03/04/1951", "age: 89", "age 47",
    "city: none", "latitude: north", "Zoe Gross", "see www.example.org",
])  # fmt: skip
def test_not_seen(text: str) -> None:
    assert look("a.txt", f"{text}\n".encode()).sights == ()


@pytest.mark.parametrize(("decoy", "last", "kind"), [
    ("Authorization: Bearer " + "a" * 28, f"Authorization: Bearer {_X}7", "credentials"),
    ("2026-11-23", "\npatient seen 1951-03-04", "C"),
])  # fmt: skip
def test_behind_many_that_are_none(decoy: str, last: str, kind: str) -> None:
    """What a detector refuses does not use up what it counts."""
    text = f"{decoy}\n" * (MOST + 1)
    assert look("a.txt", text.encode()).sights == ()
    assert {sight.kind for sight in look("a.txt", f"{text}{last}\n".encode()).sights} == {kind}


@pytest.mark.parametrize(
    "piece", ["-", "1", "name ", "age ", '"', "\\u0031", "://a:", "aws key ", "card 1 ", "A, ", "İ "]
)
def test_no_text_makes_it_slow(piece: str) -> None:
    """Time grows with the text: ten times as much takes no hundred times as long."""
    from time import process_time

    def seconds(size: int) -> float:
        start = process_time()
        look("a.txt", (piece * (size // len(piece))).encode())
        return process_time() - start

    seconds(1000)
    assert seconds(200_000) < 40 * max(seconds(20_000), 0.01)
