"""
The tree says where a thing is: names, lengths, twins, docstrings.

Method: the files are read, never imported. Each failure names the file and what to do with it.
"""

from __future__ import annotations

import ast

import pytest
from tests.house.source import PACKAGE, ROOT, TESTS, listed, modules, shown, tracked, tree

LINES_MAX = 400

BANNED_NAMES = frozenset(
    [
        "base",
        "common",
        "core",
        "helper",
        "helpers",
        "manager",
        "managers",
        "misc",
        "service",
        "services",
        "shared",
        "stuff",
        "util",
        "utils",
    ]
)

NO_TWIN = {
    # Source file: why it has no test of its own.
    "kernel/ids.py": "type names alone; mypy is their test",
    "kernel/limits.py": "numbers alone; each is tested where it bites",
    "ledger/port.py": "a protocol; tests/contract/ledger_contract.py is its test, for each engine",
}

NO_DOCSTRING = frozenset(
    # Methods that a protocol of Python or of a library names and documents.
    [
        "connection_made",
        "connection_lost",
        "data_received",
        "eof_received",
        "pause_writing",
        "resume_writing",
    ]
)


def _sources():
    return [pytest.param(p, id=p.relative_to(PACKAGE).as_posix()) for p in modules()]


@pytest.mark.parametrize("path", _sources())
def test_every_module_has_a_twin_among_the_tests(path):
    name = path.relative_to(PACKAGE).as_posix()
    if path.name in {"__init__.py", "messages.py"} or name in NO_TWIN:
        return  # A room's messages are words alone; the tests of its noun speak them.
    twin = TESTS / path.relative_to(PACKAGE).with_name(f"test_{path.name}")

    assert twin.is_file(), (
        f"{shown(path)} has no tests: write {shown(twin)}, or give a reason in NO_TWIN of "
        f"{shown(TESTS / 'house' / 'test_tree.py')}."
    )


def test_the_exceptions_from_twins_are_still_needed():
    stale = [
        name
        for name in NO_TWIN
        if not (PACKAGE / name).is_file()
        or (TESTS / name).with_name(f"test_{(PACKAGE / name).name}").is_file()
    ]

    assert not stale, (
        f"Take these off NO_TWIN: no such module, or it has a twin now:{listed(stale)}"
    )


@pytest.mark.parametrize("path", _sources())
def test_no_module_is_too_long_to_hold_in_mind(path):
    lines = path.read_text(encoding="utf-8").count("\n")

    assert lines < LINES_MAX, f"{shown(path)} has {lines} lines; split it by what it is about."


@pytest.mark.parametrize("path", _sources())
def test_every_module_opens_with_what_it_is(path):
    assert ast.get_docstring(tree(path)), (
        f"{shown(path)} has no docstring: say in 1 to 12 lines what it is and what it never does."
    )


@pytest.mark.parametrize("path", _sources())
def test_whatever_others_may_call_says_what_it_answers(path):
    silent = [
        f"{shown(path, node.lineno)} {node.name}"
        for node in _public(tree(path))
        if not ast.get_docstring(node) and node.name not in NO_DOCSTRING
    ]

    assert not silent, f"Write a docstring (units, ranges, order, errors, source):{listed(silent)}"


def _public(scope):
    """Walk classes and functions that have no underscore on the way to them."""
    for node in scope.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_") or _repeats_another(node):
                continue
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _repeats_another(node):
    """Say whether it is an overload or a setter, whose docstring is elsewhere."""
    marks = {ast.unparse(mark).rpartition(".")[2] for mark in node.decorator_list}
    return bool(marks & {"overload", "override", "setter"})


def test_no_name_says_nothing():
    banned = [
        shown(path)
        for path in tracked()
        if path.suffix in {"", ".py", ".js", ".css"}
        and path.is_relative_to(ROOT / "src")
        and BANNED_NAMES & {part.partition(".")[0] for part in path.relative_to(ROOT).parts}
    ]

    assert not banned, f"Name these after what they are about:{listed(banned)}"


def test_rooms_are_two_levels_deep_and_no_more():
    deep = [shown(p) for p in modules() if len(p.relative_to(PACKAGE).parts) > 2]

    assert not deep, f"Move these up to tocsin/<room>/<noun>.py:{listed(deep)}"


def test_every_test_file_says_its_goal_and_method():
    silent = [
        shown(path)
        for path in tracked()
        if path.is_relative_to(TESTS) and path.suffix == ".py" and path.read_text().strip()
        if not ast.get_docstring(tree(path))
    ]

    assert not silent, f"Start these with a docstring, goal and method:{listed(silent)}"


def test_every_folder_of_code_is_a_package():
    """Without `__init__.py` the import contracts do not see a folder at all."""
    folders = {p.parent for p in modules()}
    missing = [
        shown(f / "__init__.py") for f in sorted(folders) if not (f / "__init__.py").is_file()
    ]

    assert not missing, (
        f"Write these, with a docstring that says what the room is:{listed(missing)}"
    )
