"""The numbered procedure that judges an inventory; the only maker of `Verification`."""

from cognify.verification.asof import Then, open_as_of
from cognify.verification.examination import Source
from cognify.verification.procedure import open_repository, verify
from cognify.verification.result import Approval, Stated, Verification, VerifiedRecord

__all__ = [
    "Approval", "Source", "Stated", "Then", "Verification", "VerifiedRecord", "open_as_of",
    "open_repository", "verify",
]  # fmt: skip
