"""`open_statement`: the only maker of `VerifiedStatement`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from cognify import canonical
from cognify.errors import CognifyError, SignatureInvalid, SurroundingsError
from cognify.inventory import BUNDLE, SIGNATURE, Files
from cognify.records import statement as statements
from cognify.records.policy import Login, Person, Policy
from cognify.records.statement import Parsed, Statement
from cognify.signing import bundle, sshsig

_TOKEN = object()


@dataclass(frozen=True, slots=True)
class Bundle:
    """A Sigstore bundle as it lies beside a statement, and the trusted root to judge it by."""

    raw: bytes
    root: bytes


@dataclass(frozen=True, slots=True)
class VerifiedStatement:
    """A statement whose signature held over these very bytes, and the person who made it.

    Made with a key (`fingerprint`) or with a login; of a login's signature `signed_at` is the time
    by which it had been made, as its bundle proves it.
    It says nothing about whether the person was *allowed* to state it: that is `approvals`.
    """

    statement: Statement
    raw: bytes
    sha256: str
    person: Person
    fingerprint: str
    level: str
    _made_by: object
    login: Login | None = None
    signed_at: datetime | None = None

    @property
    def mark(self) -> str:
        """What the key or login that made it is known by: see `policy.Person.marks`."""
        return self.login.mark if self.login else self.fingerprint

    def __post_init__(self) -> None:
        if self._made_by is not _TOKEN:
            raise TypeError("only signing.open_statement makes a VerifiedStatement")


def open_statement(raw: bytes, signature: bytes | Bundle, *, policy: Policy, where: str) -> VerifiedStatement:
    """Verify *signature* over *raw* and name the person of *policy* who made it.

    An SSHSIG binds the kind of statement by its namespace, too; a bundle by the bytes alone, which
    suffices: they say inventory, kind and person, and nothing but a statement is read here.

    Raises:
        MalformedRecord: the bytes are not a canonical statement (`not-jcs`, `json-…`, …).
        SignatureInvalid: `namespace`, `signature-…`, `touch-missing`, `bad-key`; for a bundle what
            `bundle.verify` raises; `identity-not-a-person` when key or login belongs to nobody in
            *policy*, `identity-issuer` when only the issuer is another;
            `identity-mismatch` when it belongs to someone else than the statement says;
            `signer-mismatch` when it is another key or login of that person than the one that the
            statement names, so that a signature cannot be exchanged for one that will hold longer.
        SurroundingsError: the bundle cannot be judged here.
    """
    return _opened(statements.read(raw, where=where), signature, policy, where)


def _opened(parsed: Parsed, signature: bytes | Bundle, policy: Policy, where: str) -> VerifiedStatement:
    try:
        if isinstance(signature, Bundle):
            return _open_bundle(parsed, signature, policy, where)
        return _open(parsed, signature, policy, where)
    except CognifyError as error:
        if error.where is None:
            error.where = where + (BUNDLE if isinstance(signature, Bundle) else SIGNATURE)
        raise


def open_beside(
    files: Files, path: str, parsed: Parsed | None = None, *, policy: Policy, roots: Collection[str | None]
) -> VerifiedStatement:
    """Open the statement at *path* with the one signature that lies beside it.

    *parsed* is the statement, where it was read there before.

    *roots* are the digests that the inventory's policies bind for its trusted root.

    Raises:
        SignatureInvalid: `sig-missing`, `two-signatures`, and as `open_statement`.
        SurroundingsError: `sigstore-not-configured`, a bundle and no trusted root to judge it by.
    """
    beside = [suffix for suffix in (SIGNATURE, BUNDLE) if files.exists(path + suffix)]
    if not beside:
        raise SignatureInvalid(
            "a statement that nobody signed", where=path, id="sig-missing",
            fix="sign it with `cognify`, or remove the file before it is sequenced",
        )  # fmt: skip
    if len(beside) > 1:
        raise SignatureInvalid(
            "a key's signature and a login's beside one statement", where=path, id="two-signatures",
            fix="keep the one that was there first: one statement has one signature",
        )  # fmt: skip
    parsed = parsed or statements.read(files.read(path), where=path)
    signature = files.read(path + beside[0])
    if beside == [SIGNATURE]:
        return _opened(parsed, signature, policy, path)
    root = files.read(bundle.TRUSTED_ROOT) if files.exists(bundle.TRUSTED_ROOT) else b""
    if canonical.sha256(root) not in roots:
        raise SurroundingsError(
            "a login signed this, and the policy binds no trusted root to judge that by",
            where=path + BUNDLE, id="sigstore-not-configured",
            fix=f"bring {bundle.TRUSTED_ROOT} in with a policy version, or sign with a key",
        )  # fmt: skip
    return _opened(parsed, Bundle(signature, root), policy, path)


def _open(parsed: Parsed, armour: bytes, policy: Policy, where: str) -> VerifiedStatement:
    statement, signature = parsed.statement, sshsig.parse(armour)
    key = signature.key
    person = policy.person_of_key(key)
    touch = person is not None and any(k.touch for k in person.keys if k.blob == key)
    # The signature is judged before the identity, so that "unknown key" is never said of bytes
    # that nobody signed.
    sshsig.verify(signature, parsed.raw, namespace=statements.namespace(statement.kind), touch=touch)
    fingerprint = sshsig.fingerprint(signature.key_blob)
    if person is None:
        raise _identity(
            "identity-not-a-person", f"nobody in policy {policy.version} holds {fingerprint}", where
        )
    _is_named(statement, person, fingerprint, where)
    return VerifiedStatement(statement, parsed.raw, parsed.sha256, person, fingerprint, "L2", _TOKEN)


def _open_bundle(parsed: Parsed, signature: Bundle, policy: Policy, where: str) -> VerifiedStatement:
    statement, raw = parsed.statement, parsed.raw
    login, at = bundle.verify(signature.raw, raw, root=signature.root, where=where + BUNDLE)
    person = policy.person_of_login(login)
    if person is None:
        raise _identity(*_nobody(login, statement, policy), where)
    _is_named(statement, person, login.mark, where)
    return VerifiedStatement(statement, raw, parsed.sha256, person, "", "L2", _TOKEN, login, at)


def _is_named(statement: Statement, person: Person, mark: str, where: str) -> None:
    if person.id != statement.person:
        raise _identity("identity-mismatch", f"signed by {person.id}, stated for {statement.person}", where)
    if mark != statement.signer:
        raise _identity("signer-mismatch", f"signed with {mark}, stated with {statement.signer}", where)


def _nobody(login: Login, statement: Statement, policy: Policy) -> tuple[str, str]:
    """Why a login that the policy does not list is refused: what comes nearest to it."""
    said = f"signed by {login.identity[:200]}, as {login.issuer[:200]} says"
    named = policy.people.get(statement.person)
    if any(login.identity == known.identity for p in policy.people.values() for known in p.logins):
        return "identity-issuer", f"{said}; policy {policy.version} trusts another issuer with that name"
    if named is not None and named.logins:
        return "identity-mismatch", f"{said}, which is no login of {named.id}"
    return "identity-not-a-person", f"{said}; nobody in policy {policy.version} has this login"


def _identity(id: str, what: str, where: str) -> SignatureInvalid:
    fix = "the person named in the statement signs it with a key or login that the policy lists"
    return SignatureInvalid(what, where=where, fix=fix, id=id)
