"""The classes that are looked for, and what is said of each: how it is looked for, and what is not.

The letters are those of 45 CFR 164.514(b)(2)(i). `docs/privacy.md` is generated from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cognify.privacy.grammar import CREDENTIALS


@dataclass(frozen=True, slots=True)
class Kind:
    """One class: its name, how a machine looks for it, and what that does not find."""

    id: str
    name: str
    how: str
    beyond: str

    @property
    def fault(self) -> str:
        """The id of its findings."""
        return "secret-found" if self.id == CREDENTIALS else "pii-suspect"


_KINDS = (
    Kind(CREDENTIALS, "credentials",
         "tokens and keys by their vendors' forms, private keys, passwords in addresses, values of keys and "
         "options that are named like a secret",
         "a password without a name or a form; a plural before it (`passwords:`)"),
    Kind("A", "names", "values of keys and columns that name a person; a title before a name",
         "a name in free text without a label or a title"),
    Kind("B", "places below a state",
         "street addresses, post office boxes, a state with its ZIP code; keys and columns for address, ZIP, "
         "city, county and coordinates",
         "a place name in free text; whether three digits of a ZIP code are few enough"),
    Kind("C", "dates and ages over 89",
         "dates under a label such as birth, death, admission, discharge, service; a day in a line that speaks "
         "of a patient; ages from 90 on",
         "a date without a label or such a word, and times of day beside it, as in logs"),
    Kind("D", "telephone numbers", "North American and international forms, by label any; possible numbers only",
         "seven digits without a label"),
    Kind("E", "fax numbers", "by label; without one they are found as D", "which of D and E a number is"),
    Kind("F", "e-mail addresses", "by form, also with `(at)` in it", "disguises in words, and letters of other alphabets that look alike"),
    Kind("G", "social security numbers", "by form with separators, by label without; ITINs too",
         "nine digits without a label"),
    Kind("H", "medical record numbers", "by label: every site has its own form",
         "a number without a label; declare the form of your site with `privacy.scrub`"),
    Kind("I", "health plan numbers", "Medicare's identifier by form; others by label", "a plan's own form without a label"),
    Kind("J", "account numbers", "payment cards and IBANs by check digit; others by label", "an account number without a label"),
    Kind("K", "certificates and licences", "DEA numbers by check digit, NPIs by label and check digit, others by label",
         "a licence number without a label"),
    Kind("L", "vehicles", "VINs by check digit; plates by label", "a plate without a label"),
    Kind("M", "devices", "network card addresses and UDIs by form; serial numbers and IMEIs by label", "a serial number without a label"),
    Kind("N", "web addresses",
         "pages of people by host or path or label; any other beside an identifier", "an address that stands alone: training output is full of them"),
    Kind("O", "IP addresses", "IPv4 and IPv6 by form, versions of packages left out", "an address in another notation"),
    Kind("P", "biometrics", "by label; embedded audio", "a recording, a print or an embedding without a label"),
    Kind("Q", "full-face photographs", "embedded images, and paths to images by label; image files are never copied",
         "what an image shows"),
    Kind("R", "any other unique number", "numbers of customers, employees, users and the like by label; "
         "national insurance and NHS numbers",
         "a trait, or a code without a label"),
)  # fmt: skip
KINDS: Mapping[str, Kind] = {kind.id: kind for kind in _KINDS}
