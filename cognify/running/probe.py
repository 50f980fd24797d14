"""What an interpreter is and which packages it finds, as JSON; run by that interpreter, alone.

Python 3.8 or newer. Only as a program does it change anything: `python -c` puts the working folder in
front, where a script of the user's may bear the name of a module, so that it goes before anything else
is imported. A training that imports this keeps its own path.
"""

import sys


def packages():
    # type: () -> dict[str, str]
    """Name to version of every installed distribution; of two by one name, the one that is imported."""
    from importlib import metadata

    found = {}  # type: dict[str, str]
    for dist in metadata.distributions():
        text = dist.read_text("METADATA") or dist.read_text("PKG-INFO") or ""
        fields = dict(line.partition(": ")[::2] for line in text.split("\n\n", 1)[0].split("\n"))
        name, version = fields.get("Name", "").strip(), fields.get("Version", "").strip()
        if name and version:
            found.setdefault(name.lower().replace("_", "-"), version)
    return found


def told():
    # type: () -> dict[str, object]
    """The interpreter and its packages."""
    import platform

    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "packages": packages(),
    }


if __name__ == "__main__":
    sys.path[:] = [place for place in sys.path if place]
    import json

    sys.stdout.write(json.dumps(told()))
