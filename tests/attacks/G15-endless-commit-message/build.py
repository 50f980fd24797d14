"""G15: endless commit message."""

from __future__ import annotations

from tests.scenario import Scene

HEADERS = (
    "gpgsig -----BEGIN SSH SIGNATURE-----\n größe\n -----END SSH SIGNATURE-----\n"
    "gpgsig -----BEGIN SSH SIGNATURE-----\n again\n -----END SSH SIGNATURE-----\n"
    "HG:extra rebase_source:0000\nx-approved-by Ines Okafor\n"
)


def overgrown(scene: Scene) -> None:
    """Put HEAD's commit anew: with injected headers, and an endless message that says what a merge would."""
    head = scene.git("cat-file", "commit", "HEAD")
    fields, _, _ = head.partition("\n\n")
    message = "Reviewed-by: all\nparent " + "0" * 40 + "\n" + "größer " * (2 << 20)
    raw = f"{fields}\n{HEADERS}\n{message}".encode()
    commit = scene.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=raw)
    scene.git("update-ref", "refs/heads/main", commit)


def crime(scene: Scene) -> list[str] | None:
    card = scene.path("1.0.0", "card.yaml")
    card.write_text(card.read_text().replace("Short memos", "Small memos"))
    scene.commit()
    overgrown(scene)
    return None


def twin(scene: Scene) -> list[str] | None:
    (scene.root / "größe.md").write_text("größer\n")
    scene.commit()
    overgrown(scene)
    return None
