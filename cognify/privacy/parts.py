"""What a version is made of, part by part, as far as its bytes are in Git or about to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cognify.privacy.examining import Item
from cognify.privacy.grammar import CREDENTIALS
from cognify.records.lock import DERIVED, NAME, Artifact, Lock

OF_A_CARD = frozenset({CREDENTIALS, "G", "H", "I", "J", "K", "L"})
"""What is looked for in a card: it asks for names, addresses and dates of those who answer for it."""


def parts(lock: Lock, card: bytes, read: Callable[[Artifact], bytes | None]) -> Iterator[Item]:
    """The card, every file that *read* gives, and what the lock quotes of files that stay outside.

    What it quotes of a file that is kept was seen there, at its place.
    """
    yield Item("card.yaml", card, kinds=OF_A_CARD)
    for id, artifact in lock.artifacts.items():
        for key, text in (
            ("origin", artifact.origin), ("run", artifact.run), ("uri", artifact.uri),
            ("custodian", artifact.custodian),
        ):  # fmt: skip
            if text and (key != "uri" or text != artifact.origin):
                yield Item(NAME, text.encode(errors="replace"), place=f"/artifacts/{id}/{key}")
        raw = read(artifact)
        if raw is not None and artifact.path is not None:
            yield Item(artifact.path, raw)
    for number, citation in enumerate(lock.values.values()):
        if citation.kind != DERIVED and lock.artifacts[citation.artifact].path is None:
            quoted = f"{citation.at}\n{citation.at.rpartition('/')[2]}: {citation.raw}"
            yield Item(NAME, quoted.encode(errors="replace"), place=f"value {number + 1}")
