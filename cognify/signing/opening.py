"""`open_statement`: the only maker of `VerifiedStatement`."""

from __future__ import annotations

from dataclasses import dataclass

from cognify import canonical
from cognify.errors import CognifyError, SignatureInvalid
from cognify.records import statement as statements
from cognify.records.policy import Person, Policy
from cognify.records.statement import Statement
from cognify.signing import sshsig

_TOKEN = object()


@dataclass(frozen=True, slots=True)
class VerifiedStatement:
    """A statement whose signature held over these very bytes, and the person whose key made it.

    It says nothing about whether the person was *allowed* to state it: that is `approvals`.
    """

    statement: Statement
    raw: bytes
    sha256: str
    person: Person
    fingerprint: str
    level: str
    _made_by: object

    def __post_init__(self) -> None:
        if self._made_by is not _TOKEN:
            raise TypeError("only signing.open_statement makes a VerifiedStatement")


def open_statement(raw: bytes, signature: bytes, *, policy: Policy, where: str) -> VerifiedStatement:
    """Verify *signature* over *raw* and name the person of *policy* who made it.

    Raises:
        MalformedRecord: the bytes are not a canonical statement (`not-jcs`, `json-…`, …).
        SignatureInvalid: `namespace`, `signature-…`, `touch-missing`, `bad-key`;
            `identity-not-a-person` when the key belongs to nobody in *policy*;
            `identity-mismatch` when it belongs to someone else than the statement says.
    """
    statement = statements.parse(raw, where=where)
    try:
        return _open(statement, raw, signature, policy, where)
    except CognifyError as error:
        if error.where is None:
            error.where = f"{where}.sig"
        raise


def _open(
    statement: Statement, raw: bytes, signature: bytes, policy: Policy, where: str
) -> VerifiedStatement:
    parsed = sshsig.parse(signature)
    person = policy.person_of_key(parsed.key)
    touch = person is not None and any(k.touch for k in person.keys if k.blob == parsed.key)
    # The signature is judged before the identity, so that "unknown key" is never said of bytes
    # that nobody signed.
    sshsig.verify(parsed, raw, namespace=statements.namespace(statement.kind), touch=touch)
    fingerprint = sshsig.fingerprint(parsed.key_blob)
    if person is None:
        raise _identity(
            "identity-not-a-person", f"nobody in policy {policy.version} holds {fingerprint}", where
        )
    if person.id != statement.person:
        raise _identity("identity-mismatch", f"signed by {person.id}, stated for {statement.person}", where)
    return VerifiedStatement(statement, raw, canonical.sha256(raw), person, fingerprint, "L2", _TOKEN)


def _identity(id: str, what: str, where: str) -> SignatureInvalid:
    fix = "the person named in the statement signs it with a key that the policy lists"
    return SignatureInvalid(what, where=where, fix=fix, id=id)
