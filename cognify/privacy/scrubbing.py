"""Scrubbing: what trackers note of a machine and its user is taken out, the rest stays byte for byte.

The same bytes and rules give the same bytes. A token is replaced in place, so that a citation's
locator finds its value where it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from cognify.privacy.grammar import words

GONE = "[scrubbed]"
_ROOTS = (
    r"home|Users|root|tmp|var|mnt|media|opt|srv|data|scratch|work|workspaces?|lustre|gpfs|nfs|cluster|projects?|"
    r"storage|content|kaggle|private|usr|etc|run|Volumes|dbfs|efs|fsx|croot|build|export|shared|users|code|app"
)
_PART = r"[^\s/\\\"'`<>|:;,*?()\[\]{}]{1,255}"
_PATH = re.compile(
    rf"(?<![\w.~/\\:-])(?P<scheme>file:(?://)?)?(?:(?P<posix>/(?:{_ROOTS})\d{{0,4}}(?:/{_PART}){{0,40}}/?)(?![\w])"
    rf"|(?P<windows>[A-Za-z]:(?:\\{{1,2}}|/)(?:{_PART}(?:\\{{1,2}}|/)){{0,40}}(?:{_PART})?)"
    rf"|(?P<share>\\\\{_PART}(?:\\{{1,2}}{_PART}){{1,40}})"
    rf"|(?P<own>~[\w-]{{0,32}}(?:/{_PART}){{1,40}}))"
)
_HOMES = re.compile(
    r"(?:/(?:home|Users|users|export/home)/[^/]+|/root|[A-Za-z]:[\\/]{1,2}Users[\\/]{1,2}[^\\/]+|~[\w-]*)[\\/]*\Z"
)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_AFTER_KEY = re.compile(r"\s{0,20}:\s{0,20}")
_LINE = re.compile(
    r"(?m)^(?P<key>[ \t-]*[A-Za-z_][\w .-]{0,40}?)(?P<sign>[ \t]*[:=][ \t]*)(?P<value>[^\n]+)$"
)
# Only sections of the card: what else begins with a slash may be a folder of the machine.
_POINTER_KEY = re.compile(
    r"([ \t]{1,40}(?P<mark>[\"']?)/data/(?:datasets/\[[^\]\n]{0,200}\]|splits|separation|privacy)"
    r"(?:/[\w~ \[\].-]{1,200}){0,8}(?P=mark)[ \t]{0,8}:(?=[ \t]|\Z))(.*)\Z"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what stands under *keys*, or what *pattern* finds, becomes `[scrubbed]`.

    `files` are globs over the origins that it applies to; none means all but rows of data.
    """

    name: str
    keys: re.Pattern[str] | None = None
    pattern: re.Pattern[str] | None = None
    files: tuple[str, ...] = ()
    holds: Callable[[str], bool] = field(default=bool)

    def covers(self, origin: str) -> bool:
        """Whether the rule applies to the file *origin*."""
        return not self.files or any(fnmatchcase(origin, glob) for glob in self.files)


def keyed(*names: str) -> re.Pattern[str]:
    """Keys as people spell them: case, blanks, dashes and a tracker's prefix do not matter."""
    return re.compile(rf"(?:[a-z]{{2,20}}\.)?(?:{words(*names)})\Z", re.IGNORECASE)


def _an_address(value: str) -> bool:
    return "@" in value


DEFAULTS: tuple[Rule, ...] = (
    Rule("host", keyed("host", "host ?name", "computer ?name", "node ?name", "machine(?: ?name)?", "fqdn", "source\\.host")),
    Rule("user", keyed("user", "user ?name", "user ?id", "login", "log ?name", "created ?by", "last ?updated ?user ?id", "owner ?id", "os ?user")),
    Rule("e-mail", keyed("e ?mail", "user ?e ?mail", "author ?e ?mail", "author", "committer", "user", "contact", "git ?e ?mail"), holds=_an_address),
    Rule("ip", keyed("ip", "ip ?addr(?:ess)?", "host ?ip", "node ?ip")),
    Rule("path"),
)  # fmt: skip
"""What is scrubbed where nobody says anything: hosts, users, addresses under their keys, folders."""


