"""
A pack gives back its sections, and whatever else lies in its place is refused.

Method: round trips, random bytes, damage at random places, and the pack that ships.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.areas import pack
from tocsin.areas.gazetteer import load_pack
from tocsin.kernel.errors import Malformed

# The folder is made once; each example writes the same file anew.
same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@same_folder
@given(
    st.dictionaries(
        st.sampled_from(["tree", "outlines", "grid"]), st.binary(min_size=1), min_size=1
    )
)
def test_sections_survive_the_pack(tmp_path, sections):
    path = tmp_path / "x.areas"
    pack.write(path, sections)
    assert pack.sections(path) == set(sections)
    assert {name: pack.read(path, name) for name in sections} == sections
    assert not path.with_name("x.areas.new").exists()


@same_folder
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_refused(tmp_path, data, magic):
    path = tmp_path / "x.areas"
    path.write_bytes(pack.MAGIC + data if magic else data)
    with pytest.raises(Malformed, match=r"areas\.pack_malformed"):
        load_pack(str(path))


@same_folder
@given(st.data())
def test_damage_anywhere_is_refused_or_harmless(tmp_path, data):
    shipped = pack.locate("UA").read_bytes()[:60_000]
    damaged = bytearray(shipped)
    place = data.draw(st.integers(0, len(damaged) - 1))
    damaged[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "x.areas"
    path.write_bytes(damaged)
    try:
        assert len(load_pack(str(path))) == 1633
    except Malformed as refusal:
        assert refusal.code == "areas.pack_malformed"  # noqa: PT017


@pytest.mark.parametrize("name", ["XX", "../UA", "", "no/such/file"])
def test_a_pack_that_is_not_there_is_said_to_be_missing(name):
    with pytest.raises(Malformed, match=r"areas\.pack_missing"):
        load_pack(name)


def test_a_section_that_inflates_beyond_its_promise_is_refused(tmp_path):
    path = tmp_path / "bomb.areas"
    pack.write(path, {"tree": b"0" * 1_000_000})
    data = path.read_bytes().replace(b",1000000]", b",10]")
    path.write_bytes(data)
    with pytest.raises(Malformed, match=r"not as long as promised"):
        pack.read(path, "tree")


def test_the_shipped_pack_stays_small():
    assert pack.locate("UA").stat().st_size < 900_000
