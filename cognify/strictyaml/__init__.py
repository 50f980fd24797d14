"""Bytes to data or a named refusal; byte positions kept for messages and for exact edits.

One profile of YAML 1.2 for everything that is read in judgement: what any two readers of YAML
could understand differently is refused, each with its own id.
"""

from __future__ import annotations

from cognify.strictyaml.document import Document, Span, Value, read
from cognify.strictyaml.loading import load
from cognify.strictyaml.scalars import Number

__all__ = ["Document", "Number", "Span", "Value", "load", "read"]
