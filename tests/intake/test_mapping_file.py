"""
Goal: a mapping file is read whole, or refused with what is wrong with it.

Method: the same mapping in both languages, then files that are none, from disk and from memory.
"""

from __future__ import annotations

import pytest

from tocsin.intake.mapping_file import read_mapping
from tocsin.kernel.errors import Malformed

CODE = "register.mapping_malformed"


def read(source, most=1_000):
    return read_mapping(source, frozenset({"zone", "words"}), most, wrong)


def wrong(why):
    return Malformed(CODE, why, where="--mapping")


@pytest.mark.parametrize(
    "text", ['zone = "Europe/Kyiv"', '\ufeff{"zone": "Europe/Kyiv"}', '\n {"zone":"Europe/Kyiv"}']
)
def test_toml_and_json_say_the_same(tmp_path, text):
    file = tmp_path / "mapping"
    file.write_text(text, encoding="utf-8")

    assert read(file) == read(text.encode()) == {"zone": "Europe/Kyiv"}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"zone = ", "value"),
        (b'{"zone": ', "Expecting value"),
        (b'{"zone":' + b"[" * 200_000, "nested"),
        (b'zone = "\xff"', "utf-8"),
        (b"zones = 1", "zones"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused_with_the_reason(data, why):
    with pytest.raises(Malformed) as refused:
        read(data, most=300_000)

    assert (refused.value.code, refused.value.where) == (CODE, "--mapping")
    assert why.lower() in refused.value.sentence.lower()


def test_a_file_that_is_too_large_or_not_there_is_refused(tmp_path):
    assert read(b"zone = 1", most=8) == {"zone": 1}
    with pytest.raises(Malformed, match="more than 7 bytes"):
        read(b"zone = 1", most=7)
    with pytest.raises(Malformed, match="No such file"):
        read(tmp_path / "none.toml")
