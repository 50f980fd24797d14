"""Signatures: made with ssh-keygen or Sigstore, verified in process, bound to a person of the policy."""

from cognify.signing.opening import Bundle, VerifiedStatement, open_beside, open_statement

__all__ = ["Bundle", "VerifiedStatement", "open_beside", "open_statement"]
