"""Sheets as an XLSX workbook: real tables under a frozen head, texts alone, the same bytes on every run."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cognify.errors import SurroundingsError
from cognify.register.sheets import Sheet, safe

_WIDEST, _NARROWEST = 48, 8


def workbook(sheets: Sequence[Sheet], *, at: datetime, title: str) -> bytes:
    """*sheets* in one workbook, dated *at*; nothing in it is a formula or a link.

    Raises:
        SurroundingsError: `xlsxwriter-missing`.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise SurroundingsError(
            "XLSX needs XlsxWriter, which is not installed", where=None,
            fix="install it: pip install 'cognify-audit[export]'; or write a file that ends in .csv",
            id="xlsxwriter-missing",
        ) from None  # fmt: skip
    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **plain})
    # Its own clock would make other bytes of the same register.
    book.set_properties({"title": safe(title), "created": at.replace(tzinfo=None)})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, wrapped)
    book.close()
    return out.getvalue()


def _write(page: Any, sheet: Sheet, wrapped: Any) -> None:
    lines = [[safe(text) for text in line] for line in sheet.lines]
    for place, name in enumerate(sheet.columns):
        longest = max([len(name) + 3, *(len(line[place]) for line in lines)])
        page.set_column(place, place, max(_NARROWEST, min(longest, _WIDEST)), wrapped)
        page.write_string(0, place, name)
    for number, line in enumerate(lines, 1):
        for place, text in enumerate(line):
            page.write_string(number, place, text, wrapped)
    if not lines:  # a table has a line, or it is none
        page.write_string(1, 0, "nothing is on record")
    else:
        heads = [{"header": name} for name in sheet.columns]
        style = {"name": f"Table{sheet.name}", "columns": heads, "style": "Table Style Light 1"}
        page.add_table(0, 0, len(lines), len(sheet.columns) - 1, style)
    page.freeze_panes(1, 2 if sheet.name == "Inventory" else 0)
    for number, place, text in sheet.remarks:
        page.write_comment(number + 1, place, _remark(text), {"author": "Cognify", "x_scale": 3})


def _remark(text: str) -> str:
    return "\n".join(safe(line) for line in text.split("\n"))[:32_000]
