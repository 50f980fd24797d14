"""An inventory whose people sign by Sigstore logins, and what a forger lays beside its statements.

`stage` puts it in the place of a scene's inventory: 1.0.0 is proposed by Mara's key and approved by
Tomas's; Zoë, who holds no key, has still to approve as model risk, by her login.
"""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests import forge, scenario
from tests.localsigstore import GITHUB, HUB, IDP, LocalSigstore
from tests.scenario import Scene

ZOE, WORKFLOW = "zoe@example.org", "acme/cards/.github/workflows/review.yml"
WORKFLOW_NAME = f"{HUB}{WORKFLOW}@refs/heads/main"
PEOPLE = f"""\
  zoe:
    name: Zoë Größe
    roles: [model-risk]
    keys: [{{{{sigstore: {{{{issuer: "{IDP}", identity: "{ZOE}"}}}}}}}}]
  robot:
    name: Nightly review
    roles: [model-risk]
    keys: [{{{{sigstore: {{{{issuer: "{GITHUB}", identity: "{WORKFLOW_NAME}"}}}}}}}}]
  noor:
"""
POLICY = scenario.POLICY.replace("  noor:\n", PEOPLE)
RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01"


def found(home: Path, sigstore: LocalSigstore, *, rekor: int = 1, tsa: bool = True) -> Scene:
    """An inventory at *home* that trusts *sigstore*; 1.0.0 is captured, proposed, approved by Tomas."""
    folder = home / "trust" / "sigstore"
    folder.mkdir(parents=True)
    (folder / "trusted_root.json").write_text(json.dumps(sigstore.trusted_root()))
    (folder / "signing_config.json").write_text(json.dumps(sigstore.signing_config(rekor, tsa=tsa)))
    scene = scenario.found(home, policy=POLICY, more=("--trust", str(home / "trust")))
    scene.write_version("1.0.0", record=RECORD)
    scene.commit("capture 1.0.0")
    scene.propose("1.0.0")
    scene.approve("1.0.0", "tomas")
    return scene


@cache
def _once(window: str) -> tuple[Path, LocalSigstore]:
    folder = tempfile.mkdtemp(prefix="cognify-logins-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    sigstore = LocalSigstore()
    if window:
        sigstore.end[window] = datetime.now(UTC) - timedelta(days=30)
    home = Path(folder, "home")
    found(home, sigstore)
    return home, sigstore


def stage(scene: Scene, *, ended: str = "") -> LocalSigstore:
    """Put the inventory in *scene*'s place; its trusted root closes the window of *ended*."""
    home, sigstore = _once(ended)
    shutil.rmtree(scene.home)
    shutil.copytree(home, scene.home, symlinks=True)
    return sigstore


def approval(scene: Scene, person: str = "zoe", **predicate: Any) -> bytes:
    """The bytes of an approval of 1.0.0 by *person* as model risk."""
    login = f"{WORKFLOW_NAME} ({GITHUB})" if person == "robot" else f"{ZOE} ({IDP})"
    said = {"person": person, "role": "model-risk", "signer": login, **predicate}
    return forge.jcs(forge.approval(scene, "1.0.0", "tomas", **said))


def put(scene: Scene, raw: bytes, bundle: Any, person: str = "zoe") -> Path:
    """Lay *raw* and *bundle* beside 1.0.0, and commit."""
    folder = scene.path("1.0.0", "statements")
    path = folder / f"signoff.approve.{person}.{forge.sha256(raw)[:8]}.json"
    path.write_bytes(raw)
    beside = bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode()
    path.with_name(f"{path.name}.sigstore.json").write_bytes(beside)
    scene.commit("approve 1.0.0")
    return path
