"""An inventory whose policy asks for timestamps: two authorities are known, one is asked.

Built once per process with a real authority behind a loopback address, which is gone afterwards:
whoever seals later finds nobody there, as when an authority is down.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from tests import scenario
from tests.authority import TimestampAuthority, listening
from tests.scenario import Scene

ASKED = """\
timestamps:
  min: 1
  authorities:
    zeit: {{{{url: "{url}", certificates: trust/tsa/zeit.pem}}}}
    andere: {{{{certificates: trust/tsa/andere.pem}}}}
freshness: {{{{max_age_days: 7}}}}
"""


class Attested:
    """The inventory, and the authorities that it knows."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.zeit = TimestampAuthority(folder / "zeit", "Größe Zeit")
        self.andere = TimestampAuthority(folder / "andere", "Andere Zeit")
        trust = folder / "trust"
        (trust / "tsa").mkdir(parents=True)
        (trust / "tsa/zeit.pem").write_bytes(self.zeit.root)
        (trust / "tsa/andere.pem").write_bytes(self.andere.root + self.andere.own)
        with listening(self.zeit) as url:
            self.scene = scenario.found(
                self.home, policy=scenario.POLICY + ASKED.format(url=url), more=("--trust", str(trust))
            )
            scenario.fill(self.scene)


@functools.cache
def built() -> Attested:
    """The one that every test of this process copies."""
    folder = Path(tempfile.mkdtemp(prefix="attested-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Attested(folder)


def copied(home: Path) -> Scene:
    """A copy at *home*/second: 1.0.0 sealed, 1.1.0 proposed with one of two approvals; all stamped."""
    return built().scene.copy(home / "second")
