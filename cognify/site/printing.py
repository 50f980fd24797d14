"""The record of one version on one page: to print, to mail, to keep when nothing else is left."""

from __future__ import annotations

from cognify import resources
from cognify.errors import VerificationError
from cognify.inventory import Version
from cognify.site import commands, templates, versions, wording
from cognify.site.questions import Questions
from cognify.verification import Verification


def record_page(result: Verification, version: Version) -> bytes:
    """One HTML file with everything that an examiner reads about *version*.

    It needs no script, no other file and no network; its policy forbids them all.
    It shows a draft as a draft, and in red what does not verify.

    Raises:
        VerificationError: `record-missing`, there is no such version.
    """
    record = result.record(version)
    if record is None:
        raise VerificationError(
            f"the inventory holds no {version}", where=version.prefix,
            fix="see `cognify status` for what there is", id="record-missing",
        )  # fmt: skip
    style = "".join(
        resources.shipped(f"site_template/assets/{name}").decode() for name in ("sheet.css", "record.css")
    )
    page = versions.page(result, record, Questions(result, packed=True))
    checks = commands.for_inventory(result, packed=True)
    text = templates.render(
        "record.html", page=page, result=result, style=style, checks=checks, bar=wording.bar(result)
    )
    return text.encode()
