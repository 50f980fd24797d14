"""`cognify schema`."""

from __future__ import annotations

import click


@click.command("schema", epilog="Example: cognify schema card > card.schema.json")
@click.argument("name")
def schema_command(name: str) -> None:
    """Print the JSON Schema called NAME (card, policy, lock, statement, framework, …)."""
    from cognify.errors import ConfigurationError
    from cognify.records import schema

    if name not in schema.NAMES:
        raise ConfigurationError(
            f"there is no schema {name!r}", where=None,
            fix=f"one of {', '.join(schema.NAMES)}", id="usage",
        )  # fmt: skip
    click.echo(schema.schema_bytes(name).decode(), nl=False)
