"""Which bytes are text, and which characters a YAML file may hold.

The file is judged as it stands; what stands in double quotes is judged again once its escapes are
resolved, where a tab, a line break and a no-break space are welcome, since there they are seen.
"""

from __future__ import annotations

from typing import Final

from cognify.canonical import Unfit, unfit
from cognify.strictyaml.refusals import refuse, refuse_at

MAX_BYTES: Final = 4 * 1024 * 1024

_NAMES: Final = {"\t": "a tab", "\r": "a carriage return", "\u00a0": "a no-break space"}


def source_text(raw: bytes, where: str) -> str:
    """*raw* as text in which every character may stand.

    Raises:
        MalformedRecord: `yaml-size` `yaml-charset` `bidi-control` `not-nfc`.
    """
    if len(raw) > MAX_BYTES:
        refuse_at("yaml-size", f"{len(raw)} bytes are more than the {MAX_BYTES} read", where)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode()
        what = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        refuse("yaml-charset", what, where, good, len(good))
    if text.startswith("\ufeff"):
        refuse("yaml-charset", "the file begins with a byte order mark", where, text, 0)
    if found := unfit(text, besides="".join(_NAMES)):
        what = _NAMES.get(text[found.position], found.what)
        refuse(_fault(found), what, where, text, found.position)
    return text


def unfit_value(value: str) -> tuple[str, str] | None:
    """The fault of a resolved string and what to say of it, or nothing if it may be a value."""
    found = unfit(value, besides="\r")
    return (_fault(found), found.what) if found else None


def _fault(found: Unfit) -> str:
    return "yaml-charset" if found.fault == "charset" else found.fault