def scrub(
    raw: bytes, media: str, origin: str, rules: Sequence[Rule] = DEFAULTS
) -> tuple[bytes, tuple[str, ...]]:
    """*raw* without what *rules* take out, and the names of the rules that changed it, sorted.

    Only JSON and text are scrubbed; anything else comes back as it was.
    """
    due = [rule for rule in rules if rule.covers(origin)]
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return raw, ()
    if "\x00" in text[:65536] or not due:
        return raw, ()
    used: set[str] = set()
    by_line = _mapping if origin.rpartition("/")[2] == "cognify-mapping.yaml" else _lines
    scrubbed = _json(text, due, used) if "json" in media else by_line(text, due, used)
    return scrubbed.encode(), tuple(sorted(used))


def scrub_name(origin: str) -> str:
    """A file's name without the host that TensorBoard and the Trainer put into it."""
    origin = re.sub(
        r"(events\.out\.tfevents\.\d{6,12}\.)[\w-]+(?:\.[A-Za-z][\w-]*)*(\.\d+\.\d+)?", rf"\1{GONE}\2", origin
    )
    return re.sub(
        r"(?<=/)((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\d{2}_\d{2}-\d{2}-\d{2}_)[\w.-]+(?=/)",
        rf"\1{GONE}",
        origin,
    )


def without_folders(text: str) -> str:
    """*text* with the folders of every absolute path taken out; the last part stays, unless it is a home."""
    return _PATH.sub(_last_part, text)


def _last_part(match: re.Match[str]) -> str:
    path = match[0].removeprefix(match["scheme"] or "")
    if _HOMES.match(path):
        return GONE
    parts = [part for part in re.split(r"[\\/]+", path) if part]
    if match["posix"] and len(parts) < 2:
        return match[0]
    last = parts[-1] if len(parts) > 1 else ""
    return f"{GONE}/{last}" if last else GONE


def _value(rules: Sequence[Rule], key: str, value: str, used: set[str]) -> str:
    for rule in rules:
        changed = value
        if rule.keys is not None:
            if value.strip() and value != GONE and rule.keys.match(key.strip(" -\t")) and rule.holds(value):
                changed = GONE
        elif rule.pattern is not None:
            changed = rule.pattern.sub(GONE, value)
        elif "/" in value or "\\" in value:
            changed = without_folders(value)
        if changed != value:
            used.add(rule.name)
            value = changed
    return value


def _json(text: str, rules: Sequence[Rule], used: set[str]) -> str:
    """String tokens replaced in place; a key is a string that a colon follows."""
    out: list[str] = []
    done, key = 0, ""
    for match in _STRING.finditer(text):
        if match.start() < done:
            continue
        if _AFTER_KEY.match(text, match.end()):
            key = _plain(match[0])
            continue
        value = _plain(match[0])
        changed = _value(rules, key, value, used)
        if changed != value:
            out += [text[done : match.start()], _token(changed, like=match[0])]
            done = match.end()
        key = (
            key
            if text[match.end() : match.end() + 40].lstrip().startswith(",") and _in_list(text, match.start())
            else ""
        )
    return "".join([*out, text[done:]])


def _token(value: str, *, like: str) -> str:
    """*value* as a JSON string, escaped as *like* is; a lone surrogate has no other spelling."""
    escaped = like.isascii() or any("\ud800" <= c <= "\udfff" for c in value)
    return json.dumps(value, ensure_ascii=escaped)


def _in_list(text: str, start: int) -> bool:
    """Whether the token before *start* is a list's: its key holds for the next one, too."""
    return text[max(0, start - 40) : start].rstrip().endswith(("[", ","))


def _plain(token: str) -> str:
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token[1:-1]


def _lines(text: str, rules: Sequence[Rule], used: set[str]) -> str:
    """`key: value` and `key = value` by line; folders and patterns anywhere."""
    keys = [rule for rule in rules if rule.keys is not None]
    if keys:
        text = _LINE.sub(lambda m: f"{m['key']}{m['sign']}{_quoted(keys, m, used)}", text)
    return "\n".join(
        _value([r for r in rules if r.keys is None], "", line, used) for line in text.split("\n")
    )


def _mapping(text: str, rules: Sequence[Rule], used: set[str]) -> str:
    """A mapping's lines; its keys are pointers into the card, and `/data/…` in one is no folder."""
    lines = (_POINTER_KEY.match(line) or line for line in text.split("\n"))
    return "\n".join(
        line[1] + _lines(line[3], rules, used) if isinstance(line, re.Match) else _lines(line, rules, used)
        for line in lines
    )


def _quoted(rules: Sequence[Rule], match: re.Match[str], used: set[str]) -> str:
    value = match["value"]
    bare = value.strip().strip("\"'")
    changed = _value(rules, match["key"], bare, used)
    return value if changed == bare else value.replace(bare, changed, 1)
