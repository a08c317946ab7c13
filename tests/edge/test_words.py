"""
Goal: two questions have the same words only if one answer serves both, and a person has none.

Method: requests made by hand and by chance; what a question of these words looks like to the core.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.edge import words
from tocsin.edge.request import Request
from tocsin.edge.words import key_of, plain

UKRAINIAN = (b"accept-language", b"uk")
REMEMBERED = (b"cookie", b"areas=UA-30; lang=uk")
NAMES = st.sampled_from([b"host", b"accept-language", b"accept-encoding", b"user-agent", b"x"])
HEADERS = st.lists(st.tuples(NAMES, st.binary(max_size=8)), max_size=4)
PRIVATE = st.sampled_from(sorted(words._PRIVATE))


@given(HEADERS, PRIVATE, HEADERS, st.binary(max_size=8))
def test_who_brings_anything_of_his_own_is_answered_alone(before, name, after, value):
    assert key_of(Request(b"GET", b"/", [*before, (name, value), *after])) is None


@pytest.mark.parametrize(
    "cookie",
    [
        b"session=1",
        b"areas=UA-30; session=1",
        b"areas=UA-30;",
        b"lang=en; lang=uk",
        b"AREAS=UA-30",
        b";",
    ],
)
def test_who_brings_a_cookie_that_no_page_has_given_is_answered_alone(cookie):
    assert key_of(Request(b"GET", b"/", [(b"cookie", cookie)])) is None
    assert key_of(Request(b"GET", b"/", [REMEMBERED, (b"cookie", cookie)])) is None


def test_only_plain_questions_for_pages_and_their_files_are_shared():
    assert key_of(Request(b"GET", b"/badge/UA-30.svg?lang=en", [])) is not None
    for alone in (
        Request(b"HEAD", b"/", []),
        Request(b"POST", b"/", [], b"{}"),
        Request(b"GET", b"/", [], b"{}"),
        Request(b"GET", b"/", [], modern=False),
        Request(b"GET", b"/", [UKRAINIAN, UKRAINIAN]),
        Request(b"GET", b"/api/v1/areas", []),
        Request(b"GET", b"/compat/jaam", []),
        Request(b"GET", b"http://x/", []),
        Request(b"GET", b"//", []),
    ):
        assert key_of(alone) is None, alone.target
    upgraded = Request(b"GET", b"/", [])
    upgraded.upgrade = True
    assert key_of(upgraded) is None


WORDS = st.fixed_dictionaries(
    {},
    optional={
        b"host": st.sampled_from([b"x", b"y"]),
        b"accept-language": st.sampled_from([b"uk", b"en;q=0.5"]),
        b"accept-encoding": st.sampled_from([b"gzip, br", b"br"]),
        b"cookie": st.sampled_from([b"areas=UA-30", b"lang=en; areas=UA-46"]),
    },
)
ASKED = st.tuples(st.sampled_from([b"/", b"/?area=UA-30", b"/wall"]), WORDS)


@given(ASKED, ASKED)
def test_the_same_words_are_the_same_question_to_the_core_and_other_words_another(one, other):
    first, second = (key_of(Request(b"GET", path, [*said.items()])) for path, said in (one, other))
    asked = [(plain(key).target, plain(key).headers) for key in (first, second)]

    assert (first == second) == (asked[0] == asked[1])


@given(ASKED, st.lists(st.tuples(st.sampled_from([b"user-agent", b"x", b"via"]), st.binary())))
def test_the_core_hears_the_words_and_nothing_else(one, others):
    path, said = one
    asked = plain(key_of(Request(b"GET", path, [*others, *said.items(), *others])))

    assert asked.method == b"GET"
    assert asked.target == path
    for name, value in asked.headers:
        assert said[name] == value or (name, value) == (b"accept-encoding", b"gzip")


def test_what_is_kept_in_memory_is_counted():
    key = key_of(Request(b"GET", b"/", [(b"host", b"x"), UKRAINIAN, REMEMBERED]))

    assert key.size() == len(b"/xuk" + REMEMBERED[1])


def test_the_page_of_shelters_is_for_all_and_a_place_asked_for_on_it_is_not():
    assert key_of(Request(b"GET", b"/shelter", [])) is not None
    for target in (b"/shelter?lat=50.450&lon=30.520", b"/shelter?", b"/shelter/kyiv.1"):
        assert key_of(Request(b"GET", target, [])) is None
