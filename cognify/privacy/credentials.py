"""Credentials: tokens by their vendors' forms, keys in PEM, and whatever a name calls a secret."""

from __future__ import annotations

import math
import re

from cognify.privacy.grammar import CREDENTIALS, OPTION, Form, Label, fenced, form, label, words

_B = r"(?<![A-Za-z0-9_/+-])"
_E = r"(?![A-Za-z0-9_])"


def _mixed(value: str) -> bool:
    """Whether a token is one: digits and letters, and not one character again and again."""
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value) and len(set(value)) > 7


def _random(value: str) -> bool:
    """Whether a text is as mixed as a generated key: at least three bits in each character."""
    counts = [value.count(c) for c in set(value)]
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts) > 3.0


FORMS: tuple[Form, ...] = (
    form(CREDENTIALS, "anthropic-key", rf"{_B}sk-ant-[A-Za-z0-9_-]{{20,200}}", "sk-ant-"),
    form(CREDENTIALS, "artifactory-token", rf"{_B}(?:AKC[A-Za-z0-9]{{10,200}}|AP[0-9A-F][A-Za-z0-9]{{8,200}}){_E}",
         "akc", "ap0", "ap1", "ap2", "ap3", "ap4", "ap5", "ap6", "ap7", "ap8", "ap9",
         holds=lambda value: _mixed(value) and len(value) > 40),
    form(CREDENTIALS, "aws-access-key", rf"{_B}(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{{16}}{_E}",
         "a3t", "abia", "acca", "akia", "asia"),
    form(CREDENTIALS, "aws-secret-key",
         r"(?i:aws)[^\n]{0,20}?(?i:key|pwd|pw|password|pass|token|secret)[^\n]{0,20}?['\"=: ]"
         r"(?P<v>[0-9A-Za-z/+]{40})(?![0-9A-Za-z/+=])", "aws", holds=_mixed),
    form(CREDENTIALS, "azure-key", r"(?i:AccountKey|SharedAccessKey)=(?P<v>[A-Za-z0-9+/=]{40,100})",
         "accountkey=", "sharedaccesskey="),
    form(CREDENTIALS, "azure-signature", r"[?&]sig=(?P<v>[A-Za-z0-9%]{30,120})", "sig="),
    form(CREDENTIALS, "basic-auth", r"://[^\s:/?#\[\]@!$&'()*+,;=\"<>]{1,100}:(?P<v>[^\s:/?#\[\]@\"<>{}]{1,200})@", "://",
         holds=lambda value: not _placeholder(value)),
    form(CREDENTIALS, "bearer-token", r"(?i:authorization|bearer)[\"']?[ :=\"']{1,4}(?:(?i:bearer|basic|token)[ ]{1,2})?"
         r"(?P<v>[A-Za-z0-9._~+/-]{20,2000}={0,2})", "bearer", "authorization", holds=_mixed),
    form(CREDENTIALS, "databricks-token", rf"{_B}dapi[0-9a-f]{{32}}(?:-[0-9])?{_E}", "dapi"),
    form(CREDENTIALS, "discord-token", fenced(r'\w/+-', '[MNO]') + rf"[A-Za-z\d_-]{{23,25}}\.[A-Za-z\d_-]{{6}}\.[A-Za-z\d_-]{{27,38}}{_E}", ".",
         holds=_mixed),
    form(CREDENTIALS, "github-token", rf"{_B}(?:gh[pousr]_[A-Za-z0-9_]{{36,251}}|github_pat_[A-Za-z0-9_]{{22,250}})",
         "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    form(CREDENTIALS, "gitlab-token",
         rf"{_B}(?:(?:glpat|gldt|glft|glsoat|glrt|glcbt|glimt|glptt|glagent|gloas)-|GR1348941)[A-Za-z0-9_-]{{20,1024}}",
         "glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "glcbt-", "glimt-", "glptt-", "glagent-", "gloas-",
         "gr1348941"),
    form(CREDENTIALS, "google-key", rf"{_B}(?:AIza[0-9A-Za-z_-]{{35}}|ya29\.[0-9A-Za-z_-]{{20,500}}|GOCSPX-[0-9A-Za-z_-]{{20,60}})",
         "aiza", "ya29.", "gocspx-"),
    form(CREDENTIALS, "hugging-face-token", rf"{_B}(?:hf|api_org)_[A-Za-z0-9]{{20,60}}{_E}", "hf_", "api_org_"),
    form(CREDENTIALS, "jwt", rf"{_B}eyJ[A-Za-z0-9_=-]{{8,4000}}\.[A-Za-z0-9_=-]{{8,8000}}(?:\.[A-Za-z0-9_.+/=-]{{0,2000}})?", "eyj"),
    form(CREDENTIALS, "mailchimp-key", fenced(r'\w/+-', '[0-9a-z]') + rf"[0-9a-z]{{31}}-us[0-9]{{1,2}}{_E}", "-us", holds=_mixed),
    form(CREDENTIALS, "npm-token", rf"(?:{_B}npm_[A-Za-z0-9]{{36}}{_E}|:_authToken=\s{{0,3}}(?P<v>[A-Za-z0-9_-]{{20,100}}))", "npm_", "_authtoken"),
    form(CREDENTIALS, "openai-key", rf"{_B}sk-(?:proj-|svcacct-|admin-|None-)?[A-Za-z0-9_-]{{20,200}}", "sk-", holds=_mixed),
    form(CREDENTIALS, "pem-private-key",
         r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----|BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY|PuTTY-User-Key-File-[0-9]",
         "private key", "putty-user-key-file"),
    form(CREDENTIALS, "pypi-token", r"pypi-Ag[A-Za-z0-9_-]{50,2000}", "pypi-ag"),
    form(CREDENTIALS, "sendgrid-key", rf"{_B}SG\.[A-Za-z0-9_-]{{22}}\.[A-Za-z0-9_-]{{43}}", "sg."),
    form(CREDENTIALS, "slack-token",
         r"xox[abposre]-[A-Za-z0-9-]{10,250}|hooks\.slack\.com/services/T\w{2,30}/B\w{2,30}/\w{8,60}", "xox", "hooks.slack.com"),
    form(CREDENTIALS, "square-secret", rf"{_B}sq0(?:csp|atp|idp)-[0-9A-Za-z\\_-]{{22,43}}", "sq0"),
    form(CREDENTIALS, "stripe-key", rf"{_B}[rs]k_(?:live|test)_[0-9A-Za-z]{{16,200}}", "k_live_", "k_test_"),
    form(CREDENTIALS, "telegram-token", fenced(r'\w/+-', r'\d') + rf"\d{{7,9}}:[0-9A-Za-z_-]{{35}}{_E}", ":", holds=_mixed),
    form(CREDENTIALS, "twilio-key", fenced(r'\w/+-', '[AS]') + rf"[CK][a-f0-9]{{32}}{_E}", "ac", "sk", holds=_mixed),
    form(CREDENTIALS, "vault-token", rf"{_B}hv[sb]\.[A-Za-z0-9_-]{{24,300}}", "hvs.", "hvb."),
    form(CREDENTIALS, "wandb-key", r"(?i:wandb|api\.wandb\.ai|wandb_api_key)[^\n]{0,40}?(?<![0-9a-f])(?P<v>[0-9a-f]{40})(?![0-9a-f])", "wandb",
         holds=lambda value: len(set(value)) > 7),
)  # fmt: skip

