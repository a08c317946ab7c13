"""
Goal: the city is counted in a process of its own, which may die and is started again.

Method: the real child on a street of eleven corners; it is killed, and given nonsense.
"""

from __future__ import annotations

import io

import pytest
from tests.web.small_town import at_corner, write

from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.web.city import City, CityQuestion, read_frame, write_frame

QUESTION = CityQuestion("coverage", "walk", (2, 5), (at_corner("a", 2),))


def test_a_frame_is_read_as_it_was_written_and_half_a_one_is_none():
    pipe = io.BytesIO()
    write_frame(pipe, b"one")
    write_frame(pipe, b"")
    whole = pipe.getvalue()

    assert [read_frame(file := io.BytesIO(whole)), read_frame(file), read_frame(file)] == [
        b"one", b"", None,
    ]  # fmt: skip
    assert read_frame(io.BytesIO(whole[:5])) is None
    assert read_frame(io.BytesIO(b"\xff\xff\xff\xff")) is None


def test_the_child_answers_and_one_that_was_killed_is_started_again(tmp_path):
    city = City(*write(tmp_path))
    try:
        first = city.ask(QUESTION)
        assert first["whole"]["within"] == [30, 70]
        child = city._child
        child.kill()
        child.wait()

        assert city.ask(QUESTION) == first
        assert city._child.pid != child.pid
    finally:
        city.close()
    assert city._child is None


def test_what_is_wrong_with_the_files_is_told(tmp_path):
    network, people = write(tmp_path)
    people.write_text("what,is,this\n", encoding="utf-8")
    city = City(network, people)
    try:
        with pytest.raises(Malformed, match=r"planning\.people_malformed"):
            city.ask(QUESTION)
    finally:
        city.close()


def test_a_question_that_kills_the_child_is_given_up_and_the_next_one_answered(tmp_path):
    city = City(*write(tmp_path))
    try:
        with pytest.raises(Unavailable, match=r"shelters\.city_unanswered"):
            city.ask(CityQuestion("coverage", "on all fours", (5,), ()))
        assert city._child is None
        assert city.ask(QUESTION)["whole"]["within"] == [30, 70]
    finally:
        city.close()
