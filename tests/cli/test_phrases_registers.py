"""
What is said of registers stands in both languages, and every remark of a report has its phrase.

Method: the table key by key, and the codes that the source of the readers notes.
"""

import re

from tests.conftest import ROOT

from tocsin.cli.phrases import PHRASES
from tocsin.cli.phrases_registers import REGISTERS_PHRASES

READERS = sorted((ROOT / "src" / "tocsin" / "intake").glob("register_*.py"))


def test_they_are_part_of_the_table_that_every_verb_uses():
    assert REGISTERS_PHRASES.items() <= PHRASES.items()


def test_every_text_is_there_in_both_languages_and_they_differ():
    for key, (ukrainian, english) in REGISTERS_PHRASES.items():
        assert ukrainian, key
        assert english, key
        assert ukrainian != english, key


def test_every_remark_and_notice_has_its_phrase():
    texts = [path.read_text(encoding="utf-8") for path in READERS]
    remarks = r'(?:remark\([\w.]+, |report\.count\()"([a-z_]+)"'
    noted = {f"at.{key}" for text in texts for key in re.findall(remarks, text)}
    noted |= {
        f"notice.{key}" for text in texts for key in re.findall(r'notice\("([a-z_]+)"\)', text)
    }
    # Codes that are answered first and noted by whoever asked.
    noted |= {f"at.{code}" for code in (
        "no_coordinates", "not_numbers", "out_of_range", "at_zero", "row_swapped", "outside_bbox",
        "at_sea", "outside_areas", "hours_working_days", "hours_no_zone", "phone_removed",
        "mail_removed", "person_removed", "invisible_characters", "cut_short",
    )}  # fmt: skip

    assert len(noted) > 35
    assert {code for code in noted if f"register.{code}" not in REGISTERS_PHRASES} == set()
    said = {
        key[9:] for key in REGISTERS_PHRASES if key.startswith(("register.at.", "register.not"))
    }
    assert said - noted == set()
