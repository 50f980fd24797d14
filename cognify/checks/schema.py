"""Does the card fit its schema, and does it describe the version whose folder it lies in?"""

from __future__ import annotations

from collections.abc import Iterator

from cognify.checks.draft import Draft
from cognify.records import schema
from cognify.records.finding import Finding


class _Schema:
    ids = ("card-schema", "card-misplaced")

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        for problem in schema.validate("card", draft.card.data, draft.version.card):
            yield Finding(
                draft.where(problem.pointer), "card-schema",
                f"{problem.pointer or 'the card'}: {problem.what}",
                "mend the field; an editor that reads the first line of the card completes it",
            )  # fmt: skip
        model = draft.data.get("model")
        said = model if isinstance(model, dict) else {}
        for key, name in (("name", draft.version.model), ("version", draft.version.version)):
            if said.get(key) not in (None, name):
                yield Finding(
                    draft.where(f"/model/{key}"), "card-misplaced",
                    f"the card says {said[key]!r}, its folder says {name!r}",
                    "capture into the folder that the card names",
                )  # fmt: skip


SCHEMA = _Schema()
