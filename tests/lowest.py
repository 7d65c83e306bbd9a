"""The lowest versions that pyproject.toml allows, as pip takes them: ``python -m tests.lowest gym search``.

Names of extras may follow; theirs are added.
"""

import re
import sys
import tomllib
from pathlib import Path

__all__ = ["lowest"]

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def lowest(extras=()):
    """Requirements with the lowest version of each dependency, and of some extras.

    A dependency without a lower bound is a fault.
    """
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    named = project["dependencies"] + [each for extra in extras for each in project["optional-dependencies"][extra]]
    found = {}
    for requirement in named:
        if requirement.startswith("pbwm["):
            continue
        name, version = re.match(r"([A-Za-z0-9_.-]+?)\s*>=\s*([0-9.]+)", requirement).groups()
        found[name] = f"{name}=={version}"
    return [found[name] for name in sorted(found)]


if __name__ == "__main__":
    print("\n".join(lowest(sys.argv[1:])))
