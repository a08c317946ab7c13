"""
The documents say what the code does: error codes, settings, words, decisions, verbs, links.

Method: code is read as syntax trees (the command line alone is asked for its verbs), documents as
Markdown tables; each must name what the other names. The message says which row to write or which
to take out.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest
import typer
from tests.house.source import (
    DOCS,
    ERROR_CLASSES,
    PACKAGE,
    ROOT,
    calls,
    listed,
    modules,
    shown,
    tracked,
    tree,
)

CODE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
DECISION_PARTS = ("Status", "Context", "Decision", "Consequences", "What would change our mind")
DECISION_LINES_MAX = 80


def _rows(path, columns):
    """Read the rows of a Markdown table whose first cell is code: the first N cells, plain."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            continue
        cells = [cell.strip() for cell in line.strip("|\n ").split("|")]
        if re.fullmatch(r"`[^`]+`", cells[0]) and len(cells) >= columns:
            yield tuple(cell.strip("`") for cell in cells[:columns])


def _raised():
    """Find all errors made in the source: (code or None, class, where)."""
    for path in modules():
        for name, call in calls(path):
            said_again = call.args and isinstance(call.args[0], ast.Attribute)  # `error.code`
            if name in ERROR_CLASSES and call.args and not said_again:
                for code in _literals(path, call.args[0]) or [None]:
                    yield code, name, shown(path, call.lineno)


def _literals(path, code):
    """List the codes that an expression may stand for: itself, or what a function is handed."""
    match code:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return [*_literals(path, one), *_literals(path, other)]
        case ast.Name(id=parameter):
            return [
                text
                for function in ast.walk(tree(path))
                if isinstance(function, ast.FunctionDef)
                and function.lineno <= code.lineno <= (function.end_lineno or 0)
                and parameter in {argument.arg for argument in function.args.args}
                for name, call in calls(path)
                if name == function.name
                for argument in [*call.args, *(keyword.value for keyword in call.keywords)]
                for text in _literals(path, argument)
                if CODE.fullmatch(text)
            ]
    return []


def test_every_error_code_can_be_found_by_reading():
    wrong = [where for code, _, where in _raised() if code is None]

    assert not wrong, (
        f"Write the code as text where the error is made, or hand it on as text:{listed(wrong)}"
    )


def test_every_error_code_is_dotted_and_lower_case():
    wrong = [f"{where} {code}" for code, _, where in _raised() if code and not CODE.fullmatch(code)]

    assert not wrong, f"A code is `subject.what_happened`:{listed(wrong)}"


def test_every_error_code_raised_has_its_row():
    page = DOCS / "reference" / "errors.md"
    rows = {row[:2] for row in _rows(page, 3)}
    missing = sorted(
        {f"| `{code}` | {kind} | … |   ({where})" for code, kind, where in _raised() if code
         and (code, kind) not in rows}
    )  # fmt: skip

    assert not missing, f"Add these rows to {shown(page)}:{listed(missing)}"


def test_every_row_of_the_error_table_is_raised_somewhere():
    page = DOCS / "reference" / "errors.md"
    raised = {(code, kind) for code, kind, _ in _raised()}
    codes = [row for row in _rows(page, 3) if CODE.fullmatch(row[0])]
    stale = [f"`{code}` {kind}" for code, kind, _ in codes if (code, kind) not in raised]
    twice = sorted({f"`{row[0]}`" for row in codes if sum(row[:2] == r[:2] for r in codes) > 1})

    assert not stale, f"Nothing in src/ raises these rows of {shown(page)}:{listed(stale)}"
    assert not twice, f"These have more than one row in {shown(page)}:{listed(twice)}"


def _settings():
    """Find the fields of the settings models: (name, default, description), all as text."""
    path = PACKAGE / "config.py"
    for node in tree(path).body if path.is_file() else ():
        for field in node.body if isinstance(node, ast.ClassDef) else ():
            if not isinstance(field, ast.AnnAssign) or not isinstance(field.value, ast.Call):
                continue
            description = next(
                (ast.literal_eval(k.value) for k in field.value.keywords if k.arg == "description"),
                "",
            )
            default = field.value.args[0] if field.value.args else None
            while isinstance(default, ast.Call) and default.args:  # Path("tocsin.db")
                default = default.args[0]
            plain = str(ast.literal_eval(default)) if default else "none"
            yield ast.unparse(field.target), plain, description


