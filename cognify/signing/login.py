"""Signing with a login: a short-lived certificate for an identity token, and the bundle of it.

The one place that speaks to a Sigstore; where that is, the inventory's signing configuration says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognify import canonical
from cognify.errors import CognifyError, ConfigurationError, SurroundingsError
from cognify.records.policy import Login
from cognify.signing.bundle import SIGNING_CONFIG, find, login_of, sigstore_or_stop

if TYPE_CHECKING:
    from sigstore.models import ClientTrustConfig
    from sigstore.oidc import IdentityToken
    from sigstore.sign import Signer

_LISTS = ("caUrls", "rekorTlogUrls", "tsaUrls")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A login for ten minutes, as its certificate names it."""

    login: Login
    _signer: Signer

    def sign(self, message: bytes) -> bytes:
        """The bundle over *message*; its log and time-stamp authority are asked.

        Raises:
            SurroundingsError: `sigstore-failed`.
        """
        with _asking():
            return f"{self._signer.sign_artifact(message).to_json()}\n".encode()


def services(config: bytes) -> tuple[str, ...]:
    """The addresses that a signing configuration names, but the identity provider's.

    Raises:
        ConfigurationError: `sigstore-not-configured`, it names none.
    """
    data: Any = canonical.loads(config, where=SIGNING_CONFIG)
    listed = [service for name in _LISTS for service in find(data, name) or ()]
    found = dict.fromkeys(str(find(service, "url") or "") for service in listed)
    if not any(found):
        raise ConfigurationError(
            "the signing configuration names no service", where=SIGNING_CONFIG,
            fix="bring the one of your Sigstore in with a policy version", id="sigstore-not-configured",
        )  # fmt: skip
    return tuple(found)


def sign_in(token: str | None, *, root: bytes, config: bytes) -> SignedIn:
    """Ask for a certificate: for *token*, else the one of the CI job, else after a browser's login.

    The certificate is entered in a log that others read, whatever is signed with it afterwards.

    Raises:
        ConfigurationError: `identity-token-unusable`.
        SurroundingsError: `sigstore-missing`, `sigstore-failed`.
    """
    sigstore_or_stop()
    from sigstore.models import ClientTrustConfig
    from sigstore.sign import Signer, SigningContext

    with _asking():
        text = canonical.dumps({
            "mediaType": ClientTrustConfig.ClientTrustConfigType.CONFIG_0_1.value,
            "signingConfig": canonical.loads(config, where=SIGNING_CONFIG),
            "trustedRoot": canonical.loads(root, where="trusted root"),
        })  # fmt: skip
        trust = ClientTrustConfig.from_json(text.decode())
        identity = _identity(token, trust)
        signer = Signer(identity, SigningContext.from_trust_config(trust))
        # The person is named in what is signed, so the certificate is needed before anything is.
        return SignedIn(login_of(signer._signing_cert(), "the certificate"), signer)


def _identity(token: str | None, trust: ClientTrustConfig) -> IdentityToken:
    from sigstore.oidc import IdentityError, IdentityToken, Issuer, detect_credential

    try:
        token = token or detect_credential()
        if token is not None:
            return IdentityToken(token.strip())
        return Issuer(trust.signing_config.get_oidc_url()).identity_token()
    except IdentityError as error:
        # The token is a secret: sigstore's words never quote it.
        raise ConfigurationError(
            f"the identity token cannot be used: {error}", where="--identity-token",
            fix="take a fresh one for the audience `sigstore`", id="identity-token-unusable",
        ) from None  # fmt: skip


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except CognifyError:
        raise
    except Exception as error:
        # Services, their clients and the network below them each fail in ways of their own.
        said = " ".join(str(error).split())[:200]
        raise SurroundingsError(
            f"Sigstore did not sign ({type(error).__name__}: {said})", where=SIGNING_CONFIG,
            fix="see that its services answer, then run the command again; nothing was written",
            id="sigstore-failed",
        ) from None  # fmt: skip
