"""
Nothing lies about: no debts without a number, no traces of a machine, no clocks taken in secret.

Method: text and syntax trees of all tracked files, this one included.
"""

from __future__ import annotations

import ast
import re

import pytest
from tests.house.source import PACKAGE, ROOT, calls, listed, modules, shown, tracked, tree

DEBT = re.compile(r"\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b(?!.*#\d)")

# A letter in brackets keeps these from finding themselves.
INDEX_HOSTS = re.compile(
    r"p[y]pi\.org|p[y]thonhosted|n[p]mjs\.(org|com)|d[e]b\.debian|y[a]rnpkg|u[n]pkg\.com"
    r"|j[s]delivr|c[d]njs"
)

MACHINE_PATHS = re.compile(r"(?<![\w./~$}-])/([w]ork|[r]oot|[h]ome|[f]arm)/\w")

CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "localtime", "gmtime"}
CLOCK_ALLOWED = {
    "kernel/time.py": "SystemClock, the one clock",
}

BINARY = frozenset(
    [
        ".br",
        ".db",
        ".gz",
        ".gif",
        ".heads",
        ".ico",
        ".jpg",
        ".pack",
        ".pbf",
        ".png",
        ".sqlite",
        ".webp",
        ".woff2",
        ".xz",
        ".zst",
    ]
)


def _texts():
    return [p for p in tracked() if p.suffix not in BINARY and p.stat().st_size < 2_000_000]


def _found(pattern, skip=()):
    for path in _texts():
        if any(path.is_relative_to(ROOT / part) for part in skip):
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if match := pattern.search(line):
                yield f"{shown(path, number)} {match.group(0)}"


def test_a_debt_has_a_number():
    wrong = list(_found(DEBT, skip=["src/tocsin/web/static/vendor", "requirements"]))

    assert not wrong, f"Do it, or name its issue as #123 on the same line:{listed(wrong)}"


def test_no_file_says_where_packages_come_from():
    wrong = list(_found(INDEX_HOSTS, skip=["src/tocsin/web/static/vendor"]))

    assert not wrong, f"Take the address out; a name and a version are enough:{listed(wrong)}"


def test_no_file_knows_a_machine():
    wrong = list(_found(MACHINE_PATHS, skip=["src/tocsin/web/static/vendor"]))

    assert not wrong, f"Say it relative to the checkout, or take it from a setting:{listed(wrong)}"


def test_requirements_are_pinned_with_hashes_and_nothing_else():
    wrong = [
        f"{shown(path, number)} {line.strip()[:60]}"
        for path in tracked()
        if path.parent.name == "requirements" and path.suffix == ".txt"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if not re.match(
            r"([a-z0-9-]+(\[[a-z0-9,-]+\])?==[\w.]+( ; .*)? \\"
            r"|    --hash=sha256:[0-9a-f]{64}( \\)?)$",
            line,
        )
    ]

    assert not wrong, f"Run scripts/pin; these lines are neither pin nor hash:{listed(wrong)}"


@pytest.mark.parametrize("path", modules(), ids=shown)
def test_nobody_looks_at_the_clock_in_secret(path):
    if path.relative_to(PACKAGE).as_posix() in CLOCK_ALLOWED:
        return
    wrong = [
        f"{shown(path, call.lineno)} {ast.unparse(call.func)}()"
        for name, call in calls(path)
        if name in CLOCKS and re.search(r"\b(datetime|date|time)\b", ast.unparse(call.func))
    ]
    wrong += [f"{shown(path, line)} time.time()" for line in _wall_clock(path)]

    assert not wrong, f"Ask the Clock you were given; replay depends on it:{listed(wrong)}"


def _wall_clock(path):
    """Find `time.time()` and `time.time_ns()`; the monotonic clock measures, and is allowed."""
    for name, call in calls(path):
        if name in {"time", "time_ns"} and ast.unparse(call.func) in {"time.time", "time.time_ns"}:
            yield call.lineno


@pytest.mark.parametrize("path", modules(), ids=shown)
def test_no_print_is_left_behind(path):
    wrong = [
        shown(path, call.lineno)
        for name, call in calls(path)
        if isinstance(call.func, ast.Name) and name in {"print", "breakpoint", "pprint"}
    ]

    assert not wrong, f"Take these out, or log with structlog:{listed(wrong)}"


@pytest.mark.parametrize("path", modules(), ids=shown)
def test_only_the_supervisor_catches_everything(path):
    if path.name == "supervisor.py":
        return
    wrong = [
        shown(path, node.lineno)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]

    assert not wrong, f"Catch what you can name; the rest belongs to the supervisor:{listed(wrong)}"


def test_no_test_mocks():
    wrong = [
        shown(path, node.lineno)
        for path in tracked()
        if path.suffix == ".py" and path.is_relative_to(ROOT / "tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        if "mock" in ast.unparse(node).replace(".", " ").split()
    ]

    assert not wrong, f"Write a ten-line fake of the port, or use the real part:{listed(wrong)}"
