"""
Canonical JSON is RFC 8785's, for every value that the ledger may hold.

Method: drawn values against an independent implementation of the RFC; what may not be recorded is
refused by name, and whatever text comes in, nothing else than `Malformed` comes out.
"""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.canonical import canonical, parse
from tocsin.kernel.errors import Malformed

SAFE = 2**53 - 1
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.text(st.characters(max_codepoint=127), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_every_value_has_the_text_that_the_rfc_gives_it(value):
    assert canonical(value).encode() == rfc8785.dumps(value)


@given(values)
def test_what_was_written_is_read_back_and_written_the_same_again(value):
    text = canonical(value)
    assert parse(text) == value
    assert canonical(parse(text)) == text


@given(values)
def test_no_text_holds_a_line_feed(value):
    assert "\n" not in canonical(value)


@given(st.permutations([("level", "watch"), ("area", "UA"), ("hazard", None), ("at", 1)]))
def test_the_order_in_which_somebody_wrote_the_names_does_not_matter(pairs):
    assert canonical(dict(pairs)) == '{"area":"UA","at":1,"hazard":null,"level":"watch"}'


def test_text_stays_text_in_every_script():
    said = "Тривога! \u2028\u007f\U0001f6a8 \"'\\/\t\x00\x1f"
    assert canonical(said) == ('"Тривога! \u2028\u007f\U0001f6a8 \\"\'\\\\/\\t\\u0000\\u001f"')


@pytest.mark.parametrize("text", ["1.5", "-0.0", "1e3", "[1, {}, 2.0]", "NaN", "-Infinity"])
def test_a_fraction_is_refused(text):
    with pytest.raises(Malformed, match=r"json\.fraction"):
        parse(text)


@pytest.mark.parametrize("text", ["", "{", "nul", "'a'", "[1,]", '{"a":1}x', "[" * 100_000])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(Malformed, match=r"json\.malformed"):
        parse(text)


@given(st.text(max_size=40) | values.map(json.dumps).map(lambda text: text[:-1]))
def test_whatever_comes_in_nothing_else_than_malformed_comes_out(text):
    with suppress(Malformed):
        parse(text)
