"""Every class of credential and identifier is seen in every kind of file; what looks alike passes."""

from __future__ import annotations

import csv
import gzip
import importlib
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cognify.privacy import KINDS, look
from tests import seeds

TEXTS = [(kind, text) for kind, (texts, _) in seeds.IDENTIFIERS.items() for text in texts]
PAIRS = [(kind, *pair) for kind, (_, pairs) in seeds.IDENTIFIERS.items() for pair in pairs]


def kinds(path: str, raw: bytes) -> set[str]:
    return {sight.kind for sight in look(path, raw).sights}


def test_there_is_a_seed_of_every_class() -> None:
    assert set(seeds.IDENTIFIERS) | {"credentials"} == set(KINDS)


@pytest.mark.parametrize("rule", seeds.CREDENTIALS)
def test_credentials(rule: str) -> None:
    """By the rule that is theirs, in text, in JSON, in bytes that are no text, and packed."""
    text = f"größe\nnote {seeds.CREDENTIALS[rule]}\n"
    assert rule in {s.rule for s in look("a.log", text.encode()).sights if s.at.startswith("2:")}
    assert "credentials" in kinds(
        "a.json", json.dumps({"größe": [{"cmd": seeds.CREDENTIALS[rule]}]}).encode()
    )
    assert "credentials" in kinds("a.log.gz", gzip.compress(text.encode()))
    if not rule.startswith(("named", "option")):
        assert "credentials" in kinds("a.bin", b"\x80\x04\x00\xff" + text.encode())


@pytest.mark.parametrize(("kind", "text"), TEXTS)
def test_identifiers_by_form(kind: str, text: str) -> None:
    """In free text, in JSON with and without escapes, in UTF-16."""
    assert kind in kinds("a.log", f"größe\nx {text}\n".encode())
    assert kind in kinds("a.json", json.dumps({"a": [1, {"note": text}]}).encode())
    assert kind in kinds("a.json", json.dumps({"note": text}, ensure_ascii=False).encode())
    assert kind in kinds("a.txt", f"x {text}\n".encode("utf-16"))
    escaped = "".join(f"\\u{ord(c):04x}" if c.isalnum() else c for c in text)
    assert kind in kinds("a.json", f'{{"note": "{escaped}"}}'.encode())


@pytest.mark.parametrize(("kind", "key", "value"), PAIRS)
@pytest.mark.parametrize(
    "form",
    [
        lambda k, v: json.dumps({k: v}),
        lambda k, v: json.dumps({"person": {k: v}}, indent=1),
        lambda k, v: json.dumps({"text": json.dumps({k: v})}),
        lambda k, v: f"{k}: {v}\n",
        lambda k, v: f"x = 1\n{k}={v}\n",
    ],
)
def test_identifiers_by_label(kind: str, key: str, value: str, form: Callable[[str, str], str]) -> None:
    assert kind in kinds("a.txt", form(key, value).encode())


@pytest.mark.parametrize(("kind", "key", "value"), PAIRS)
def test_identifiers_in_columns(kind: str, key: str, value: str, tmp_path: Path) -> None:
    """The header says what the cells are: CSV, TSV, SQLite."""
    for suffix, delimiter in (("csv", ","), ("tsv", "\t")):
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter).writerows([["n", key, "z"], ["1", value, "2"]])
        assert kind in kinds(f"rows.{suffix}", out.getvalue().encode())
    with closing(sqlite3.connect(tmp_path / "a.db")) as db:
        db.execute(f'CREATE TABLE t (n, "{key}")')
        db.execute("INSERT INTO t VALUES (1, ?)", (value,))
        db.execute("CREATE TABLE tags (key, value)")
        db.commit()
    assert kind in kinds("a.db", (tmp_path / "a.db").read_bytes())
    with closing(sqlite3.connect(tmp_path / "b.db")) as db:
        db.execute("CREATE TABLE tags (key, value)")
        db.execute("INSERT INTO tags VALUES (?, ?)", (key, value))
        db.commit()
    assert kind in kinds("b.db", (tmp_path / "b.db").read_bytes())


@pytest.mark.parametrize("text", seeds.CLEAN)
def test_what_looks_alike_passes(text: str) -> None:
    for raw in (f"{text}\n", json.dumps({"x": text, "y": [text]})):
        assert look("a.txt", raw.encode()).sights == ()


def test_whatever_the_peer_finds_is_found() -> None:
    """Each vendor detector of detect-secrets that fires on a specimen finds nothing that ours does not."""
    modules = ["artifactory", "aws", "azure_storage_key", "basic_auth", "discord", "github_token",
               "gitlab_token", "jwt", "mailchimp", "npm", "private_key", "pypi_token", "sendgrid",
               "slack", "square_oauth", "stripe", "telegram_token", "twilio"]  # fmt: skip
    from detect_secrets.plugins.base import BasePlugin

    fired = set()
    for name in modules:
        module = importlib.import_module(f"detect_secrets.plugins.{name}")
        (plugin,) = [v() for v in vars(module).values() if isinstance(v, type) and issubclass(v, BasePlugin)
                     and v.__module__ == module.__name__]  # fmt: skip
        for rule, token in seeds.CREDENTIALS.items():
            text = f"//registry.example.org/:_authToken={token}" if rule == "npm-token" else token
            if list(plugin.analyze_string(text)):
                fired.add(name)
                assert "credentials" in kinds("a.txt", text.encode()), (name, rule)
    assert fired == set(modules)
