"""Logging in and signing, against a Sigstore on loopback that unmodified sigstore-python speaks to."""

from __future__ import annotations

import gc
import json
import urllib.request
import webbrowser
from collections.abc import Iterator
from typing import Any

import pytest

from cognify.errors import CognifyError
from cognify.records.policy import Login
from cognify.signing import bundle, login
from tests.localservices import Services
from tests.localsigstore import GITHUB, IDP, claims, token, workflow

MESSAGE = "Ich habe die Größe geprüft.".encode()
ZOE = Login(IDP, "zoe@example.org")


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with Services() as found:
        yield found


@pytest.fixture(autouse=True)
def in_order(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    services.out_of_order, services.visitor = set(), claims()
    for name in ("GITHUB_ACTIONS", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"):
        monkeypatch.delenv(name, raising=False)


def root(services: Services) -> bytes:
    return json.dumps(services.trusted_root()).encode()


def sign_in(services: Services, given: str | None, rekor: int = 1) -> login.SignedIn:
    config = json.dumps(services.signing_config(rekor)).encode()
    return login.sign_in(given, root=root(services), config=config)


def fault(act: object, *arguments: object, **more: object) -> tuple[str, int]:
    with pytest.raises(CognifyError) as refusal:
        act(*arguments, **more)  # type: ignore[operator]
    assert "." not in refusal.value.fault
    return refusal.value.fault, refusal.value.exit_code


@pytest.mark.parametrize("rekor", [1, 2])
def test_a_token_signs(services: Services, rekor: int) -> None:
    """The bundle that it gives holds for everybody, offline, and names the same login."""
    signed_in = sign_in(services, f"{token(claims())}\n", rekor)
    made = signed_in.sign(MESSAGE)
    assert signed_in.login == ZOE
    assert bundle.verify(made, MESSAGE, root=root(services), where="x")[0] == ZOE


def test_the_login_of_a_job(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a token, the CI runner is asked for one; the certificate names the workflow."""
    services.visitor = workflow()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "x")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{services.url}/runner/token")
    assert sign_in(services, None).login.issuer == GITHUB


def test_a_job_that_may_not(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job lacks the permission to ask for a token: said, not passed over for a browser."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert fault(sign_in, services, None) == ("identity-token-unusable", 2)


# sigstore leaves the socket of its redirect page to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_login_of_a_browser(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a token or a job, the browser is opened, and follows where it is sent."""

    class Browser(webbrowser.BaseBrowser):
        def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
            with urllib.request.urlopen(url) as page:
                return bool(page.status == 200)

    monkeypatch.setattr(webbrowser, "_tryorder", None)
    monkeypatch.setattr(webbrowser, "_browsers", {})
    webbrowser.register("leser", None, Browser(), preferred=True)
    assert sign_in(services, None).login == ZOE
    gc.collect()


@pytest.mark.parametrize("given", [
    "größer", {"aud": "cognify"}, {"exp": 1}, {"sub": None},
])  # fmt: skip
def test_a_token_that_is_none(services: Services, given: Any) -> None:
    """Nonsense, for somebody else, expired, without a subject."""
    text = given if isinstance(given, str) else token(claims(**given))
    assert fault(sign_in, services, text) == ("identity-token-unusable", 2)


def test_a_certificate_that_names_no_issuer(services: Services) -> None:
    """What nobody could verify is not signed with."""
    assert fault(sign_in, services, token(claims(issuer=""))) == ("bundle-kind", 3)


def test_services_that_do_not_answer(services: Services) -> None:
    """Fulcio before anything is published, Rekor after the certificate was."""
    signed_in = sign_in(services, token(claims()))
    services.out_of_order = {"/api/v2/signingCert", "/api/v1/log/entries"}
    assert fault(sign_in, services, token(claims())) == ("sigstore-failed", 4)
    assert fault(signed_in.sign, MESSAGE) == ("sigstore-failed", 4)


def test_a_configuration_that_cannot_be_used(services: Services) -> None:
    """A file that is bound and is none."""
    assert fault(login.sign_in, token(claims()), root=b"{}", config=b"{}") == ("sigstore-failed", 4)
    assert fault(login.services, b"{}") == ("sigstore-not-configured", 2)
    assert fault(login.services, b'{"caUrls":[{}]}') == ("sigstore-not-configured", 2)


def test_what_is_asked(services: Services) -> None:
    """The addresses that a person is told before they log in, each once."""
    config = json.dumps(services.signing_config()).encode()
    assert login.services(config) == (services.url, f"{services.url}/api/v1/timestamp")
