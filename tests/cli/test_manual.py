"""
Help is complete: every verb and every option says what it is for, in both languages.

Method: the program's own tree of verbs, walked; then its help as a person asks for it.
"""

import pytest
import typer
from tests.cli.terminal import run

from tocsin.cli import app
from tocsin.cli.manual import MANUAL
from tocsin.cli.remedies import REMEDIES

TYPERS_OWN = {"help", "install_completion", "show_completion"}


def walk(command, path=()):
    yield path, command
    for name, verb in getattr(command, "commands", {}).items():
        yield from walk(verb, (*path, name))


VERBS = list(walk(typer.main.get_command(app)))


@pytest.mark.parametrize(("path", "verb"), VERBS, ids=[" ".join(p) or "tocsin" for p, _ in VERBS])
def test_every_verb_and_option_says_what_it_is_for(path, verb):
    assert verb.help == MANUAL[".".join(path) or "tocsin"][1]
    texts = {english for _, english in [*MANUAL.values(), *REMEDIES.values()]}
    for param in verb.params:
        assert param.name in TYPERS_OWN or param.help in texts, param.name


@pytest.mark.parametrize("path", [p for p, _ in VERBS], ids=lambda p: " ".join(p) or "tocsin")
def test_no_line_of_the_manual_is_about_a_verb_that_is_not_there(path):
    verbs = {".".join(p) or "tocsin" for p, _ in VERBS}
    assert {key for key in MANUAL if not key.startswith("o.")} <= verbs


def test_help_in_ukrainian_has_no_english_sentence():
    for verb in ([], ["board"], ["alert", "raise"], ["token", "new"], ["serve"]):
        told = run(*verb, "--help", "--lang", "uk")
        assert told.code == 0
        english = {text for _, text in MANUAL.values() if len(text) > 12}
        plain = " ".join(told.out.split())
        assert not {text for text in english if text in plain} - {MANUAL["o.hazard"][1]}
