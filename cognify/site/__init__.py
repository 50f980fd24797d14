"""Pages to read, from a verification and nothing else: the site, and the record on one page.

No page can show as signed what was merely parsed; what does not verify is said in red.
Rendering is ours (HTML from templates that escape everything); MkDocs gives the frame.
"""

from cognify.site.building import build, offline_pages
from cognify.site.printing import record_page
from cognify.site.serving import server

__all__ = ["build", "offline_pages", "record_page", "server"]
