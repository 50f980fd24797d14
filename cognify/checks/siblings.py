"""What does this card tell otherwise than those of the other models, as if it were copied or cut short?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from cognify.checks.draft import Draft
from cognify.checks.portfolio import Portfolio, Portrait, folded, portrait
from cognify.checks.saying import some
from cognify.records import card as cards
from cognify.records.finding import Finding, Severity

_GENERAL: Final = frozenset(
    {"train", "training", "test", "testing", "eval", "evaluation", "validation", "valid", "val", "dev",
     "holdout", "data", "dataset", "all", "default", "main"}
)  # fmt: skip
"""Names that say what a data set is used for, not which one it is."""
_SETTINGS_FROM, _SETTINGS_SHARE = 3, 0.8
_FIELDS_FROM, _FIELDS_SHARE = 5, 0.9
_REASON_IN, _REASON_LENGTH = 4, 15
_ASIDE = ("not_applicable", "held_elsewhere")
_MOST, _SHOWN = 5, 200
_NAMED: Final = (
    "model.variant_of", "model.base", "model.components", "dependencies", "record.supersedes",
    "evaluation.baseline", "change.log", "vendor", "parties.suppliers",
)  # fmt: skip
"""Where another model is named for a reason."""


class _Siblings:
    ids = ("dataset-name-reused", "dataset-renamed", "hyperparameters-fewer", "field-missing-here",
           "prose-of-another-model", "reason-reused")  # fmt: skip

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        own, others = portrait(draft.version, draft.data), draft.around.portfolio
        yield from _reasons(draft, own)
        if others is not None:
            yield from _datasets(draft, own, others)
            yield from _settings(draft, own, others)
            yield from _fields(draft, own, others)
            yield from _copied(draft, own, others)


def _datasets(draft: Draft, own: Portrait, others: Portfolio) -> Iterator[Finding]:
    for index, (id, version, digest) in enumerate(own.datasets):
        if not digest or id.casefold() in _GENERAL:
            continue
        named = others.named_alike(own.model, id, version, digest)
        if named:
            yield draft.question(
                f"/data/datasets/{index}/digest", "dataset-name-reused",
                f"{id}{f' {version}' if version else ''} has the digest {digest[:16]}… here, and "
                f"{named[0][:16]}… in {named[1]}",
                "give each its version, or its own name: whoever reads both takes them for the same records",
            )  # fmt: skip
        same = others.same_bytes(own.model, id, digest)
        if same and same[0].casefold() not in _GENERAL:
            yield draft.question(
                f"/data/datasets/{index}/id", "dataset-renamed",
                f"{id} holds the very bytes that {same[1]} calls {same[0]}",
                "call it by one name in both, or say in `source` that it is a copy", Severity.NOTE,
            )  # fmt: skip


def _settings(draft: Draft, own: Portrait, others: Portfolio) -> Iterator[Finding]:
    """Settings that the other models of the same method tell, and this one does not."""
    if not (own.method and own.hyperparameters):
        return
    count, told = others.settings(own.model, own.method)
    missing = _common(told, _SETTINGS_SHARE * count, own.hyperparameters) if count >= _SETTINGS_FROM else ()
    if missing:
        yield draft.question(
            "/training/hyperparameters", "hyperparameters-fewer",
            f"{some(missing)}: told by most of {count} other models that were trained by {own.method}, "
            "and not here",
            "capture the file that holds them; a run that took the defaults writes them, too", Severity.NOTE,
        )  # fmt: skip


def _fields(draft: Draft, own: Portrait, others: Portfolio) -> Iterator[Finding]:
    """What nearly all other models of the tier answer, and this one does not."""
    count, told = others.given(own.model, own.tier)
    if count < _FIELDS_FROM:
        return
    missing = [name for name in _common(told, _FIELDS_SHARE * count, own.given) if not _is_aside(draft, name)]
    if missing:
        yield draft.question(
            "/record/tier", "field-missing-here",
            f"{some(missing)}: answered by nearly all of {count} other models of tier {own.tier}, "
            "and not here",
            "answer them, or say with a reason why they do not apply to this model", Severity.NOTE,
        )  # fmt: skip


def _is_aside(draft: Draft, name: str) -> bool:
    """Whether the card says of the field *name* that it does not apply, or where it is held."""
    return any(cards.state_of(value) in _ASIDE for _, value in cards.find(draft.data, name))


def _copied(draft: Draft, own: Portrait, others: Portfolio) -> Iterator[Finding]:
    """Texts that name another model, and texts that are another model's."""
    for pointer, text in own.prose.items():
        field = cards.field_at(pointer)
        if field is None or field.name.startswith(_NAMED):
            continue
        words = {word.strip(".,;:()'\"“”") for word in text.split()}
        wrong, twin = others.named_in(own.model, words), others.twin(own.model, pointer, text)
        if wrong and folded(own.model) not in words:
            copied = f", and is nearly word for word the text of {twin}" if twin else ""
            yield draft.question(
                pointer, "prose-of-another-model",
                f"{pointer} speaks of {wrong}, which is another model{copied}",
                "let it speak of this model; name another one under `dependencies` or `model.variant_of`",
            )  # fmt: skip
        elif twin:
            yield draft.question(
                pointer, "prose-of-another-model", f"{pointer} is nearly word for word the text of {twin}",
                "say what holds for this model; what holds for both belongs into a policy that both cite",
                Severity.NOTE,
            )  # fmt: skip


def _reasons(draft: Draft, own: Portrait) -> Iterator[Finding]:
    """One reason that was given for many things at once."""
    by_reason = dict[str, list[str]]()
    for pointer, reason in own.reasons.items():
        if len(reason) >= _REASON_LENGTH:
            by_reason.setdefault(reason, []).append(pointer)
    for reason, pointers in by_reason.items():
        fields = {field.name for pointer in pointers if (field := cards.field_at(pointer))}
        if len(fields) >= _REASON_IN:
            told = reason if len(reason) <= _SHOWN else f"{reason[: _SHOWN - 1]}…"
            yield draft.question(
                pointers[0], "reason-reused",
                f"{some(sorted(fields))} do not apply, all for one reason: “{told}”",
                "say of each why it does not apply", Severity.NOTE,
            )  # fmt: skip


def _common(told: Counter[str], least: float, without: tuple[str, ...]) -> list[str]:
    return sorted(name for name, count in told.items() if count >= least and name not in without)


SIBLINGS = _Siblings()
