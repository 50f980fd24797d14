"""How a person or a machine is reached: classes D, E, F, N and O of the Safe Harbor list."""

from __future__ import annotations

import ipaddress
import re

from cognify.privacy.grammar import Company, Form, Label, fenced, form, label, words

_DIGITS = re.compile(r"\d")
_HOSTS_OF_PEOPLE = r"(?:linkedin\.com/in|facebook\.com|instagram\.com|twitter\.com|x\.com|t\.me|tiktok\.com|orcid\.org|vk\.com)"


def _dialled(value: str) -> bool:
    """Whether a number could be dialled somewhere; without a country it is read as American."""
    import phonenumbers

    try:
        number = phonenumbers.parse(value, None if value.lstrip().startswith("+") else "US")
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_possible_number(number))


def _long_enough(value: str) -> bool:
    return 7 <= len(_DIGITS.findall(value)) <= 15


def _address(value: str) -> bool:
    """Whether a text is an IP address that tells of a machine: not loopback, unspecified or a mask."""
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    plain = address.is_loopback or address.is_unspecified or address.is_multicast
    return not plain and not str(address).startswith("255.")


def _mail(value: str) -> bool:
    user, _, domain = value.rpartition("@")
    # In the pages of a database, what stands before a remote's `git` runs into it.
    remote = user.endswith("git") and domain.lower().startswith(("github.", "gitlab.", "bitbucket.", "ssh."))
    return (
        user.lower() != "git" and not remote and not domain.lower().endswith((".py", ".json", ".yaml", ".md"))
    )


_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_PHONE = r"\+?[\d(][\d() .\-/]{5,22}\d"

FORMS: tuple[Form, ...] = (
    form("D", "telephone", fenced(r'\w.+/-', '[2-9(]') + r"(?:(?<=\()[2-9]\d{2}\) ?|(?<!\()\d{2}-)\d{3}[-. ]\d{4}(?![\w-]|\.\d)", "-", "("),
    form("D", "telephone", r"(?<![\w.+])1[ .-](?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])\d{3}[-. ]\d{4}(?![\w-]|\.\d)", "1 ", "1-", "1."),
    form("D", "telephone", r"(?<![\w+])\+[1-9]\d{0,2}(?:[ .()-]{0,2}\d){7,13}(?![\w]|\.\d)", "+", holds=_dialled),
    form("F", "e-mail", r"(?<![A-Za-z0-9._%+-])(?P<v>[A-Za-z0-9_%+](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_%+-])?@"
         r"(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24})(?![A-Za-z0-9-])", "@", holds=_mail),
    form("F", "e-mail", r"(?i)(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,62} ?(?:\[at\]|\(at\)) ?[a-z0-9-]{1,63}(?:\.| ?(?:\[dot\]|\(dot\)) ?)[a-z]{2,24}",
         "[at]", "(at)"),
    form("N", "url-of-a-person", rf"(?i)(?:https?://)?(?:www\.)?{_HOSTS_OF_PEOPLE}/@?[\w.%-]{{3,60}}",
         "linkedin.com/in", "facebook.com", "instagram.com", "twitter.com", "x.com", "t.me", "tiktok.com", "orcid.org", "vk.com",
         holds=lambda value: not value.rpartition("/")[2].lower().startswith(("share", "intent", "sharer"))),
    form("N", "url-of-a-person", r"(?i)https?:(?:\\?/){2}[^\s\"'<>]{3,200}?(?:\\?/)(?:patients?|members?|profiles?|people|persons?|customers?)(?:\\?/)[\w.%@-]{2,80}",
         "://", ":\\/\\/"),
    form("N", "url", r"(?i)(?:https?:(?:\\?/){2}|www\.)[^\s\"'<>]{4,300}", "://", ":\\/\\/", "www.", company=Company.IDENTIFIER),
    form("O", "ip-address", "(?P<v>" + fenced(r'\w.=+~^<>/-', r'\d') + rf"(?<![Vv]ersion \d)(?<![Vv]er\. \d)(?<![Rr]elease \d)(?<![Dd]river \d)\d{{0,2}}(?:\.{_OCTET}){{3}})(?![\w-]|\.\d)", ".", holds=_address),
    form("O", "ip-address", rf"(?i)(?:https?://|@|host[\"' :=]{{1,4}}|ip[\"' :=]{{1,4}})(?P<v>{_OCTET}(?:\.{_OCTET}){{3}})(?![\w-]|\.\d)", ".", holds=_address),
    form("O", "ip-address", "(?P<v>" + fenced(r'\w:.', '[0-9a-fA-F]') + r"[0-9a-fA-F]{0,3}:(?:[0-9a-fA-F]{0,4}:){1,6}[0-9a-fA-F]{1,4})(?![\w:])", ":",
         holds=lambda value: value.count(":") > 2 and _address(value)),
)  # fmt: skip

LABELS: tuple[Label, ...] = (
    label("E", "named-fax", ("fax", "facsimile"), words("(?:tele)?fax(?: ?(?:number|no|nr))?", "facsimile"), _PHONE, holds=_long_enough, spaced=True),
    label("D", "named-telephone", ("phone", "tel", "mobile", "cell"),
          words("(?:home |cell |mobile |work |contact |patient |emergency )?(?:tele)?phone(?: ?(?:number|no|nr))?", "tel", "mobile(?: ?(?:number|no))?", "cell(?: ?(?:number|no))?"),
          _PHONE, holds=_long_enough, spaced=True),
    label("F", "named-e-mail", ("mail",), words("e ?mail(?: ?address)?"), r"[^\s\"'@,;<>]{1,64}@[^\s\"'@,;<>]{1,200}"),
    label("N", "named-url", ("url", "page", "link", "site", "blog", "facebook"),
          words("(?:patient|personal|member|profile|portal|customer) ?(?:web ?site|web ?page|home ?page|url|link|page)", "linked ?in", "facebook", "personal ?blog"),
          r"(?:https?:(?:\\?/){2}|www\.)[^\s\"'<>]{4,300}"),
    label("O", "named-ip", ("ip",), words("ip(?: ?(?:v4|v6))?(?: ?addr(?:ess)?)?", "(?:client|remote|source|user|host|private|public) ?ip(?: ?addr(?:ess)?)?"),
          rf"(?:{_OCTET}(?:\.{_OCTET}){{3}}|[0-9A-Fa-f:]{{6,45}})(?![\w.])", holds=_address),
)  # fmt: skip
