"""
Mutants: the same module with one thing wrong in it, for tests that are themselves to be tested.

Each is a small lie that a tired person may type: a comparison turned round, a condition left out,
a statement forgotten, a number off by one. Only code inside functions is changed; words, types and
docstrings are left alone. `scripts/mutants` runs the tests against them.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import NamedTuple

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}

TRUE, FALSE = ast.Constant(value=True), ast.Constant(value=False)


class Mutant(NamedTuple):
    """One wrong version of a module: where, what was changed, and its source."""

    line: int
    what: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Make every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    found: list[Mutant] = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and not _within_function(tree, function):
            for node in _code_of(function):
                for what, change in _changes(node):
                    found.append(_mutant(tree, node, what, change))
    yield from sorted(found, key=lambda mutant: mutant.line)


def _within_function(tree: ast.Module, wanted: ast.FunctionDef) -> bool:
    return any(
        wanted in ast.walk(node) and wanted is not node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    )


def _code_of(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Walk what runs: no docstring, no annotation, no decorator, no default."""
    for number, statement in enumerate(function.body):
        doc = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not (number == 0 and doc):
            yield from _walk(statement)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for name, value in ast.iter_fields(node):
        if name not in {"annotation", "returns", "decorator_list"}:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _walk(child)


Change = Callable[[ast.AST], ast.AST]


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Name what may go wrong at one node, and how it is done to a copy of it."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in TURNED:
            yield "comparison turned round", _set(ops=[TURNED[type(op)]()])
        case ast.BoolOp(op=op, values=values):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield "and for or", _set(op=other)
            for number in range(len(values)):
                rest = [v for n, v in enumerate(values) if n != number]
                yield f"condition {number + 1} left out", _set(values=rest)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not left out", lambda _, operand=operand: operand
        case ast.IfExp(body=body, orelse=orelse):
            yield "always the first", lambda _, body=body: body
            yield "always the second", lambda _, orelse=orelse: orelse
        case ast.If():
            yield "always", _set(test=TRUE)
            yield "never", _set(test=FALSE)
        case ast.match_case(guard=ast.expr()):
            yield "guard left out", _set(guard=None)
            yield "case never taken", _set(guard=FALSE)
        case ast.comprehension(ifs=[_, *_]):
            yield "filter left out", _set(ifs=[])
        case ast.Constant(value=bool(value)):
            yield f"not {value}", _set(value=not value)
        case ast.Constant(value=int(value)):
            yield f"{value + 1} for {value}", _set(value=value + 1)
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise() | ast.Delete():
            yield "statement left out", lambda _: ast.Pass()
        case _:
            pass


def _set(**fields: object) -> Change:
    def change(node: ast.AST) -> ast.AST:
        for name, value in fields.items():
            setattr(node, name, value)
        return node

    return change


def _mutant(tree: ast.Module, node: ast.AST, what: str, change: Change) -> Mutant:
    """Copy the tree with one node changed; nodes are found again by their place in the walk."""
    place = next(n for n, other in enumerate(ast.walk(tree)) if other is node)
    twin = copy.deepcopy(tree)
    wanted = next(other for n, other in enumerate(ast.walk(twin)) if n == place)
    _Swap(wanted, change).visit(twin)
    line = getattr(node, "lineno", None) or getattr(getattr(node, "pattern", None), "lineno", 0)
    if isinstance(node, ast.comprehension):
        line = node.target.lineno
    return Mutant(line, what, ast.unparse(ast.fix_missing_locations(twin)))


class _Swap(ast.NodeTransformer):
    def __init__(self, wanted: ast.AST, change: Change) -> None:
        self._wanted = wanted
        self._change = change

    def visit(self, node: ast.AST) -> ast.AST:
        """Change the wanted node, and look no further inside it."""
        if node is self._wanted:
            return self._change(node)
        self.generic_visit(node)
        return node
