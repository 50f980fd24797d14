"""What is shipped is found, and nothing else."""

from __future__ import annotations

import pytest

from cognify import resources
from cognify.errors import ConfigurationError


def test_a_shipped_pack_is_found() -> None:
    """The packs lie where the checkout or the wheel holds them."""
    assert "frameworks/model-card@mitchell-2019-v2.yaml" in resources.listed("frameworks")
    assert resources.shipped("frameworks/model-card@mitchell-2019-v2.yaml").startswith(
        b"# yaml-language-server"
    )


@pytest.mark.parametrize(
    "name", ["frameworks/nope.yaml", "frameworks", "", "/etc/passwd", "frameworks/../README.md",
             "../pyproject.toml", "frameworks//x", "frameworks\\x", "frameworks/.hidden"]
)  # fmt: skip
def test_a_name_leads_nowhere_else(name: str) -> None:
    """A name that is not shipped is refused, however it is spelt."""
    with pytest.raises(ConfigurationError) as caught:
        resources.shipped(name)
    assert caught.value.fault == "resource-missing"


@pytest.mark.parametrize("folder", ["nope", "..", "/", ""])
def test_a_folder_that_is_not_shipped_holds_nothing(folder: str) -> None:
    """Listing never leaves what is shipped."""
    assert resources.listed(folder) == ()
