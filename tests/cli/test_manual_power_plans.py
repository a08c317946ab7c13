"""
The words of the verbs that plan cuts stand in both languages, whole, in the table that all use.

Method: the tables, key by key.
"""

from tocsin.cli.manual import MANUAL
from tocsin.cli.manual_power_plans import POWER_PLANS_MANUAL


def test_they_are_part_of_the_table_that_every_verb_uses():
    assert POWER_PLANS_MANUAL.items() <= MANUAL.items()


def test_every_text_is_there_in_both_languages_with_the_same_places_to_fill():
    from string import Formatter

    for key, (ukrainian, english) in POWER_PLANS_MANUAL.items():
        places = [
            {name for _, name, _, _ in Formatter().parse(text) if name}
            for text in (ukrainian, english)
        ]
        assert ukrainian, key
        assert english, key
        assert places[0] == places[1], key