def test_every_setting_has_its_row_and_every_row_its_setting():
    page = DOCS / "reference" / "settings.md"
    documented = {row[0]: row for row in _rows(page, 3)}
    fields = {field[0]: field for field in _settings()}
    wrong = [
        f"| `{name}` | `{default}` | {description} |"
        for name, default, description in fields.values()
        if documented.get(name) != (name, default, description)
    ]
    stale = sorted(set(documented) - set(fields))

    assert not wrong, f"{shown(page)} needs these rows, word for word:{listed(wrong)}"
    assert not stale, f"There are no such settings in config.py; see {shown(page)}:{listed(stale)}"


def _decisions():
    return [p for p in tracked() if p.parent == DOCS / "decisions" and p.name != "index.md"]


def test_decisions_are_numbered_once_and_without_gaps():
    numbers = [int(path.name[:4]) for path in _decisions()]

    assert numbers == list(range(1, len(numbers) + 1)), (
        f"docs/decisions has the numbers {numbers}; each record takes the next free one."
    )


def test_every_decision_is_in_the_index():
    index = (DOCS / "decisions" / "index.md").read_text(encoding="utf-8")
    missing = [p.name for p in _decisions() if f"({p.name})" not in index]

    assert not missing, f"Link these from docs/decisions/index.md:{listed(missing)}"


@pytest.mark.parametrize("path", _decisions(), ids=lambda p: p.name)
def test_a_decision_says_what_would_change_our_mind_and_fits_a_page(path):
    text = path.read_text(encoding="utf-8")
    missing = [part for part in DECISION_PARTS if f"\n## {part}\n" not in text]

    assert re.match(r"# \d{4}\. \S", text), f"{shown(path)} opens with `# {path.name[:4]}. Title`."
    assert not missing, f"{shown(path)} has no section for:{listed(missing)}"
    assert text.count("\n") <= DECISION_LINES_MAX, f"{shown(path)} is longer than a page."


def _messages():
    for path in modules():
        if path.name == "messages.py":
            for node in tree(path).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    yield node.name, shown(path, node.lineno)


def test_every_word_of_the_rooms_is_in_the_glossary():
    page = DOCS / "glossary.md"
    known = set(re.findall(r"`([A-Za-z]\w*)`", page.read_text(encoding="utf-8")))
    missing = [f"{name}   ({where})" for name, where in _messages() if name not in known]

    assert not missing, f"Give each a line in {shown(page)}:{listed(missing)}"


def _verbs(group, before=""):
    """Walk the verbs of the command line, groups' verbs with the group's name before them."""
    for name, verb in sorted(group.commands.items()):
        if hasattr(verb, "commands"):
            yield from _verbs(verb, f"{before}{name} ")
        elif not verb.hidden:
            yield f"{before}{name}"


def test_every_verb_of_the_command_line_is_described_and_every_verb_described_exists():
    from tocsin.cli import app

    page = DOCS / "reference" / "cli.md"
    described = re.findall(r"^\| `tocsin ([a-z]+(?: [a-z]+)?)", page.read_text(), re.MULTILINE)
    verbs = list(_verbs(typer.main.get_command(app)))
    missing = [verb for verb in verbs if verb not in described and verb.split()[0] not in described]
    stale = [d for d in described if d not in verbs and d.split()[0] not in verbs]

    assert not missing, f"Describe these in {shown(page)}, as a row `tocsin …`:{listed(missing)}"
    assert not stale, f"There are no such verbs; see {shown(page)}:{listed(stale)}"


def test_the_help_of_every_verb_is_in_the_documents_word_for_word():
    finished = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "docs"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_every_link_between_documents_leads_somewhere():
    broken = []
    for path in tracked():
        if path.suffix != ".md":
            continue
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
            away = "://" in target or target.startswith("mailto:")
            if not away and not (path.parent / target).exists():
                broken.append(f"{shown(path)} → {target}")

    assert not broken, f"These lead nowhere:{listed(broken)}"


def test_every_document_is_reachable_from_the_index():
    reached, ahead = set(), [ROOT / "README.md", DOCS / "index.md"]
    while ahead:
        page = ahead.pop()
        if page in reached or not page.is_file() or page.suffix != ".md":
            continue
        reached.add(page)
        links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        ahead += [(page.parent / link).resolve() for link in links if "://" not in link]
    lost = [shown(p) for p in tracked() if p.is_relative_to(DOCS) and p.suffix == ".md"
            and p not in reached]  # fmt: skip

    assert not lost, f"Link these from docs/index.md or from a page it links to:{listed(lost)}"
