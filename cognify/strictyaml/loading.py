"""Bytes to plain data: the fast way where nobody could differ, the slow way for all else."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from cognify.strictyaml.characters import source_text
from cognify.strictyaml.document import Value, document_of
from cognify.strictyaml.prescan import is_tame


def load(raw: bytes, *, where: str) -> dict[str, Value]:
    """The mapping that *raw* says, or a named refusal with line and column.

    What comes back is plain: dates are text, numbers are int or float, nothing is shared.
    Time and memory are bounded, whatever the bytes.
    `null` is data here; that a record has no blanks is for its schema to say.

    Raises:
        MalformedRecord: `bidi-control` `not-nfc` `yaml-alias` `yaml-ambiguous-scalar`
            `yaml-charset` `yaml-depth` `yaml-dup-key` `yaml-empty-value` `yaml-key`
            `yaml-multi-doc` `yaml-root` `yaml-size` `yaml-syntax` `yaml-tag`.
    """
    text = source_text(raw, where)
    if is_tame(raw) and (data := _fast(text)) is not None:
        return data
    return document_of(raw, text, where).data


def _fast(text: str) -> dict[str, Value] | None:
    """The fast parser's reading, or nothing where it stumbles: why is for the slow one to say."""
    try:
        data = _fast_parser()(text)
    except ValueError:  # which InvalidYamlError is
        return None
    return data if isinstance(data, dict) else None


@cache
def _fast_parser() -> Callable[[str], object]:
    """ryaml, or where it was not built for this machine, a parser that leaves all to the other."""
    try:
        from ryaml import loads  # type: ignore[attr-defined]
    except ImportError:
        return lambda text: None
    parse: Callable[[str], object] = loads
    return parse
