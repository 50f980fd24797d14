"""Names, places, faces and bodies: classes A, B, P and Q of the Safe Harbor list."""

from __future__ import annotations

import re

from cognify.privacy.grammar import Company, Form, Label, fenced, form, label, words

_UPPER = "A-ZÀ-ÖØ-Þ"
_NAME = rf"[{_UPPER}][\w'’.-]{{0,30}}"
_NAMES = rf"{_NAME}(?:,? {_NAME}){{1,3}}"
_ANY_NAME = r"[^\W\d_][\w'’.-]{1,30}(?:,? [^\W\d_][\w'’.-]{0,30}){0,3}(?![\w/@:])"
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|"
    "ND|OH|OK|OR|PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
)
_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Terrace|Ter|Way|Square|Sq|"
    r"Parkway|Pkwy|Highway|Hwy|Circle|Cir)"
)
_NOT_A_NAME = re.compile(
    r"(?i)(?:none|null|nan|na|n/a|unknown|other|true|false|yes|no|male|female|string|str|object|text|int64|"
    r"float64|default|anonymous|redacted|id|ids|name|number)\b"
)


def _name(value: str) -> bool:
    return len(value.strip(" .,")) > 1 and _NOT_A_NAME.match(value) is None


FORMS: tuple[Form, ...] = (
    form("A", "title-and-name", rf"(?<![\w.])(?:Mr|Mrs|Ms|Miss|Dr|Prof)\. ?(?P<v>{_NAME})", "mr.", "mrs.", "ms.", "miss.",
         "dr.", "prof.", holds=lambda value: value[1:2].islower()),
    form("A", "title-and-name", rf"(?<![\w.])(?:Mr|Mrs|Miss) (?P<v>{_NAME})", "mr ", "mrs ", "miss "),
    form("B", "street-address",
         fenced(r'\w.', r'\d') + rf"\d{{0,5}}[A-Za-z]? (?:[NSEW]\.? |North |South |East |West )?(?:[{_UPPER}][\w'’.-]{{1,24}} ){{1,3}}{_STREET}(?!\w)",
         "st", "ave", "road", "rd", "boulevard", "blvd", "lane", "ln", "drive", "dr", "court", "ct", "place", "pl", "ter",
         "way", "sq", "parkway", "pkwy", "highway", "hwy", "cir"),
    form("B", "street-address", rf"(?<!\w)[{_UPPER}][a-zà-ÿß]{{2,24}}(?:straße|strasse|str\.|gasse|platz|weg|allee) \d{{1,4}}[a-z]?(?!\w)",
         "straße", "strasse", "str.", "gasse", "platz", "weg", "allee"),
    form("B", "state-and-zip", rf"(?:{_STATES})(?<!\w..)[ ,]{{1,2}}\d{{5}}(?:-\d{{4}})?(?![\w.])", " "),
    form("B", "post-office-box", r"(?i)(?<!\w)p\.? ?o\.? ?box \d{1,8}", "box "),
    form("P", "embedded-audio", r"data:audio/[\w.+-]{2,20};base64,", "data:audio/"),
    form("Q", "embedded-image", r"data:image/(?:jpe?g|png|webp|gif|bmp|tiff|heic);base64,", "data:image/"),
)  # fmt: skip

_WHO = "first|last|given|family|middle|maiden|patient|patients|member|applicant|borrower|insured|employee|mother|father|guardian|spouse|" \
    "emergency contact|account holder|policy holder|card holder|beneficiary|guarantor|claimant|decedent|doctor|physician|nurse|next of kin"  # fmt: skip
_IMAGE = r"(?:[^\s\"']{1,300}\.(?:jpe?g|png|webp|gif|bmp|tiff?|heic|dcm)|https?://[^\s\"']{3,500}|[A-Za-z0-9+/]{40,}={0,2})"
_TRACE = r"[^\s\"',;<>\[\](){}]{6,400}"

LABELS: tuple[Label, ...] = (
    label("A", "named-name", ("name", "surname"), words(rf"(?:{_WHO})(?:'?s)? (?:full |first |last )?names?", "surname", "fname", "lname"),
          _ANY_NAME, holds=_name),
    label("A", "named-name", ("patient", "next of kin", "name", "customer", "contact", "insured", "claimant"),
          words("patient", "next of kin", "full names?", "legal names?", "customer names?", "client names?", "contact names?", "insured",
                "claimant", "decedent", "signed by"), _NAMES, holds=_name),
    label("A", "named-name", ("name",), "name", _NAMES, holds=_name, company=Company.IDENTIFIER),
    label("B", "named-address", ("address", "street", "residence"),
          words(r"(?:home |street |mailing |residential |postal |billing |shipping |patient |work |permanent )?address(?: ?line)?",
                r"street(?: name)?", "residence"),
          r"(?=[^\n\"]{0,60}[A-Za-zÀ-ÿ]{3})(?=[^\n\"]{0,60}\d)[\w][\w .,'’#/-]{5,120}",
          holds=lambda value: " " in value.strip() and "/" not in value),
    label("B", "named-zip", ("zip", "post"), words("zip(?: ?code)?", "postal ?code", "post ?code"),
          r"(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?![\w.])", spaced=True),
    label("B", "named-place", ("city", "county", "precinct", "town", "municipality"), words(r"(?:home |birth |residence )?(?:city|county|precinct|town|municipality)", "city of birth"),
          r"[A-ZÀ-Þ][^\W\d_][\w .'’-]{1,40}", holds=_name),
    label("B", "named-coordinates", ("latitude", "longitude", "geohash", "gps"), words("latitude", "longitude", "geo ?hash", "gps(?: coordinates?)?"),
          r"(?:-?\d{1,3}\.\d{2,12}|[0-9b-hjkmnp-z]{5,12})(?![\w.])", holds=lambda value: any(c.isdigit() for c in value)),
    label("P", "named-biometric", ("print", "retina", "iris", "face", "biometric", "dna", "vein"),
          words("finger ?prints? ?(?:template|image|hash|scan|data|id|minutiae)", "thumb ?prints?", "palm ?prints?",
                "voice ?(?:prints?|sample|recording|biometric)", "retinal? ?(?:scan|image|template)", "iris ?(?:scan|template|code|image)",
                "face ?(?:embedding|encoding|template|print|vector|geometry)s?", "biometrics?(?: (?:id|template|data|hash))?", "dna ?(?:profile|sequence)",
                "vein ?(?:pattern|template)"),
          _TRACE),
    label("P", "named-biometric", ("fingerprint", "finger_print"), rf"(?<![_A-Za-z])(?:{words('finger ?prints?')})", _TRACE,
          company=Company.PERSON),
    label("Q", "named-photograph", ("photo", "portrait", "headshot", "head_shot", "mug", "selfie", "face", "picture", "avatar"),
          words(r"photo(?:graph)?s?(?: (?:url|path|file|uri))?", "portrait(?: ?(?:url|path|file))?", "head ?shot", "mug ?shot", "selfie", "avatar(?: url)?",
                "(?:full )?face ?(?:image|photo|picture)(?: (?:url|path|file))?", "profile ?(?:picture|photo|image|pic)(?: (?:url|path|file))?"),
          _IMAGE),
)  # fmt: skip
