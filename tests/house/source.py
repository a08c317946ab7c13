"""
The source as the house tests see it: files, syntax trees and names, read once.

No test is here. Files are those that git tracks or would track, so that a scratch file that is
ignored does not fail a check, and a new one that is not yet added does.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tocsin"
TESTS = ROOT / "tests"
DOCS = ROOT / "docs"
ERROR_CLASSES = frozenset({"Refused", "Conflict", "Malformed", "Unavailable", "Corrupt"})


@cache
def tracked() -> tuple[Path, ...]:
    """All files of the repository that exist, sorted; every file where there is no git."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(sorted(p for name in listed.split("\0") if name and (p := ROOT / name).is_file()))


@cache
def modules() -> tuple[Path, ...]:
    """All Python modules of the package, sorted, vendored and generated ones included."""
    return tuple(p for p in tracked() if p.suffix == ".py" and p.is_relative_to(PACKAGE))


@cache
def tree(path: Path) -> ast.Module:
    """Parse one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path, line: int | None = None) -> str:
    """Name a file, or a line in it, as a person would type it."""
    name = path.relative_to(ROOT).as_posix()
    return name if line is None else f"{name}:{line}"


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Walk all calls of a plain or dotted name: (last part of the name, the call)."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name, node


def listed(wrong: object) -> str:
    """Put findings one a line, for a failure message."""
    return "\n" + "\n".join(f"  {finding}" for finding in wrong)
