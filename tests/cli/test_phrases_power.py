"""
The words of `tocsin power` stand in both languages, and one for each thing that may be remarked.

Method: the tables, key by key, and the codes that the readers note.
"""

import re

from tests.conftest import ROOT

from tocsin.cli.phrases import PHRASES
from tocsin.cli.phrases_power import POWER_PHRASES

INTAKE = ROOT / "src" / "tocsin" / "intake"


def test_they_are_part_of_the_table_that_every_verb_uses():
    assert POWER_PHRASES.items() <= PHRASES.items()


def test_every_text_is_there_in_both_languages_and_they_differ():
    for key, (ukrainian, english) in POWER_PHRASES.items():
        assert ukrainian, key
        assert english, key
        assert ukrainian != english, key


def test_whatever_a_reader_remarks_can_be_said():
    text = "".join(path.read_text() for path in INTAKE.glob("schedule_*.py"))
    codes = set(re.findall(r'(?:note\(|return )"([a-z]+_[a-z]+)"(?! in)', text))
    codes |= set(re.findall(r'else "([a-z]+_malformed)"', text))

    assert codes == {key.removeprefix("power.at.") for key in POWER_PHRASES if ".at." in key}
