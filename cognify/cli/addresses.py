"""Sources that are no paths: objects in a store, runs on a server, and what lets us in there."""

from __future__ import annotations

import base64
import os
import re
from typing import TYPE_CHECKING

from cognify.errors import ConfigurationError

if TYPE_CHECKING:
    from cognify.readers.mlflow_server import Wanted
    from cognify.readers.remote import Address
    from cognify.readers.remote_folder import Folder


def addressed(source: str) -> Address | Folder | Wanted | None:
    """The address that *source* is; None for a path.

    Raises:
        ConfigurationError: `address-refused`; what should let us in is no token.
    """
    from cognify.readers import mlflow_server, remote, remote_folder

    if mlflow_server.is_run(source):
        return mlflow_server.wanted(source, _authorization())
    if remote_folder.is_folder(source):
        return remote_folder.folder(source)
    return remote.address(source) if remote.is_address(source) else None


def _authorization() -> str:
    """The header that MLflow's own client would send, from the variables that it reads."""
    user, password, token = (
        os.environ.get(f"MLFLOW_TRACKING_{name}", "") for name in ("USERNAME", "PASSWORD", "TOKEN")
    )
    if user and password:
        return f"Basic {base64.b64encode(f'{user}:{password}'.encode(errors='surrogateescape')).decode()}"
    if token and not re.fullmatch(r"[\x21-\x7e]+", token):
        raise ConfigurationError(
            "no token: it holds a space, or what is not ASCII", where="MLFLOW_TRACKING_TOKEN",
            fix="set it to the token alone", id="usage",
        )  # fmt: skip
    return f"Bearer {token}" if token else ""
