"""What do the adopted frameworks ask for that the card does not evidence?"""

from __future__ import annotations

from collections.abc import Iterator

from cognify import resources, strictyaml
from cognify.checks.draft import Draft
from cognify.errors import CognifyError, FrameworkError
from cognify.records import framework
from cognify.records.finding import Finding, Severity
from cognify.records.framework import Coverage, Framework


def load(id: str) -> Framework:
    """The shipped framework pack *id*, such as `model-card@mitchell-2019-v2`.

    Raises:
        ConfigurationError: nothing of that name is shipped.
        FrameworkError: the pack is of another edition than *id* names, or malformed.
    """
    name = f"frameworks/{id.partition('@')[0]}.yaml"
    found = framework.parse(strictyaml.load(resources.shipped(name), where=name), name)
    if found.id != id:
        raise FrameworkError(
            f"this installation has {found.id}, the inventory adopts {id}",
            where="cognify.yaml", fix=f"adopt {found.id}, or install the Cognify that ships {id}",
            id="framework-unknown",
        )  # fmt: skip
    return found


class _Framework:
    ids = ("requirement-not-evidenced", "requirement-partly-evidenced", "framework-unknown")

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        for id in draft.inventory.settings.frameworks:
            try:
                pack = load(id)
            except CognifyError as error:
                yield Finding("cognify.yaml", "framework-unknown", error.what, error.fix or "")
                continue
            yield from _missing(draft, pack)


def _missing(draft: Draft, pack: Framework) -> Iterator[Finding]:
    for asked in pack.requirements:
        coverage = asked.coverage(draft.data)
        if asked.tier != "must" or coverage in (Coverage.PRESENT, Coverage.NOT_APPLICABLE):
            continue
        partial = coverage is Coverage.PARTIAL
        pointer = "/" + asked.fields[0].replace(".", "/")
        yield Finding(
            draft.where(pointer),
            "requirement-partly-evidenced" if partial else "requirement-not-evidenced",
            f"{pack.id}/{asked.id} asks: {asked.text} The evidence is {coverage.value}",
            f"give {' and '.join(asked.fields)}, or say with a reason why it does not apply",
            Severity.NOTE if partial else Severity.WARNING,
        )


FRAMEWORK = _Framework()
