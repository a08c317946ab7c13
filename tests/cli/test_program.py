"""
The program: exit codes mean what they say, errors go to standard error, and it starts at once.

Method: command lines that end in each way; what is imported is looked at, not timed.
"""

import subprocess
import sys

import pytest
from tests.cli.terminal import TOCSIN, _environment, run, tocsin

from tocsin import __version__

HEAVY = {"fastapi", "starlette", "uvicorn", "jinja2", "prometheus_client", "structlog", "shapely"}
SMALL = {
    "help": ["--help"],
    "areas": ["areas", "find", "Київ"],
    "board": ["board", "--db", "{day}", "--json"],
    "history": ["history", "--db", "{day}", "--area", "Київ", "--json"],
    "token": ["token", "list", "--db", "{day}"],
}


def test_it_says_its_version():
    assert tocsin("--version").out == f"tocsin {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["areas", "find", "Київ"], 0),
        (["areas", "find", "Атлантида"], 1),
        (["areas"], 2),
        (["verify", "--db", "/none.db"], 3),
    ],
)
def test_the_exit_code_says_how_it_ended(arguments, code):
    assert run(*arguments).code == code


def test_an_error_is_one_sentence_on_standard_error_with_its_code():
    told = run("verify", "--db", "/none.db")
    assert told.out == ""
    assert told.err == "tocsin: There is no ledger at /none.db. [ledger.missing]\n"


def test_who_reads_no_more_ends_it_well(day):
    told = subprocess.run(
        f"{TOCSIN} board --db {day} --at 2023-01-26T06:15:00Z --json | head -c 10",
        shell=True,
        env=_environment({}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.stdout, told.stderr) == ('{"epoch": ', "")


def test_a_terminal_that_is_not_unicode_still_gets_words():
    told = run("areas", "find", "kyiv", "--lang", "uk", PYTHONIOENCODING="ascii:replace")
    assert told.code == 0
    assert "UA-30" in told.out


@pytest.mark.parametrize("verb", SMALL)
def test_a_small_verb_loads_nothing_heavy(verb, day):
    arguments = [part.format(day=day) for part in SMALL[verb]]
    program = (
        "import sys\n"
        "from tocsin.cli import app\n"
        "try: app(sys.argv[1:])\n"
        "except SystemExit as e: assert not e.code\n"
        "print(*sorted({m.split('.')[0] for m in sys.modules}), file=sys.stderr)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=_environment({}),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(told.stderr.split())
    assert not loaded & HEAVY
    if verb in {"help", "areas"}:
        assert not loaded & {"apsw", "httpx", "rich", "cryptography"}
