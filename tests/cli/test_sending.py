"""
A command is agreed on before it is sent, and carries an id that makes it act once.

Method: a real terminal where a person is asked is in the tests of the verbs; here what is sent and
what is not.
"""

from typing import get_args

import pytest

from tocsin.cli.sending import StatusName, agree, send
from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.kernel.words import Status

UUID = "8a1c3f0e-7d1b-4c9d-9d63-8e3a7b9d8f10"


def test_what_will_happen_is_said_and_nobody_is_asked_where_nobody_is(capsys):
    agree("It will be said.", yes=False)

    assert capsys.readouterr().err == "It will be said.\n"


def test_the_id_is_written_in_one_form_before_it_is_sent(capsys):
    with pytest.raises(Unavailable, match=r"server\.unreachable"):
        send("http://127.0.0.1:9", "token", "/", {}, UUID.upper())

    assert UUID in capsys.readouterr().err


def test_an_id_that_is_none_sends_nothing(capsys):
    with pytest.raises(Malformed) as refused:
        send("http://127.0.0.1:9", "token", "/", {}, "7")

    assert (refused.value.code, refused.value.where) == ("command.id_malformed", "--command-id")
    assert capsys.readouterr().err == ""


def test_the_words_of_the_command_line_are_those_of_the_kernel():
    assert get_args(StatusName) == tuple(Status)
