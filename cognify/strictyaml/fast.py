"""The quick parser, for bytes that no two readers could read differently."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from cognify.strictyaml.prescan import is_tame


def fast(raw: bytes, text: str) -> dict[str, Any] | None:
    """The fast parser's reading, or nothing where it stumbles: why is for the slow one to say."""
    if not is_tame(raw):
        return None
    try:
        data = _parser()(text)
    except ValueError:  # which InvalidYamlError is
        return None
    return data if isinstance(data, dict) else None


@cache
def _parser() -> Callable[[str], object]:
    """ryaml, or where it was not built for this machine, a parser that leaves all to the other."""
    try:
        from ryaml import loads  # type: ignore[attr-defined]
    except ImportError:
        return lambda text: None
    parse: Callable[[str], object] = loads
    return parse
