"""Records other than the card: what fits their schemas, what does not, and how that is said."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import ConfigurationError
from cognify.records import schema

SAMPLES = Path(__file__).parents[2] / "fixtures" / "records"
INVENTORY = "urn:uuid:1f0a6f0e-52b7-4d7e-8f5a-6d6a6c8f2b11"


def samples(name: str) -> list[Any]:
    loaded = json.loads((SAMPLES / f"{name}.json").read_text())
    assert isinstance(loaded, list)
    return loaded


def changed(data: Any, at: str, value: object) -> Any:
    """A copy of *data* with *value* at the JSON Pointer *at*; `...` removes it."""
    data = copy.deepcopy(data)
    *way, last = (int(s) if s.isdigit() else s.replace("~1", "/") for s in at.split("/")[1:])
    target = data
    for step in way:
        target = target[step]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return data


def statement(kind: str) -> Any:
    return next(s for s in samples("statement") if s["predicate"]["kind"] == kind)


@pytest.mark.parametrize(
    ("name", "index"),
    [(name, i) for name in schema.NAMES if (SAMPLES / f"{name}.json").exists()
     for i in range(len(samples(name)))],
)  # fmt: skip
def test_the_samples_fit(name: str, index: int) -> None:
    """Every kind of record, and every kind of statement, has a sample that fits."""
    assert schema.validate(name, samples(name)[index], "sample") == ()


def test_every_kind_of_statement_has_a_sample() -> None:
    """The samples leave out no kind that the schema knows."""
    kinds = schema.schema("statement")["properties"]["predicateType"]["enum"]
    assert [s["predicateType"] for s in samples("statement")] == kinds


@pytest.mark.parametrize("value", [0, -1, 33, 10**30, True, 1.0, 1.5, "1", None])
def test_a_threshold_is_a_small_whole_number(value: object) -> None:
    """No policy can ask for nobody, for half a person, or for `true` people."""
    policy = changed(samples("policy")[0], "/signoff/0/all_of/0/min", value)
    assert [p.pointer for p in schema.validate("policy", policy, "policy/0001.yaml")] == [
        "/signoff/0/all_of/0/min"
    ]


POLICY_CRIMES: list[tuple[int, str, object, str]] = [
    (1, "/previous", ..., ""),
    (0, "/previous", {"sha256": "0" * 64}, "/previous"),
    (1, "/version", 0, "/version"),
    (1, "/people/zoe/accounts", ..., "/people/zoe/keys"),
    (1, "/people/Zoë", {"name": "Zoë", "roles": ["a"], "keys": []}, "/people"),
    (1, "/people/zoe/name", "", "/people/zoe/name"),
    (1, "/people/mara.voss/keys/0", {"ssh": "ssh-dss AAAA"}, "/people/mara.voss/keys/0/ssh"),
    (1, "/people/mara.voss/keys/0/ssh", "ssh-rsa AAAA", "/people/mara.voss/keys/0/ssh"),
    (1, "/people/mara.voss/keys/0", {"touch": True}, "/people/mara.voss/keys/0"),
    (1, "/exclusive_roles/0", ["engineer"], "/exclusive_roles/0"),
    (1, "/exclusive_roles/0", ["engineer", "engineer"], "/exclusive_roles/0"),
    (1, "/signoff/1/not", ["nobody"], "/signoff/1/not/0"),
    (1, "/signoff/1/level", "L0", "/signoff/1/level"),
    (1, "/signoff/1/max_age_days", 0, "/signoff/1/max_age_days"),
    (1, "/signoff/1/review_days", 0, "/signoff/1/review_days"),
    (1, "/signoff/1/review_days", 3661, "/signoff/1/review_days"),
    (1, "/signoff", [], "/signoff"),
    (1, "/trust/..~1log.vkey", {"sha256": "0" * 64}, "/trust"),
    (1, "/timestamps/min", 0, "/timestamps/min"),
    (1, "/timestamps/authorities", {}, "/timestamps/authorities"),
    (
        1,
        "/timestamps/authorities/groesste/certificates",
        "tsa.pem",
        "/timestamps/authorities/groesste/certificates",
    ),
    (1, "/freshness", {"max_age_days": 7, "max_age_hours": 12}, "/freshness"),
    (1, "/profile", "hospital", "/profile"),
    (1, "/expires", "30.06.2027", "/expires"),
    (1, "/min_approvals", 1, "/min_approvals"),
]


@pytest.mark.parametrize(("index", "at", "value", "found"), POLICY_CRIMES)
def test_a_policy_that_does_not_mean_what_it_says(index: int, at: str, value: object, found: str) -> None:
    """A malformed policy is refused at the place that is wrong."""
    problems = schema.validate("policy", changed(samples("policy")[index], at, value), "p")
    assert found in [p.pointer for p in problems]


@pytest.mark.parametrize("kind", [s["predicate"]["kind"] for s in samples("statement")])
def test_a_predicate_holds_its_own_fields_and_no_others(kind: str) -> None:
    """What is not part of a kind cannot be smuggled into what a person signs."""
    for extra in ("decision_by", "x-note"):
        stated = changed(statement(kind), f"/predicate/{extra}", "x")
        problems = schema.validate("statement", stated, "s")
        assert [p.pointer for p in problems] == [f"/predicate/{extra}"]


@pytest.mark.parametrize("key", ["inventory", "meaning", "policy", "after", "stated_at"])
@pytest.mark.parametrize("kind", ["genesis", "signoff.approve", "seal"])
def test_a_statement_says_where_and_under_what_it_was_stated(kind: str, key: str) -> None:
    """Inventory, meaning, policy and checkpoint are in the bytes that are signed."""
    problems = schema.validate("statement", changed(statement(kind), f"/predicate/{key}", ...), "s")
    assert [(p.pointer, p.what) for p in problems] == [("/predicate", f"{key} is missing")]


STATEMENT_CRIMES: list[tuple[str, str, object, str]] = [
    ("signoff.approve", "/predicate/kind", "signoff.reject", "/predicate/kind"),
    ("signoff.approve", "/predicateType", "https://cognify.dev/predicate/signoff/v1",
     "/predicateType"),
    ("signoff.approve", "/subject/0/name", "MANIFEST.sha256", "/subject/0/name"),
    ("signoff.approve", "/subject/0/name", "../MANIFEST.sha256", "/subject/0/name"),
    ("signoff.approve", "/subject/1", ..., "/subject"),
    ("signoff.approve", "/subject/0/digest/sha512", "0" * 128, "/subject/0/digest/sha512"),
    ("signoff.approve", "/subject/0/digest/sha256", "A" * 64, "/subject/0/digest/sha256"),
    ("signoff.approve", "/predicate/conditions", [], "/predicate/conditions"),
    ("signoff.approve", "/predicate/parents", ["x"], "/predicate/parents/0"),
    ("signoff.approve", "/predicate/after/size", 812.0, "/predicate/after/size"),
    ("signoff.approve", "/predicate/person", "person:dana", "/predicate/person"),
    ("signoff.approve", "/predicate/stated_at", "2026-11-23 09:30", "/predicate/stated_at"),
    ("record.propose", "/predicate/tier", "none", "/predicate/tier"),
    ("record.propose", "/predicate/contributors", [], "/predicate/contributors"),
    ("genesis", "/subject/0/name", "policy/0002.yaml", "/subject/0/name"),
    ("genesis", "/predicate/trust/trust~1log.vkey", "sha256:0", "/predicate/trust/trust~1log.vkey"),
    ("seal", "/predicate/commit", "4f2c91a", "/predicate/commit"),
    ("seal", "/predicate/person", "mara.voss", "/predicate/person"),
    ("plan.register", "/predicate/thresholds/0/value", 0.82, "/predicate/thresholds/0/value"),
    ("exception.grant", "/predicate/expires", ..., "/predicate"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "at", "value", "found"), STATEMENT_CRIMES)
def test_a_statement_that_is_not_one(kind: str, at: str, value: object, found: str) -> None:
    """A malformed statement is refused at the place that is wrong."""
    good = statement(kind)
    if at == "/subject/1":
        good["subject"].append(good["subject"][0])
        stated = good
    else:
        stated = changed(good, at, value)
    assert found in [p.pointer for p in schema.validate("statement", stated, "s")]


P0 = "/values/~1training~1hyperparameters~1p0"
LOCK_CRIMES: list[tuple[str, object]] = [
    ("/from", "A1"), ("/at", "xpath:/a"), ("/at", "jsonl:0#/a"), ("/at", "csv:0/a"),
    ("/at", "json:a"), ("/at", "json:/~2"), ("/at", "sqlite:params#value"), ("/at", "lines:3"),
    ("/at", "text:x"), ("/at", "bytes:md5"), ("/via", "eval"), ("/via", "round(-1)"),
    ("/class", "human"), ("/raw", 2), ("/raw", ...), ("/note", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), LOCK_CRIMES)
def test_a_citation_outside_the_replay_grammar(key: str, value: object) -> None:
    """What replay could not evaluate for ever is refused before it is stored."""
    pointer = "/training/hyperparameters/p0"
    lock = samples("lock")[1]
    entry = changed(lock["values"][pointer], key, value)
    lock["values"][pointer] = entry
    problems = schema.validate("lock", lock, "evidence.lock.json")
    assert problems
    assert all(p.pointer.startswith(P0) for p in problems)


@pytest.mark.parametrize(
    "change", [{"uri": "s3://b/k"}, {"path": ...}, {"path": "../x"}, {"path": "models/x"},
               {"bytes": -1}, {"sha256": "0"}, {"extractor_version": 0}]
)  # fmt: skip
def test_an_artifact_lies_inside_or_outside_and_never_both(change: dict[str, object]) -> None:
    """An artifact has a path in the inventory or a name outside it, and its digest."""
    lock = samples("lock")[1]
    for key, value in change.items():
        lock = changed(lock, f"/artifacts/a01/{key}", value)
    problems = schema.validate("lock", lock, "evidence.lock.json")
    assert problems
    assert problems[0].pointer.startswith("/artifacts/a01")


@pytest.mark.parametrize("origin", ["https://a b", "a+b", "", "a\nb"])
def test_an_origin_fits_a_checkpoint_line(origin: str) -> None:
    """The log's name has no space and no plus sign (C2SP signed-note)."""
    data = changed(samples("inventory")[0], "/origin", origin)
    assert [p.pointer for p in schema.validate("inventory", data, "cognify.yaml")] == ["/origin"]


def deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = {"a": value}
    return value


HOSTILE: list[object] = [
    None, True, 7, "text", [], {}, float("nan"), 10**5000, object(), {1: 2}, "\ud800",
    {"\ud800": 1}, deep(10_000), {"card": [1] * 10_000}, {f"k{i}": i for i in range(5_000)},
    b"bytes", {"card": {"a": float("inf")}},
]  # fmt: skip


@pytest.mark.parametrize("name", schema.NAMES)
@pytest.mark.parametrize("index", range(len(HOSTILE)))
def test_hostile_data_is_a_problem_and_never_a_crash(name: str, index: int) -> None:
    """Whatever comes in, a short list of short sentences comes out."""
    problems = schema.validate(name, HOSTILE[index], "file")
    assert 0 < len(problems) <= 100
    assert all(len(p.what) < 400 for p in problems)


def test_a_message_cannot_act() -> None:
    """A value that would turn the text around is shown, not obeyed."""
    problems = schema.validate("inventory", {"cognify": "\u202e\x1b[31m"}, "cognify.yaml")
    said = " ".join(p.what for p in problems)
    assert "\\u202e\\x1b" in said
    assert said.isprintable()


def test_there_is_no_other_schema() -> None:
    """A name cannot lead out of the folder."""
    with pytest.raises(ConfigurationError) as caught:
        schema.schema_bytes("../../cognify")
    assert caught.value.fault == "schema-unknown"
