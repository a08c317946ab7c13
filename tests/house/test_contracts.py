"""
Imports point down, rooms are pure, and the machine that says so really looks.

Method: import-linter runs over the package as it is; then over a copy with one forbidden import
planted at a time, each of which it must find. A contract that finds nothing is no contract.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from tests.house.source import PACKAGE, ROOT

PLANTED = {
    "a clock in a room": ("alerts/planted.py", "import time", "Rooms are pure"),
    "a database in the areas": ("areas/planted.py", "import apsw", "Rooms are pure"),
    "one room in another": ("alerts/planted.py", "import tocsin.authority", "Imports point down"),
    "a door in the ledger": ("ledger/planted.py", "import tocsin.web", "Imports point down"),
    "a ledger engine in a door": (
        "web/planted.py",
        "import tocsin.ledger.sqlite",
        "Only the app picks a ledger engine",
    ),
    "the ledger in the client library": (
        "client/planted.py",
        "import tocsin.ledger.port",
        "The client library stands alone",
    ),
    "a room in the edge": (
        "edge/planted.py",
        "import tocsin.alerts.board",
        "The edge knows bytes and no rules",
    ),
    "a package without a place": ("misc/__init__.py", "", "Imports point down"),
}


def _lint(root):
    """Run import-linter over the package in `root`; its exit code and all it printed."""
    program = "from importlinter.cli import lint_imports_command as run; run()"
    finished = subprocess.run(
        [sys.executable, "-c", program, "--no-cache", str(ROOT / "pyproject.toml")],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": "", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return finished.returncode, finished.stdout + finished.stderr


def test_the_contracts_hold():
    code, said = _lint(ROOT / "src")

    assert code == 0, said


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_import_is_found(what, tmp_path):
    where, statement, contract = PLANTED[what]
    shutil.copytree(
        PACKAGE, tmp_path / "tocsin", ignore=shutil.ignore_patterns("__pycache__", "static", "data")
    )
    planted = tmp_path / "tocsin" / where
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{statement}\n")

    code, said = _lint(tmp_path)

    assert code != 0, f"{what} was not found:\n{said}"
    assert f"{contract} BROKEN" in said, said
