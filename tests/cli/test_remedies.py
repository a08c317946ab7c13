"""
The doctor's words: sizes can be read, remedies are commands that exist.

Method: the table itself; `test_doctor.py` holds its keys against the findings.
"""

import re

import pytest
import typer
from tests.cli.test_manual import walk

from tocsin.cli import app
from tocsin.cli.doctor import _size
from tocsin.cli.remedies import REMEDIES


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "0 B"), (999, "999 B"), (4_300_000, "4.3 MB"), (80_000_000_000, "80 GB")],
)
def test_a_size_is_told_in_units_that_people_read(count, told):
    assert _size(count) == told


def test_a_remedy_names_only_verbs_that_there_are():
    verbs = {" ".join(path) for path, _ in walk(typer.main.get_command(app))}
    for key, pair in REMEDIES.items():
        for text in pair:
            for verb in re.findall(r"tocsin ([a-z]+(?: (?:new|list|revoke))?)", text):
                assert verb in verbs, f"{key}: tocsin {verb}"
