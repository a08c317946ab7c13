"""
The child answers one call, carries refusals back by name, and cannot run for ever.

Method: it is started as `solver` starts it, with calls that end well, are refused, break, or burn
processor time.
"""

import os
import pickle
import subprocess

import pytest

from tocsin.kernel.errors import Malformed, Refused
from tocsin.planning.child import Call, answer
from tocsin.planning.solver import PROGRAM


def refuse():
    raise Refused("planning.too_large", "Too much.")


def burn():
    while True:
        pass


def called(function, *arguments, limit_s=10.0, nice=0):
    call = pickle.dumps((function, arguments, limit_s, nice))
    return subprocess.run(PROGRAM, input=call, capture_output=True, check=False, timeout=60)


def test_what_a_call_gives_comes_back():
    done = called(divmod, 17, 5)

    assert done.returncode == 0
    assert pickle.loads(done.stdout) == (True, (3, 2))


def test_it_steps_back_as_far_as_it_is_told():
    before = os.nice(0)

    assert pickle.loads(called(os.nice, 0, nice=5).stdout) == (True, min(before + 5, 19))


def test_a_refusal_comes_back_with_its_code_and_sentence():
    assert answer(Call(refuse, (), 1.0)) == (False, (Refused, "planning.too_large", "Too much."))


def test_what_is_no_refusal_of_ours_ends_the_child():
    done = called(divmod, 1, 0)

    assert done.returncode == 1
    assert b"ZeroDivisionError" in done.stderr


def test_a_child_whose_parent_cannot_stop_it_is_ended_by_its_processor_time():
    done = called(burn, limit_s=0.0)

    assert done.returncode < 0
    assert not done.stdout


def test_other_failures_are_not_taken_for_refusals():
    with pytest.raises(TypeError):
        answer(Call(Malformed, (), 1.0))
