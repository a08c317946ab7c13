"""
The project file keeps its promises: extras by name, reasons for exceptions, scripts that run.

Method: pyproject.toml and the scripts are read as text, and the shell parses the scripts.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.house.source import ROOT, listed, shown, tracked, tree

EXTRAS = {"scale", "cap", "auth", "channels", "text", "geo", "test", "lint", "docs", "dev", "e2e"}


def _text():
    return (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def _project():
    return tomllib.loads(_text())


def test_extras_have_the_names_of_the_design_and_are_not_empty():
    extras = _project()["project"]["optional-dependencies"]

    assert set(extras) <= EXTRAS
    assert not [name for name, wanted in extras.items() if not wanted]


def test_every_exception_from_the_linter_has_a_reason():
    silent = [
        f"pyproject.toml:{number} {line.strip()}"
        for number, line in enumerate(_text().splitlines(), 1)
        if re.match(r'\s+"[A-Z]+[0-9]*", *(#\s*)?$', line)
    ]

    assert not silent, f"Say in a comment why:{listed(silent)}"


def test_every_exception_in_the_code_names_its_rule():
    bare = re.compile(r"#\s*(noqa|type:\s*ignore)(?!:|\[)")
    silent = [
        shown(path, number)
        for path in tracked()
        if path.suffix == ".py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line) and path.name != "test_project.py"
    ]

    assert not silent, f"Name the rule: `# noqa: CODE  # why`:{listed(silent)}"


def test_every_pin_satisfies_the_project_file():
    pinned = {}
    for path in (ROOT / "requirements").glob("*.txt"):
        for name, version in re.findall(r"^([a-z0-9-]+)==(\S+)", path.read_text(), re.MULTILINE):
            pinned.setdefault(name, set()).add(version)
    project = _project()["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    wanted = {re.split(r"[\[<>=!~ ]", line)[0] for group in groups for line in group}
    missing = sorted(wanted - set(pinned) - {"tocsin", "uv"})

    assert not missing, f"Run scripts/pin: requirements/ has no pin for{listed(missing)}"


def test_whatever_is_imported_anywhere_is_pinned():
    pinned = {
        name.replace("-", "_")
        for path in (ROOT / "requirements").glob("*.txt")
        for name in re.findall(r"^([a-z0-9-]+)==", path.read_text(), re.MULTILINE)
    }
    ours = {"bench", "tests", "tocsin", *sys.stdlib_module_names}
    providers = packages_distributions()
    wrong = {
        f"{name}   ({shown(path)})"
        for path in tracked()
        if path.suffix == ".py"
        for node in ast.walk(tree(path))
        for name in _imported(node)
        if name not in ours
        and not {p.lower().replace("-", "_") for p in providers.get(name, [name])} & pinned
    }

    assert not wrong, f"Add these to pyproject.toml, then run scripts/pin:{listed(sorted(wrong))}"


def _imported(node):
    """Name the top packages that a statement imports; a relative import names none."""
    match node:
        case ast.Import(names=names):
            return [alias.name.partition(".")[0] for alias in names]
        case ast.ImportFrom(module=str(module), level=0):
            return [module.partition(".")[0]]
    return []


def test_the_scripts_parse_and_can_be_run():
    scripts = [
        p for p in tracked() if p.parent in {ROOT / "scripts", ROOT / ".ci"} and not p.suffix
    ]
    wrong = [shown(p) for p in scripts if not os.access(p, os.X_OK)]
    for path in scripts:
        if "bash" in path.read_text(encoding="utf-8").partition("\n")[0]:
            subprocess.run(["bash", "-n", str(path)], check=True)

    assert not wrong, f"chmod +x these:{listed(wrong)}"
