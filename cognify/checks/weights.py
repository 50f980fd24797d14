"""Are the weights that were evaluated the ones that are released?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cognify.checks.draft import Draft
from cognify.records.finding import Finding, Severity

_DERIVED = ("adapter-of", "merged-from", "quantised-from")
_SHOWN = 5


class _Weights:
    ids = ("evaluated-weights-unknown", "evaluated-not-released")

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        evaluation = draft.data.get("evaluation")
        section = evaluation if isinstance(evaluation, Mapping) else {}
        model = draft.data.get("model")
        artifacts = _entries(model.get("artifacts")) if isinstance(model, Mapping) else []
        released, base = _released(artifacts, model)
        entries = _entries(section.get("weights"))
        unknown = list[str]()
        for index, entry in enumerate(entries):
            where = draft.where(f"/evaluation/weights/{index}")
            fault = _contradiction(entry, released, base)
            if fault:
                yield Finding(
                    where, "evaluated-not-released", f"{entry.get('report')}: {fault}",
                    "evaluate what is released, or say in `relation` and `reason` what the released "
                    "weights are to the evaluated ones",
                )  # fmt: skip
            elif not _settled(entry, released):
                unknown.append(str(entry.get("report")))
        told = {str(entry.get("report_digest")) for entry in entries}
        alone = [run for run in _entries(section.get("runs")) if _is_result(run, told)]
        unknown += [f"{len(alone)} results that name no report"] if alone else []
        if unknown:
            yield _unknown(draft.where("/evaluation/weights"), "which weights were evaluated", unknown)
        converted = list(_converted(entries, artifacts))
        if entries and converted:
            yield _unknown(
                draft.where("/model/artifacts"), "an evaluation of these files themselves", converted
            )


def _entries(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _released(artifacts: list[Mapping[str, Any]], model: Any) -> tuple[set[str], str]:
    """The digests of what is released, and that of a base model which lies beside its adapter."""
    held = model.get("base") if isinstance(model, Mapping) else None
    base = str(held.get("digest", "")) if isinstance(held, Mapping) else ""
    digests = {str(entry["digest"]) for entry in artifacts if isinstance(entry.get("digest"), str)}
    return (digests - {base}, base) if digests - {base} else (digests, "")


def _digests(entry: Mapping[str, Any]) -> set[str]:
    held = entry.get("digests")
    return {str(digest) for digest in held} if isinstance(held, list) else set()


def _contradiction(entry: Mapping[str, Any], released: set[str], base: str) -> str:
    """What the digests say against the entry's relation, or against its silence."""
    if base and _digests(entry) == {base}:
        return "what was evaluated is the base model without what was made of it here"
    strangers = _digests(entry) - released - {base}
    if not strangers or not released or entry.get("relation") in _DERIVED:
        return ""
    shown = ", ".join(sorted(digest[:12] for digest in strangers)[:_SHOWN])
    if entry.get("relation") == "same":
        return f"the weights are said to be the same, but what was evaluated ({shown}) is not released"
    return f"what was evaluated ({shown}) is not among the released weights"


def _settled(entry: Mapping[str, Any], released: set[str]) -> bool:
    """Whether it is known what was evaluated: by equal digests, or by a relation with its reason."""
    digests, relation = _digests(entry), entry.get("relation")
    if relation == "same" and digests and digests <= released:
        return True
    reason = entry.get("reason")
    return relation in ("same", *_DERIVED) and isinstance(reason, str) and bool(reason.strip())


def _is_result(run: Mapping[str, Any], told: set[str]) -> bool:
    return not isinstance(run.get("value"), Mapping) and str(run.get("report_digest")) not in told


def _converted(entries: list[Mapping[str, Any]], artifacts: list[Mapping[str, Any]]) -> Iterator[str]:
    """Quantised files that are released, and neither evaluated nor said to be made of what was."""
    if any(entry.get("relation") == "quantised-from" and _settled(entry, set()) for entry in entries):
        return
    evaluated = {digest for entry in entries for digest in _digests(entry)}
    for entry in artifacts:
        if str(entry.get("format", "")).startswith("GGUF") and entry.get("digest") not in evaluated:
            yield str(entry.get("path"))


def _unknown(where: str, what: str, places: list[str]) -> Finding:
    more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    return Finding(
        where, "evaluated-weights-unknown", f"nothing says {what}: {', '.join(places[:_SHOWN])}{more}",
        "say in `evaluation.weights` what the released weights are to the evaluated ones, and how that shows",
        Severity.WARNING,
    )  # fmt: skip


WEIGHTS = _Weights()
