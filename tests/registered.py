"""An inventory with a history for the register: clocks are given, so that every day is known.

Sealed: 1.0.0 on 2026-09-02 (reported on, amended, with an exception and a condition that end), 1.1.0 on
2026-10-05, built on the files of 1.0.0. 2.0.0 is a draft whose names want to be formulas.
Built once per process; copy it before changing it.
"""

from __future__ import annotations

import atexit
import functools
import json
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cognify import canonical
from tests import scenario, watched, weights
from tests.scenario import MODEL, NONE, POLICY, Scene

SEALED, LATER, TOLD = "2026-09-02T09:00:00Z", "2026-10-05T09:00:00Z", "2026-11-10T09:00:00Z"
NOW = "2026-12-15T12:00:00Z"
DATA = "a" * 64
FORMULA = "=cmd|' /C calc'!A0"
LIMITS = """\
monitoring:
  frequency: monthly
  metrics:
    - {metric: ece, cadence: after each release, threshold: {direction: above, warn: 0.05, breach: 0.10}}
validation:
  validator: Prüfstelle Größe
  completed_on: "2026-08-20"
  next_due: "2026-12-31"
  valid_until: "2027-08-20"
  findings:
    - {id: F1, statement: Drift is not tested., status: open, due: "2026-11-30", owner: Mara Voß}
    - {id: F2, statement: No bench., status: closed, due: "2026-10-01"}
lifecycle:
  status: in_production
  deployed_on: "2026-09-10"
dependencies:
  downstream: [{name: credit-desk, kind: process}]
"""
ROLES = """\
  roles: [{role: model-owner, name: Zoë Ångström, organisation: Retail}, {role: developer, name: Mara Voß}]
  exceptions: [{what: No second reader, approver: Inés Okafor, expires: "2026-12-20"}]
"""


def at(scene: Scene, time: str) -> None:
    """Let every command believe that it is *time*."""
    scene.environment["SOURCE_DATE_EPOCH"] = str(int(datetime.fromisoformat(time).timestamp()))


def write(scene: Scene, version: str, number: int, *, base: str) -> None:
    """A version with an owner, dates, limits, a data set and a base, both cited."""
    weights.write(scene, version, watched.RECORD % number)
    card, lock = scene.path(version, "card.yaml"), scene.path(version, "evidence.lock.json")
    text = card.read_text()
    for old, new in (
        ("risk:\n", f"{LIMITS}risk:\n"),
        ("  roles: [{role: engineer, name: Mara Voß}]\n", ROLES),
        (f"revision: {NONE}, digest: {NONE}", f'revision: r7, digest: "{base}"'),
        (f"  datasets: {NONE}\n", f'  datasets: [{{id: memos, role: train, digest: "{DATA}", records: 900, source: Desk 4}}]\n'
         '  agreements: [{id: dua-7, type: dua, parties: [A, B], permitted_uses: [training], expires: "2026-12-01", datasets: [memos]}]\n'),
        ("  description:", "  origin: in_house\n  description:"),
    ):  # fmt: skip
        assert old in text, old
        text = text.replace(old, new, 1)
    card.write_text(text)
    seen = canonical.pretty(
        {"base": base, "data": DATA, "id": "memos", "revision": "r7", "role": "train", "rows": 900}
    )
    scene.path(version, "evidence/data.json").write_bytes(seen)
    data = json.loads(lock.read_bytes())
    data["artifacts"]["a20"] = {
        "bytes": len(seen), "extractor": "plain", "extractor_version": 1, "media": "application/json",
        "origin": "observed/data.json", "path": "evidence/data.json", "sha256": canonical.sha256(seen),
    }  # fmt: skip
    for pointer, key, raw, via in (
        ("/model/base/revision", "revision", '"r7"', "text"), ("/model/base/digest", "base", f'"{base}"', "text"),
        ("/data/datasets/0/id", "id", '"memos"', "text"), ("/data/datasets/0/digest", "data", f'"{DATA}"', "text"),
        ("/data/datasets/0/role", "role", '"train"', "text"), ("/data/datasets/0/records", "rows", "900", "integer"),
    ):  # fmt: skip
        data["values"][pointer] = {
            "at": f"json:/{key}",
            "class": "declared",
            "from": "a20",
            "raw": raw,
            "via": via,
        }
    lock.write_bytes(canonical.pretty(data))
    scene.commit(f"data of {version}")


def sign(scene: Scene, version: str, *ines: str) -> None:
    scene.propose(version)
    scene.approve(version, "ines", "--role", "model-risk", *ines)
    if "--condition" in ines:
        scene.must("state", "acknowledge", MODEL, version, "--key", str(scene.key("mara")), "--yes")
        scene.commit(f"acknowledge {version}")
    scene.approve(version, "tomas")
    scene.seal()


def fill(scene: Scene) -> None:
    at(scene, "2026-09-01T09:00:00Z")
    scenario.found(
        scene.home,
        scene=scene,
        policy=POLICY.replace("    max_age_days: 30\n", "    max_age_days: 30\n    review_days: 400\n"),
    )
    at(scene, SEALED)
    write(scene, "1.0.0", 1, base="b" * 64)
    sign(scene, "1.0.0", "--condition", "An analyst reads every memo.", "--expires", "2026-12-31")
    at(scene, LATER)
    write(scene, "1.1.0", 2, base=canonical.sha256(weights.FILES[weights.RELEASED]))
    sign(scene, "1.1.0")
    at(scene, TOLD)
    watched.observed(scene, "2026-10", ece=0.2)
    assert watched.monitor(scene, "2026-10").code == 1
    scene.must("state", "except", "--what", f"pilot in {MODEL} 1.0.0", "--expires", "2026-12-24", "--key",
               str(scene.key("ines")), "--yes")  # fmt: skip
    scene.must("state", "amend", MODEL, "1.0.0", "--at", "/validation/next_due", "--text", "2027-02-01",
               "--role", "model-risk", "--key", str(scene.key("noor")), "--yes")  # fmt: skip
    scene.commit("reported and amended")
    scene.seal()
    draft = scene.path("2.0.0")
    scene.write_version("2.0.0", record=watched.RECORD % 3)
    card = draft / "card.yaml"
    card.write_text(
        card.read_text().replace("Reads a credit memo and proposes a decision.", json.dumps(FORMULA))
    )
    scene.commit("capture 2.0.0")
    at(scene, NOW)


@functools.cache
def built() -> Scene:
    """The one that every test of this process copies."""
    folder = Path(tempfile.mkdtemp(prefix="registered-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    scene = Scene(folder / "home")
    fill(scene)
    return scene


def copied(home: Path) -> Scene:
    scene = built().copy(home / "home")
    at(scene, NOW)
    return scene


def when(time: str = NOW) -> datetime:
    return datetime.fromisoformat(time).astimezone(UTC)
