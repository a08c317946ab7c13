"""
Whatever a verb says, it says in both languages, and no phrase is left that nobody says.

Method: the keys that the source asks for, read from its syntax trees, against the table.
"""

import ast
import re

import pytest
from tests.conftest import ROOT

from tocsin.cli.manual import MANUAL
from tocsin.cli.phrases import PHRASES
from tocsin.cli.remedies import REMEDIES

SOURCE = ROOT / "src" / "tocsin" / "cli"


def asked():
    """Find the keys given to `say`: whole ones, and patterns of those that are put together."""
    for path in SOURCE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "say" and node.args):
                continue
            match node.args[0]:
                case ast.Constant(value=key):
                    yield re.escape(key)
                case ast.JoinedStr(values=parts):
                    told = (
                        re.escape(p.value) if isinstance(p, ast.Constant) else ".+" for p in parts
                    )
                    yield "".join(told)


@pytest.mark.parametrize("pattern", sorted(set(asked())))
def test_what_is_said_has_its_phrase(pattern):
    known = {**PHRASES, **MANUAL, **REMEDIES}
    assert any(re.fullmatch(pattern, key) for key in known)


def written():
    """Find every text in the source, with anything where something is filled in."""
    for path in SOURCE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(text)):
                    yield re.escape(text), path.name
                case ast.JoinedStr(values=[ast.Constant(), *_] as parts):
                    told = (
                        re.escape(p.value) if isinstance(p, ast.Constant) else ".+" for p in parts
                    )
                    yield "".join(told), path.name


def test_no_phrase_is_left_that_nobody_says():
    said = {text for text, name in written() if not name.startswith("phrases")}
    whole, patterns = (
        {text.replace("\\", "") for text in said if ".+" not in text},
        [re.compile(text) for text in said if ".+" in text],
    )
    unsaid = {
        key for key in PHRASES if key not in whole and not any(p.fullmatch(key) for p in patterns)
    }
    assert not unsaid
