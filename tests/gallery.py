"""An inventory with something of everything to show: sealed, proposed, and a draft that is hostile.

Built on `tests.scenario`; the draft 2.0.0 holds whatever a careless template would let through.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from cognify import canonical, verification
from cognify.git import Repository
from cognify.verification import Verification
from tests.scenario import CARD, MODEL, NONE, Scene

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
DRAFT = "2.0.0"
SCRIPT = "<script>alert(1)</script>"
LONG = "W" * 3000
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% for x in y %}",
    "[press](javascript:alert(1))",
    "</dd></div></article><h1>SEALED</h1>",
    "**not bold** `code` # no heading",
    '" onmouseover="alert(1)" x="',
    "'><svg onload=alert(1)>",
    LONG,
)
BIDI = "safe\u202e)1(trela\u202c\u200b"
EVIDENCE: dict[str, Any] = {
    "accuracy": 0.8425,
    "loss": 0.34887412190437317,
    "n": 400,
    "parameters": 1054720,
    "html": SCRIPT,
    "note": f"{SCRIPT}{BIDI}",
}


def draft_card(scene_card: str = CARD) -> str:
    """The hostile draft: every kind of value, and text that wants to be more than text."""
    quoted = [json.dumps(text) for text in HOSTILE]
    text = scene_card.format(
        version=DRAFT, tier="high", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a09", NONE=NONE
    )
    text = text.replace(
        "description: Reads a credit memo and proposes a decision.  # written by Mara",
        f"description: {json.dumps(SCRIPT)}",
    )
    text = text.replace("out_of_scope: Deciding without a human.", f"out_of_scope: [{', '.join(quoted)}]")
    text = text.replace(f"parameters_total: {NONE}", "parameters_total: 1054720")
    text = text.replace(
        f"hyperparameters: {NONE}", f"hyperparameters: {{html: {json.dumps(SCRIPT)}, lr: 0.0002}}"
    )
    text = text.replace(
        "intended_users: Credit analysts.",
        'intended_users: {state: pending, reason: "Who uses it?", by: model-owner}',
    )
    runs = """\
    - dataset: holdout
      metric: accuracy
      value: 0.8425
      "n": 400
      ci: {low: 0.803565, high: 0.874919, level: 0.95, method: wilson}
    - dataset: holdout
      metric: loss
      value: 0.34887412190437317
    - dataset: holdout
      metric: recall
      value: 0.91
      commentary: Größere Fälle fehlen; the pilot shows whether it holds.
  subgroups:
    - {attribute: age band, group: "18-29", metric: accuracy, value: 0.8425, "n": 400}
  thresholds:
    - {metric: accuracy, comparator: at_least, value: 0.82, rationale: The level of 1.1.0}
"""
    head, _, tail = text.partition("  runs:\n")
    return f"{head}  runs:\n{runs}{tail[tail.index('risk:') :]}"


def draft_lock(raw: bytes) -> bytes:
    """Citations of the draft: measured, derived, and one value that cites HTML."""
    cite = {"class": "measured", "from": "a01", "via": "number"}
    ci = {"class": "derived", "inputs": ["/evaluation/runs/0/value", "/evaluation/runs/0/n"]}
    values: dict[str, Any] = {
        "/evaluation/runs/0/value": {**cite, "at": "json:/accuracy", "raw": "0.8425"},
        "/evaluation/runs/0/n": {**cite, "at": "json:/n", "raw": "400", "via": "integer"},
        "/evaluation/runs/0/ci/low": {**ci, "via": "wilson95-low"},
        "/evaluation/runs/0/ci/high": {**ci, "via": "wilson95-high"},
        "/evaluation/runs/1/value": {**cite, "at": "json:/loss", "raw": "0.34887412190437317"},
        "/model/parameters_total": {**cite, "at": "json:/parameters", "raw": "1054720", "via": "integer"},
        "/training/hyperparameters/html": {
            **cite,
            "at": "json:/html",
            "raw": json.dumps(SCRIPT),
            "via": "text",
        },
    }
    lock = {
        "artifacts": {
            "a01": {
                "bytes": len(raw), "extractor": "sklearn-report", "extractor_version": 1,
                "media": "application/json", "origin": "results.json",
                "path": "evidence/results.json", "sha256": canonical.sha256(raw),
            }
        },
        "generator": {"name": "cognify", "version": "0.1.0"},
        "lock": 1, "model": MODEL, "replay": 1, "values": values, "version": DRAFT,
    }  # fmt: skip
    return canonical.pretty(lock)


def hang(scene: Scene) -> Scene:
    """Add the draft to *scene*, committed, and a condition with an end to what is proposed."""
    folder = scene.path(DRAFT)
    (folder / "evidence").mkdir(parents=True)
    raw = (json.dumps(EVIDENCE, ensure_ascii=False, indent=1) + "\n").encode()
    (folder / "evidence" / "results.json").write_bytes(raw)
    (folder / "card.yaml").write_text(draft_card(), encoding="utf-8")
    (folder / "evidence.lock.json").write_bytes(draft_lock(raw))
    scene.commit("capture 2.0.0")
    scene.approve("1.1.0", "tomas", "--condition", f"Only with {SCRIPT}", "--expires", "2027-11-30",
                  "--comment", "Read twice.")  # fmt: skip
    return scene


def judged(scene: Scene, at: datetime = AT) -> Verification:
    """A verification of *scene*, in this process."""
    return verification.verify(verification.open_repository(Repository(scene.root)), at=at)
