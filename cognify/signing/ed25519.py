"""Ed25519 (RFC 8032): the one signature that the log uses, and most people's keys.

By libsodium: half the time of OpenSSL's, and strict where RFC 8032 leaves it to the caller (it
refuses points of small order and scalars that are not reduced).
"""

from __future__ import annotations

import secrets


def new_seed() -> bytes:
    """32 fresh random bytes: a private key."""
    return secrets.token_bytes(32)


def public_of(seed: bytes) -> bytes:
    """The 32 bytes of the public key."""
    from nacl import bindings

    return bindings.crypto_sign_seed_keypair(seed)[0]


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64 bytes of the signature over *message*."""
    from nacl import bindings

    _, secret = bindings.crypto_sign_seed_keypair(seed)
    return bindings.crypto_sign(message, secret)[:64]


def is_usable(public: bytes) -> bool:
    """Whether *public* is a canonical point of the prime-order group.

    With a key of small order one signature holds for every message, so none is ever accepted.
    """
    from nacl import bindings

    return len(public) == 32 and bindings.crypto_core_ed25519_is_valid_point(public)


def holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether *signature* is over *message* by the holder of *public*."""
    from nacl import bindings, exceptions

    if len(signature) != 64:
        return False  # else its tail would be taken for the head of the message
    try:
        bindings.crypto_sign_open(signature + message, public)
    except exceptions.BadSignatureError:
        return False
    return True
