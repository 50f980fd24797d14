"""A reading without what trackers note: what moves, what stays outside, and what is refused."""

from __future__ import annotations

import re

import pytest

from cognify import canonical, drafting, privacy
from cognify.errors import CaptureError
from cognify.readers.reading import Claim, Material, Reading
from cognify.records.settings import Scrub

RULES = drafting.rules_of(())


def material(origin: str, raw: bytes | None, media: str = "text/plain", **more: bool) -> Material:
    return Material(origin, media, canonical.sha256(raw or b""), len(raw or b""), "plain", 1, raw, **more)


def test_a_scrubbed_copy_says_what_it_was() -> None:
    """The digest and the size are the copy's; the original's stand beside the rules."""
    found = material("a.json", b'{"host": "gpu", "n": 1}', "application/json")
    clean = drafting.cleaned(Reading((found,), (Claim("/x", "a.json", "json:/n", "integer"),)), RULES)
    (kept,) = clean.materials
    assert kept.raw == b'{"host": "[scrubbed]", "n": 1}'
    assert (kept.sha256, kept.size) == (canonical.sha256(kept.raw), len(kept.raw))
    assert kept.original is not None
    assert (kept.original.rules, kept.original.sha256, kept.original.size) == (
        ("host",),
        found.sha256,
        found.size,
    )


def test_what_is_not_copied_is_not_scrubbed() -> None:
    """Files by digest, rows of data, manifests of data sets."""
    materials = (
        material("a.txt", None), material("b.txt", b"host: gpu", keep=False), material("c.csv", b"host\ngpu: x", "text/csv"),
        material("datasets/x/1.json", b'{"host": "gpu"}', "application/json", observed=True),
    )  # fmt: skip
    assert drafting.cleaned(Reading(materials), RULES).materials == materials


def test_rows_are_scrubbed_where_a_rule_names_them() -> None:
    rules = drafting.rules_of((Scrub("rows", (), "gpu[0-9]", ("*.csv",)),))
    (kept,) = drafting.cleaned(Reading((material("c.csv", b"n\ngpu7\n", "text/csv"),)), rules).materials
    assert kept.raw == b"n\n[scrubbed]\n"


def test_a_digest_of_the_file_stays_the_files_own() -> None:
    """The file stays outside by it; other claims go to the copy, beside one of the run's own of that name."""
    raw = b"torch==2.9.1\nhost: gpu\n"
    others = (material("scrubbed/a.txt", b"x"), material("a.txt", raw))
    claims = (
        Claim("/d", "a.txt", "bytes:sha256", "text"),
        Claim("/t", "a.txt", "line-after:torch==", "text"),
    )
    clean = drafting.cleaned(Reading(others, claims), RULES)
    assert [(m.origin, m.keep, m.original is not None) for m in clean.materials] == [
        ("scrubbed/a.txt", True, False), ("a.txt", False, False), ("scrubbed/scrubbed/a.txt", True, True),
    ]  # fmt: skip
    assert [c.origin for c in clean.claims] == ["a.txt", "scrubbed/scrubbed/a.txt"]


@pytest.mark.parametrize("pattern", ["2.9", "torch"])
def test_a_rule_that_changes_a_value_is_refused(pattern: str) -> None:
    """Another value, or none where there was one."""
    rules = drafting.rules_of((Scrub("mine", (), re.escape(pattern), ()),))
    claims = (Claim("/t", "a.txt", "line-after:torch==", "text"),)
    with pytest.raises(CaptureError) as stop:
        drafting.cleaned(Reading((material("a.txt", b"torch==2.9.1\n"),), claims), rules)
    assert stop.value.fault == "scrub-changes-value"
    assert "mine" in stop.value.what


def test_a_claim_that_said_nothing_may_say_nothing() -> None:
    claims = (Claim("/t", "a.txt", "line-after:jax==", "text"),)
    (kept,) = drafting.cleaned(Reading((material("a.txt", b"host: gpu\n"),), claims), RULES).materials
    assert kept.raw == b"host: [scrubbed]\n"


def test_a_model_is_still_named() -> None:
    """The last part of a path stays, and so does what a citation makes of it."""
    raw = b'{"base": "/scratch/zoe/models/tiny-llama"}'
    claims = (Claim("/b", "a.json", "json:/base", "basename"),)
    (kept,) = drafting.cleaned(
        Reading((material("a.json", raw, "application/json"),), claims), RULES
    ).materials
    assert kept.raw == b'{"base": "[scrubbed]/tiny-llama"}'


def test_two_hosts_leave_two_files() -> None:
    names = [f"events.out.tfevents.1795421490.gpu-{n}.10330.0" for n in (1, 2, 3)]
    clean = drafting.cleaned(Reading(tuple(material(name, b"x") for name in names)), RULES)
    assert [m.origin for m in clean.materials] == [
        f"events.out.tfevents.1795421490.[scrubbed].10330.0{more}" for more in ("", "~2", "~3")
    ]


def test_rules_are_spelled_as_people_spell_keys() -> None:
    (mine,) = drafting.rules_of((Scrub("notes", ("Remark", "note"), "", ()),))[len(privacy.DEFAULTS) :]
    assert mine.keys is not None
    assert [bool(mine.keys.match(key)) for key in ("remark", "NOTE", "notes", "a note")] == [
        True,
        True,
        False,
        False,
    ]
