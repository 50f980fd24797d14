"""Dates that belong to a person, and ages over 89: class C of the Safe Harbor list."""

from __future__ import annotations

import re

from cognify.privacy.grammar import Company, Form, Label, fenced, form, label, words

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]{0,6}\.?"
_D, _M, _Y = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:18|19|20)\d\d"
DAY = rf"(?:{_Y}[-/.]{_M}[-/.]{_D}|{_D}[-/.]{_D}[-/.](?:{_Y}|\d\d)|{_MONTH} {_D}(?:st|nd|rd|th)?,? {_Y}|{_D}\.? {_MONTH},? {_Y})"
_PART = rf"(?:{DAY}|{_Y}[-/]{_M}|{_M}/{_Y}|{_MONTH} {_Y}|{_Y}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?![\w]|[-/]\d)"
_PART_OR_TIME = rf"{DAY}(?:[T ]\d\d:\d\d[\d:.Z+-]{{0,20}})?|{_PART}"

_AGE = re.compile(r"(?:9\d|1[0-4]\d)(?:\.\d{1,3})?\Z")
_OF = "birth|death|service|admission|discharge|diagnosis|surgery|treatment|hire|onset|enrol?lment"

FORMS: tuple[Form, ...] = (
    form("C", "born-on", rf"(?i:born|died|deceased|admitted|discharged|hospitali[sz]ed)(?: (?i:on|in|at))?[ :]{{1,2}}(?P<v>{_PART})",
         "born", "died", "deceased", "admitted", "discharged", "hospitali"),
    form("C", "age-over-89", r"(?<![\w.])(?P<v>9\d|1[0-2]\d)[ -](?:years?|yrs?|yo|y/o)(?:[ -]olds?)?(?!\w)", "year", "yr", "yo", "y/o",
         company=Company.PERSON),
    form("C", "age-over-89", r"(?<![\w.])(?P<v>9\d|1[0-2]\d)[ -](?:years?|yrs?)[ -]olds?(?!\w)", "year", "yr"),
    form("C", "date-of-a-person", "(?=" + fenced(r'\w.:/-', r'[\dJFMASOND]') + rf")(?P<v>{DAY})(?![\w:/-]|[ T]?\d\d:\d\d|\.\d)", "-", "/", ".", " 1", " 2", company=Company.PERSON),
)  # fmt: skip

LABELS: tuple[Label, ...] = (
    label("C", "named-date", ("birth", "dob", "d.o.b", "dod", "death", "admi", "discharge", "encounter", "visit", "procedure", "service",
                              "diagnosis", "surgery", "appointment", "hire", "deceased", "date of", "date_of", "dateof", "onset", "enrol"),
          words(rf"dates? of (?:{_OF})", rf"(?:{_OF}|procedure|encounter|visit|appointment|deceased|specimen|collection) ?(?:date|day|time|datetime|dt|month)(?: ?time)?",
                r"birth ?(?:date|day|dt)", r"d\.?o\.?b\.?", r"d\.?o\.?d\.?", "admi(?:t|tted|ssion)(?: ?(?:date|time|on|dt))?",
                "discharged?(?: ?(?:date|time|on|dt))?", "deceased(?: ?(?:on|date))?"),
          _PART_OR_TIME, spaced=True),
    label("C", "named-age", ("age",), words("(?:patient |member |subject |current )?age(?: ?(?:years?|yrs?|in years|at (?:admission|diagnosis|death|visit)))?"),
          r"\d{2,3}(?:\.\d{1,3})?(?![\w%]|\.\d)", holds=lambda value: _AGE.match(value) is not None),
)  # fmt: skip
