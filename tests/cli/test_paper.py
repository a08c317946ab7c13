"""
What is asked for goes to standard output, what is said about it to standard error; JSON is JSON.

Method: the same verb into a pipe and onto a real terminal, with and without colour.
"""

import json

from tests.cli.terminal import Pty, run


def test_json_is_one_line_in_a_pipe_and_indented_on_a_terminal():
    piped = run("areas", "find", "Київ", "--json")
    assert piped.out.count("\n") == 1
    terminal = Pty("areas", "find", "Київ", "--json")
    assert terminal.end() == 0
    assert terminal.seen.count("\n") > 10
    assert json.loads(terminal.seen) == json.loads(piped.out)


def test_json_keeps_its_letters():
    assert "Київ" in run("areas", "find", "Київ", "--json").out


def test_colour_is_for_terminals_that_want_it(day):
    board = ("board", "--db", day, "--at", "2023-01-26T06:15:00Z")
    coloured = Pty(*board)
    coloured.end()
    plain = Pty(*board, NO_COLOR="1")
    plain.end()
    assert "\x1b[1;37;41m" in coloured.seen
    assert "41m" not in plain.seen
    assert " ALERT " in plain.seen
