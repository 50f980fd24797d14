"""Numbers that stand for one person or one thing of theirs: classes G to M and R.

Check digits are python-stdnum's: a maintained collection of how each country and standard counts.
"""

from __future__ import annotations

import re

from cognify.privacy.grammar import Form, Label, fenced, form, label, words

_SEPARATORS = re.compile(r"[ \-.]")
_CARDS = re.compile(r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|27200\d{11}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|"
                    r"6(?:011|5\d\d|4[4-9]\d)\d{12}|35\d{14}")  # fmt: skip
_VIN = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))  # fmt: skip
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def _bare(value: str) -> str:
    return _SEPARATORS.sub("", value)


def _digits(least: int) -> re.Pattern[str]:
    return re.compile(rf"(?:\D*\d){{{least}}}")


_FOUR, _SIX = _digits(4), _digits(6)


def _four(value: str) -> bool:
    return _FOUR.match(value) is not None


def _six(value: str) -> bool:
    return _SIX.match(value) is not None


def _card(value: str) -> bool:
    from stdnum import luhn

    number = _bare(value)
    return _CARDS.fullmatch(number) is not None and luhn.is_valid(number)


def _iban(value: str) -> bool:
    from stdnum import iban

    return iban.is_valid(value, check_country=False)


def _npi(value: str) -> bool:
    """A National Provider Identifier: Luhn over 80840 and its ten digits (45 CFR 162.406)."""
    from stdnum import luhn

    return luhn.is_valid("80840" + value)


def _imei(value: str) -> bool:
    from stdnum import imei

    return bool(imei.is_valid(_bare(value)))


def _nhs(value: str) -> bool:
    from stdnum.gb import nhs

    return bool(nhs.is_valid(value))


def _dea(value: str) -> bool:
    """A DEA registration: the last digit is that of d1+d3+d5 plus twice d2+d4+d6."""
    d = [int(c) for c in value[2:]]
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def _vin(value: str) -> bool:
    """A vehicle's number: the check digit of 49 CFR 565.15(c)."""
    if value.isdigit() or value.isalpha():
        return False
    total = sum(w * (int(c) if c.isdigit() else _VIN[c]) for c, w in zip(value, _WEIGHTS, strict=True))
    return value[8] == "0123456789X"[total % 11]


def _serial(value: str) -> bool:
    return len(value) >= 6 and _four(value) and len(set(value)) > 3


_SSN = r"\d\d(?<!000)(?<!666)([- ])(?!00)\d{2}\1(?!0000)\d{4}"
_MBI = (
    r"[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}"
)
_NUMBER = r"[A-Za-z]{0,6}[-:/ ]?\d[\w-]{3,24}"

FORMS: tuple[Form, ...] = (
    form("G", "social-security-number", fenced(r'\w.-', r'\d') + rf"{_SSN}(?![\w-]|\.\d)", "-", " "),
    form("I", "medicare-number", fenced(r'\w.+/-', '[1-9]') + rf"{_MBI}(?![\w+/-])"),
    form("J", "payment-card", fenced(r'\w.+-', '[2-6]') + r"(?:\d{3}(?:[ -]\d{4}){3}|\d{3}[ -]\d{6}[ -]\d{4,5}|\d{12,18})(?![\w]|\.\d|-\d)", holds=_card),
    form("J", "bank-account", fenced(r'\w.+/-', '[A-Z]') + r"[A-Z]\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?(?![\w+/=])", holds=_iban),
    form("K", "dea-number", fenced(r'\w.+/-', '[ABCDEFGHJKLMPRSTUX]') + r"[A-Z9]\d{7}(?![\w+/-])", holds=_dea),
    form("L", "vehicle-number", fenced(r'\w.+/-', '[A-HJ-NPR-Z0-9]') + r"[A-HJ-NPR-Z0-9]{16}(?![\w+/=-])", holds=_vin),
    form("M", "network-card", fenced(r'\w:-', '[0-9A-Fa-f]') + r"[0-9A-Fa-f](?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})(?![\w:-])", ":", "-",
         holds=lambda value: len(set(value)) > 3),
    form("M", "device-identifier", r"\(01\)\d{14}(?:\((?:10|11|17|21)\)[\w-]{1,20}){0,4}", "(01)"),
    form("R", "national-insurance-number", fenced(r'\w.+/-', '[ABCEGHJ-PRSTW-Z]') + r"[ABCEGHJ-NPRSTW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![\w+/-])"),
)  # fmt: skip

_NO = r"(?:number|no\.?|num|nr\.?|id|#)"

