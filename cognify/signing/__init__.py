"""Signatures: made with ssh-keygen, verified in process, bound to a person of the policy."""

from cognify.signing.opening import VerifiedStatement, open_statement

__all__ = ["VerifiedStatement", "open_statement"]
