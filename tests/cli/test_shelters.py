"""
`tocsin shelters` is one group, and says what it is for.

Method: its help, as a person asks for it; its verbs have tests of their own.
"""

from tests.cli.terminal import tocsin


def test_the_group_says_what_it_is_for_in_both_languages():
    assert "Where to take shelter" in tocsin("shelters", "--help").out