LABELS: tuple[Label, ...] = (
    label("G", "named-social-security-number", ("ssn", "social", "itin"), words("ssn", "s\\.s\\.n\\.?", rf"social security(?: {_NO})?", "itin"),
          r"\d{3}[- ]?\d{2}[- ]?\d{4}(?![\w.])", spaced=True),
    label("G", "named-social-security-number", ("ssn", "social"), words("ssn", rf"social security(?: {_NO})?"), r"(?:[Xx*]{3}-?[Xx*]{2}-?)\d{4}", spaced=True),
    label("H", "named-record-number", ("mrn", "record", "chart", "patient", "hospital", "encounter", "accession"),
          words(rf"mrn(?: {_NO})?", rf"medical records? {_NO}?", rf"chart {_NO}", rf"patient ?(?:{_NO}|identifier|uuid|key)", rf"hospital {_NO}", rf"encounter {_NO}", rf"accession {_NO}"),
          _NUMBER, holds=_four, spaced=True),
    label("I", "named-plan-number", ("member", "subscriber", "beneficiary", "insurance", "policy", "medicaid", "medicare", "plan", "mbi", "hicn"),
          words(rf"(?:member|subscriber|beneficiary|insurance|medicaid|medicare|health plan)(?: (?:policy|plan))? ?(?:{_NO}|identifier)", rf"policy {words('number', 'no', 'num')}", "mbi", "hicn?"),
          rf"(?:{_NUMBER}|[1-9]{_MBI})", holds=_four, spaced=True),
    label("J", "named-account", ("account", "acct", "iban", "routing", "card", "sort"),
          words(rf"(?:bank |checking |savings |loan |patient |billing )?(?:account|acct) ?{_NO}", "acct", "iban", rf"routing(?: {_NO})?", rf"(?:credit|debit|payment)? ?card ?{_NO}", "(?:credit|debit) card", "sort code", "bank account"),
          r"[A-Z]{0,4}\d[\d -]{4,34}\d", holds=_six, spaced=True),
    label("K", "named-licence", ("licen", "passport", "certificate", "npi", "dea"),
          words(rf"(?:driver'?s? |driving |medical |professional |nursing )?licen[cs]e {_NO}", "driver'?s? licen[cs]e", "driving licen[cs]e", rf"passport(?: {_NO})?", rf"certificate {words('number', 'no', 'num')}", rf"dea(?: {_NO})?"),
          r"[A-Z]{0,4}[- ]?\d[\w-]{3,20}", holds=_four, spaced=True),
    label("K", "named-licence", ("npi", "provider"), words(rf"npi(?: {_NO})?", "national provider identifier"), r"\d{10}(?!\w)", holds=_npi, spaced=True),
    label("L", "named-vehicle", ("plate", "vin", "vehicle"),
          words(rf"licen[cs]e plate(?: {_NO})?", rf"plate {_NO}", "number plate", "vin", rf"vehicle ?(?:{_NO}|identification(?: number)?|registration|serial|identifier|plate)"),
          r"[A-Z0-9][A-Z0-9 -]{3,18}[A-Z0-9](?![a-z])", holds=lambda value: any(c.isdigit() for c in value), spaced=True),
    label("M", "named-device", ("serial", "device", "imei", "udi", "implant", "pacemaker", "mac"),
          words(rf"(?:device |implant |pacemaker |pump |monitor )?serial(?: {_NO})?", rf"(?:device|implant|pacemaker|pump) ?(?:{_NO}|identifier|uid|udi)", "udi", "mac(?: address)?"),
          r"[A-Za-z0-9][\w.:()-]{5,60}", holds=_serial, spaced=True),
    label("M", "named-device", ("imei",), words(rf"imei(?: {_NO})?"), r"\d[\d -]{13,17}\d", holds=_imei, spaced=True),
    label("R", "named-person-number", ("national", "tax", "employee", "student", "customer", "client", "user", "person", "resident", "voter", "subject",
                                       "aadhaar", "cpf", "personnummer", "pesel", "nino", "case"),
          words(rf"(?:national|tax|employee|student|customer|client|user|person|resident|voter|subject|participant) ?(?:{_NO}|identifier|identification(?: number)?|identity(?: number)?)",
                "national insurance(?: number)?", "nino", "aadhaar", "cpf", "personnummer", "pesel"),
          _NUMBER, holds=_six),
    label("R", "named-person-number", ("nhs",), words(rf"nhs(?: {_NO})?"), r"\d{3} ?\d{3} ?\d{4}", holds=_nhs, spaced=True),
)  # fmt: skip