_EMPTY = re.compile(
    r"(?i)(?:none|null|nil|true|false|yes|no|na|n/a|nan|undefined|unset|default|disabled|enabled|hidden|"
    r"redacted|removed|masked|scrubbed|omitted|secret|password|token|changeme|your.*|<.*|\[.*|\{.*|\$.*|%.*|"
    r"\*+|x{3,}|\.{3,}|-+|_+)\Z"
)


def _placeholder(value: str) -> bool:
    """Whether a value stands for one that was left out."""
    return _EMPTY.match(value.strip("\"' ")) is not None


def _secret(value: str) -> bool:
    return len(value) >= 3 and not (value.isdecimal() and len(value) < 6) and not _placeholder(value)


def _token(value: str) -> bool:
    """A token worth the name: long, or of letters and digits."""
    if len(value) < 8 or _placeholder(value):
        return False
    return any(c.isdigit() for c in value) or (_random(value) and len(value) >= 16)


_STRONG = words(
    "password", "passwd", "passwort", "passphrase", "pwd", "db pass", "key pass", "contraseña", "contrasena",
    r"(?:client|app|consumer|shared|aws|webhook|signing)? ?secret(?: access)?(?: key)?", "api ?key", "apikey",
    "access key(?: id)?", "account key", "auth key", "service key", "private key", "encryption key",
    "db key", "database key", "credentials?", "connection string",
)  # fmt: skip
_TOKEN = words(
    r"(?:hub|hf|hugging ?face|auth|access|api|bearer|refresh|session|id|github|gitlab|wandb|comet|mlflow|"
    r"slack|csrf|oauth|bot|personal access|push to hub|app|client|service|deploy|registry|pypi|npm|vault|"
    r"aws session|use auth) ?token",
)
_VALUE = r"[^\s\\\"'`,;<>\[\](){}]{3,400}"

LABELS: tuple[Label, ...] = (
    label(CREDENTIALS, "named-secret", ("pass", "pwd", "secret", "key", "credential", "connection", "contrase"),
          _STRONG, _VALUE, holds=_secret),
    label(CREDENTIALS, "named-token", ("token",), rf"{_TOKEN}|(?<![A-Za-z0-9_-])token", _VALUE, holds=_token),
    label(CREDENTIALS, "option-secret", ("pass", "secret", "token", "key"), rf"(?<=-)[a-z0-9-]{{0,40}}(?:{words('password', 'passwd', 'secret', 'token', 'api key', 'access key')})",
          _VALUE, holds=_token, between=OPTION),
)  # fmt: skip
