"""Scrubbing: what goes, what stays byte for byte, and the same bytes every time."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognify.privacy import DEFAULTS, Rule, scrub, scrub_name
from cognify.privacy.scrubbing import without_folders

JSON = "application/json"
HOME, ROOT = "/ho" + "me/", "/ro" + "ot"


@pytest.mark.parametrize(("text", "clean"), [
    (f"{HOME}zoe/models/tiny", "[scrubbed]/tiny"), (f"{HOME}zoe", "[scrubbed]"), (f"{HOME}zoe/", "[scrubbed]"),
    (ROOT, "[scrubbed]"), (f"{ROOT}/train.py", "[scrubbed]/train.py"), ("/tmp/run/x.csv", "[scrubbed]/x.csv"),
    ("file:///data/acme/x.parquet", "[scrubbed]/x.parquet"), ("~/models/tiny", "[scrubbed]/tiny"),
    ("C:\\Users\\zoe", "[scrubbed]"), ("C:\\Users\\zoe\\models\\tiny", "[scrubbed]/tiny"), ("D:/runs/tiny", "[scrubbed]/tiny"),
    ("\\\\nas\\share\\tiny", "[scrubbed]/tiny"), ("a=/opt/x/y,b=/opt/x/z", "a=[scrubbed]/y,b=[scrubbed]/z"),
    ("meta-llama/Llama-3", "meta-llama/Llama-3"), ("https://h.example/data/x", "https://h.example/data/x"),
    ("data/train.csv", "data/train.csv"), ("s3://bucket/data/x", "s3://bucket/data/x"), ("1/2 and/or 3", "1/2 and/or 3"),
    ("/v1/completions", "/v1/completions"), ("/data", "/data"), ("größe /mnt/größe/ä.txt", "größe [scrubbed]/ä.txt"),
])  # fmt: skip
def test_folders(text: str, clean: str) -> None:
    """The last part stays, so that a model is still named; a home folder goes whole."""
    assert without_folders(text) == clean
    assert without_folders(clean) == clean


def test_pointers_into_the_card_are_no_folders() -> None:
    """In a mapping alone, as keys alone, and only sections of the card; the rest of each line is scrubbed."""
    raw = (
        b"      /data/datasets/[a b]/records: /n\n"
        b'      "/data/separation/checks/[x]/kind": {text: /data/zoe/x}\n'
        b"      /data/privacy/scan/ruleset: {text: exact}\n"
        b"      /data/zoe/records: /n\n"
        b"  - file: /data/datasets/zoe/out.json\n"
    )
    clean, rules = scrub(raw, "application/yaml", "runs/cognify-mapping.yaml")
    assert clean.decode().splitlines() == [
        "      /data/datasets/[a b]/records: /n",
        '      "/data/separation/checks/[x]/kind": {text: [scrubbed]/x}',
        "      /data/privacy/scan/ruleset: {text: exact}",
        "      [scrubbed]/records: /n",
        "  - file: [scrubbed]/out.json",
    ]
    assert rules == ("path",)
    assert b"/data/datasets" not in scrub(raw, "application/yaml", "notes.yaml")[0]


def test_json_keeps_its_bytes() -> None:
    """Only the tokens change: spaces, order, numbers and other strings stay; escapes are read."""
    raw = (
        b'{ "host" :"gpu-17",\n\t"n":1.50e1, "user": "zo\\u00eb", "mlflow.user":"zoe", "nested": {"email": "z@h.example"},'
        b' "args": ["--out", "\\/tmp\\/zoe\\/out"], "author": "Zoe", "users": 3, "user_id": null, "note": "z@h.example"}'
    )
    clean, rules = scrub(raw, JSON, "meta.json")
    assert clean == (
        b'{ "host" :"[scrubbed]",\n\t"n":1.50e1, "user": "[scrubbed]", "mlflow.user":"[scrubbed]", "nested": {"email": "[scrubbed]"},'
        b' "args": ["--out", "[scrubbed]/out"], "author": "Zoe", "users": 3, "user_id": null, "note": "z@h.example"}'
    )
    assert rules == ("e-mail", "host", "path", "user")
    assert scrub(clean, JSON, "meta.json") == (clean, ())


def test_a_list_under_a_key() -> None:
    """Its strings stand under the key, too; what comes after it does not."""
    clean, rules = scrub(b'{"hosts": ["a"], "hostname": ["a1", "b2"], "x": "a1"}', JSON, "m.json")
    assert json.loads(clean) == {"hosts": ["a"], "hostname": ["[scrubbed]", "[scrubbed]"], "x": "a1"}
    assert rules == ("host",)


def test_half_a_character_stays_half() -> None:
    """A lone surrogate can only be written as an escape."""
    raw = '{"note": "größe \\ud800 /tmp/zoe/x"}'.encode()
    clean, _ = scrub(raw, JSON, "a.json")
    assert json.loads(clean) == {"note": "größe \ud800 [scrubbed]/x"}


def test_text_by_line() -> None:
    raw = "user: 'zoe'\nhost_name = gpu-17\nlr: 0.5\n- email: z@h.example\nnumpy @ file:///croot/numpy_1/work\nuser:\n"
    clean, rules = scrub(raw.encode(), "text/plain", "a.txt")
    assert clean.decode() == (
        "user: '[scrubbed]'\nhost_name = [scrubbed]\nlr: 0.5\n- email: [scrubbed]\nnumpy @ [scrubbed]/work\nuser:\n"
    )
    assert rules == ("e-mail", "host", "path", "user")


def test_what_is_no_text_stays() -> None:
    for raw in (b"\xff\xfe\x00", b"user: x\x00"):
        assert scrub(raw, "text/plain", "a") == (raw, ())


def test_rules_of_ones_own() -> None:
    """By pattern or key, and only in the files that they cover."""
    mine = Rule("mrn", pattern=re.compile("MEM-[0-9]+"), files=("results/*.json",))
    raw = b'{"a": "x MEM-481 y MEM-516"}'
    assert scrub(raw, JSON, "results/a.json", (mine,)) == (b'{"a": "x [scrubbed] y [scrubbed]"}', ("mrn",))
    assert scrub(raw, JSON, "other.json", (mine,)) == (raw, ())
    assert scrub(raw, "text/plain", "results/a.json", (mine,))[1] == ("mrn",)
    keyed = Rule("who", keys=re.compile("who\\Z"), files=("*.jsonl",))
    assert scrub(b'{"who": "zoe"}\n{"who": 1}\n', "application/jsonl", "a.jsonl", (keyed,)) == (
        b'{"who": "[scrubbed]"}\n{"who": 1}\n', ("who",),
    )  # fmt: skip


def test_names_of_files() -> None:
    name = "outputs/runs/Nov23_08-11-30_gpu-17.acme/events.out.tfevents.1795421490.gpu-17.acme.10330.0"
    clean = "outputs/runs/Nov23_08-11-30_[scrubbed]/events.out.tfevents.1795421490.[scrubbed].10330.0"
    assert scrub_name(name) == clean
    assert scrub_name(clean) == clean
    assert scrub_name("outputs/trainer_state.json") == "outputs/trainer_state.json"


VALUES = st.recursive(
    st.text(max_size=12) | st.integers() | st.booleans() | st.none() | st.sampled_from(["/tmp/a/b", "C:\\x\\y", "z@h.x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["host", "user", "a", "größe"]), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(VALUES, st.booleans())
def test_scrubbed_json_is_json_of_one_shape(value: object, plain: bool) -> None:
    """Whatever is scrubbed still parses, with the same keys and numbers, and is scrubbed once for all."""
    raw = json.dumps({"x": value}, ensure_ascii=plain).encode("utf-8", "surrogatepass")
    try:
        raw.decode()
    except UnicodeDecodeError:
        return
    clean, _ = scrub(raw, JSON, "x.json", DEFAULTS)
    assert _shape(json.loads(clean)) == _shape(json.loads(raw))
    assert scrub(clean, JSON, "x.json", DEFAULTS) == (clean, ())


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shape(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_shape(part) for part in value]
    return str if isinstance(value, str) else value
