"""How a reader checks it without us: the exact commands, stock tools first."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from cognify.inventory import BUNDLE, SIGNATURE
from cognify.records.policy import Login, signers_file
from cognify.records.statement import namespace
from cognify.signing.bundle import SIGNING_CONFIG, TRUSTED_ROOT
from cognify.verification import Stated, Verification, VerifiedRecord

_CHAIN = """\
prev=$(printf '%064d' 0)
while IFS= read -r leaf; do
  case $leaf in *"\\"prev\\":\\"$prev\\""*) ;; *) echo "BROKEN at $leaf"; exit 1 ;; esac
  prev=$(printf %s "$leaf" | sha256sum | cut -d' ' -f1)
done < {leaves}
echo "chain whole; last leaf $prev\""""

_TRUST_CONFIG = (
    '{"mediaType":"application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",'
    '"trustedRoot":%s,"signingConfig":%s}'
)


@dataclass(frozen=True, slots=True)
class Command:
    """What it shows, and what to type for it."""

    says: str
    text: str


def for_inventory(result: Verification, *, packed: bool) -> tuple[Command, ...]:
    """How to check the whole: with Cognify, and the log with nothing but a shell."""
    genesis = f" --genesis {result.genesis}" if result.genesis else ""
    if packed:
        first = [
            Command("Every file of this package is the one it was packed with (macOS: shasum -a 256 -c).",
                    "sha256sum --quiet -c CHECKSUMS.sha256"),
            Command("The whole verification, without Cognify: a shell and OpenSSH, or Python alone.",
                    "sh verify.sh\npython3 verify.py"),
            Command("The whole verification, with Cognify. Take the genesis digest from somebody else than "
                    "whoever gave you this file.", f"cognify verify PACKAGE.zip{genesis}"),
        ]  # fmt: skip
    else:
        first = [
            Command("The whole verification, in nine steps. Take the genesis digest from somebody else than "
                    "whoever runs this site.", f"cognify verify .{genesis}"),
            Command("The leaves of the log, to look at them without Cognify.",
                    "git show cognify-log:log/leaves > leaves"),
        ]  # fmt: skip
    leaves = "log/leaves" if packed else "leaves"
    says = "No leaf was changed, removed or reordered: each holds the digest of the one before it."
    return (*first, Command(says, _CHAIN.format(leaves=leaves)))


def for_version(result: Verification, record: VerifiedRecord, *, packed: bool) -> tuple[Command, ...]:
    """How to check one version: its bytes, then each signature over them."""
    if not record.digest:
        return ()
    top = "inventory/" if packed else ""
    folder = shlex.quote(f"{top}{record.version.prefix}".rstrip("/"))
    found = [
        Command("The card and every file behind it are the ones listed.",
                f"(cd {folder} && sha256sum --quiet -c MANIFEST.sha256)"),
        Command("The list itself is the record that people signed.",
                f"echo '{record.digest}  '{folder}/MANIFEST.sha256 | sha256sum -c"),
    ]  # fmt: skip
    for stated in record.trail:
        found.append(_login(stated, stated.login, top) if stated.login else _signature(stated, top))
    return tuple(found)


def _login(stated: Stated, login: Login, top: str) -> Command:
    path = f"{top}{stated.path}"
    return Command(
        f"{stated.name} signed the statement {stated.kind} by login (with sigstore 4.3 or newer, offline).",
        f"printf '{_TRUST_CONFIG}' \\\n"
        f'  "$(cat {top}{TRUSTED_ROOT})" "$(cat {top}{SIGNING_CONFIG})" > trust.json\n'
        f"sigstore --trust-config trust.json verify identity --offline \\\n"
        f"  --bundle {shlex.quote(path + BUNDLE)} \\\n"
        f"  --cert-identity {shlex.quote(login.identity)} --cert-oidc-issuer {shlex.quote(login.issuer)} \\\n"
        f"  {shlex.quote(path)}",
    )


def _signature(stated: Stated, top: str) -> Command:
    path = f"{top}{stated.path}"
    return Command(
        f"{stated.name} signed the statement {stated.kind}.",
        f"ssh-keygen -Y verify -f {top}{signers_file(stated.policy)} -I {shlex.quote(stated.person)} "
        f"-n {namespace(stated.kind)} \\\n"
        f"  -s {shlex.quote(path + SIGNATURE)} \\\n"
        f"  < {shlex.quote(path)}",
    )
