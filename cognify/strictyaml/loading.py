"""Bytes to plain data: the fast way where nobody could differ, the slow way for all else."""

from __future__ import annotations

from cognify.strictyaml.characters import source_text
from cognify.strictyaml.document import Value, document_of
from cognify.strictyaml.fast import fast


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
    data = fast(raw, text)
    return document_of(raw, text, where).data if data is None else data
