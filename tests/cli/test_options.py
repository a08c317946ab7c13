"""
Options shared by verbs come from the environment where they stay the same, and complete areas.

Method: the verbs that take them; completion asked for as each shell asks.
"""

import os
import subprocess

import pytest
from tests.cli.terminal import TOCSIN, _environment, tocsin

from tocsin.cli.options import areas_like


def test_the_ledger_may_be_named_once_for_all_verbs(day):
    told = tocsin("board", "--at", "2023-01-26T06:15:00Z", "--json", TOCSIN_DB=str(day))
    assert told.json()["position"] == 143
    nameless = tocsin("board")
    assert nameless.code == 2
    assert "--ledger" in nameless.err


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("Чернів", "Чернівецька область"),
        ("UA-3", "UA-30"),
        ("kyiv", "Kyiv"),
        ("UA80", "UA80000000000093317"),
    ],
)
def test_an_area_is_completed_from_its_beginning(typed, completed):
    assert completed in {text for text, _ in areas_like(typed)}


@pytest.mark.parametrize(
    ("shell", "asked"),
    [
        (
            "bash",
            {"COMP_WORDS": "tocsin wat", "COMP_CWORD": "1", "_TOCSIN_COMPLETE": "complete_bash"},
        ),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "tocsin wat", "_TOCSIN_COMPLETE": "complete_zsh"}),
        (
            "fish",
            {
                "_TYPER_COMPLETE_ARGS": "tocsin wat",
                "_TYPER_COMPLETE_FISH_ACTION": "get-args",
                "_TOCSIN_COMPLETE": "complete_fish",
            },
        ),
    ],
)
def test_a_verb_is_completed_in_each_shell(shell, asked):
    done = subprocess.run(
        [TOCSIN], env=_environment(asked), capture_output=True, text=True, check=False, timeout=60
    )
    assert "watch" in done.stdout, done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_given_its_completion(shell):
    told = subprocess.run(
        [TOCSIN, "--show-completion", shell],
        env={**_environment({}), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert told.returncode == 0, told.stderr
    assert "_TOCSIN_COMPLETE" in told.stdout
    assert os.linesep in told.stdout
