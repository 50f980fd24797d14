"""`cognify.yaml` and the lock: what they say, and what they may not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cognify import canonical
from cognify.errors import MalformedRecord
from cognify.records import faults, lock, settings, statement
from cognify.records.lock import Artifact, Citation, Lock
from tests.hearing import Hearing

SETTINGS = "cognify: 1\ninventory: urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0aaa\nname: Größe & Söhne\norigin: example.org/größe\n"
ARTIFACT = Artifact("0" * 64, 7, "text/plain", "größe.txt", "x", 1, path="evidence/größe.txt", run="läuft")
LOCK = Lock("m", "1", {"a01": ARTIFACT}, {
    "/training/run_id": Citation("measured", "text", "a01", "text:", "läuft"),
    "/evaluation/runs/0/low": Citation("derived", "wilson95-low", inputs=("/evaluation/runs/0/value",)),
})  # fmt: skip


def lock_fault(**changes: Any) -> str:
    data: Any = canonical.loads(LOCK.to_bytes(), where="x")
    with pytest.raises(MalformedRecord) as refusal:
        lock.parse(canonical.pretty({**data, **changes}), where="evidence.lock.json")
    return refusal.value.fault


def test_settings_and_their_defaults() -> None:
    """What is left out has the value that the schema promises."""
    found = settings.parse(SETTINGS.encode())
    assert (found.name, found.origin, found.branch) == ("Größe & Söhne", "example.org/größe", "main")
    assert (found.frameworks, found.keep_below, found.keep_data) == ((), 4 * 1024 * 1024, False)
    more = settings.parse(
        (
            SETTINGS + "branch: groesser\n" + "capture: {keep_below: 7, keep_data: true, custodian: größe}\n"
        ).encode()
    )
    assert (more.branch, more.keep_below, more.keep_data) == ("groesser", 7, True)
    raised = settings.parse((SETTINGS + "capture: {small_cells: 20}\n").encode())
    assert (found.small_cells, raised.small_cells) == (11, 20)
    assert (found.custodian, more.custodian) == (None, "größe")


@pytest.mark.parametrize(
    "line",
    ["größe: 1\n", "branch: -x\n", "capture: {}\n", "capture: {small_cells: 10}\n", "frameworks: [x]\n"],
)
def test_settings_that_mean_nothing(line: str) -> None:
    """`settings-schema`."""
    with pytest.raises(MalformedRecord) as refusal:
        settings.parse((SETTINGS + line).encode())
    assert refusal.value.fault == "settings-schema"


def test_a_lock_is_read_as_it_was_written() -> None:
    """Artifacts and citations, back to the same bytes."""
    assert lock.parse(LOCK.to_bytes(), where="x") == LOCK
    assert lock.parse(LOCK.to_bytes(), where="x").to_bytes() == LOCK.to_bytes()


def test_an_original_may_be_withheld() -> None:
    """Where a digest would confirm a guess there is neither digest nor size, and the sentence says so."""
    scrubbed = lock.Scrubbed(("small-cells",), "", 0)
    held = Lock("m", "1", {"a01": replace(ARTIFACT, scrubbed=scrubbed)}, {})
    assert lock.parse(held.to_bytes(), where="x") == held
    assert b'"sha256": ""' not in held.to_bytes()
    assert "withheld" in scrubbed.sentence


def test_a_part_is_cited_by_its_whole() -> None:
    """An interval is cited once, for both of its ends."""
    values = {"/a/ci": Citation("derived", "wilson(95)", inputs=("/a/value", "/a/n"))}
    held = Lock("m", "1", {}, values)
    assert [held.cited(p) for p in ("/a/ci/low", "/a/ci", "/a/value", "")] == ["/a/ci", "/a/ci", None, None]


@pytest.mark.parametrize(("changes", "id"), [
    ({"replay": 2}, "lock-newer"), ({"lock": 2}, "lock-schema"), ({"größe": 1}, "lock-schema"), ({"artifacts": {}}, "lock-schema"),
    ({"values": {"/x": {"class": "human"}}}, "lock-schema"),
])  # fmt: skip
def test_locks_that_cannot_be_used(changes: dict[str, Any], id: str) -> None:
    """A newer grammar, another shape, or a citation of no known artifact."""
    assert lock_fault(**changes) == id


def test_a_lock_that_was_edited_by_hand() -> None:
    """One space more, and it is not what a machine wrote: `json-not-pretty`."""
    with pytest.raises(MalformedRecord) as refusal:
        lock.parse(LOCK.to_bytes() + b" ", where="x")
    assert refusal.value.fault == "json-not-pretty"


def test_kind_and_type_of_a_statement_agree() -> None:
    """A rejection under the type of an approval would be read as either: `statement-schema`."""
    raw = Hearing().statement("signoff.approve", "noor", "model-risk").verified.raw
    for old, new in (
        (b"signoff.approve/v1", b"signoff.reject/v1"),
        (b'"kind":"signoff.approve"', b'"kind":"signoff.reject"'),
    ):
        with pytest.raises(MalformedRecord) as refusal:
            statement.parse(raw.replace(old, new), where="x")
        assert refusal.value.fault == "statement-schema"


def test_every_fault_has_one_line() -> None:
    """And no two groups name the same one."""
    assert sum(len(group) for group in faults.GROUPS.values()) == len(faults.FAULTS)
    assert not [id for id, text in faults.FAULTS.items() if not text.strip()]
