"""
The pack that ships is what the script makes of the sources, and no region is left without a code.

Method: the script itself, run on the shared data where they are; the tables beside it always.
"""

from __future__ import annotations

import csv
import importlib.util
import os
import sys
from pathlib import Path

import pytest

from tocsin.areas import pack, rings
from tocsin.areas.gazetteer import load_pack, tree_section
from tocsin.areas.lookup import find

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared"))
needs_sources = pytest.mark.skipif(
    not (SHARED / "data/regions").is_dir(), reason="the shared code lists are not here"
)
UKRAINE = load_pack()


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


RENAMED = table(ROOT / "scripts/renamed_communities.csv")


@pytest.fixture(scope="module")
def compiler():
    spec = importlib.util.spec_from_file_location(
        "compile_areas", ROOT / "scripts/compile_areas.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Dataclasses look their module up there.
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_all_31_renamed_communities_have_a_code_and_a_source():
    assert len({row["uid"] for row in RENAMED}) == len({r["katottg"] for r in RENAMED}) == 31
    for row in RENAMED:
        area = UKRAINE.get(row["uid"])
        assert area.code == row["katottg"]
        assert area.name["uk"].startswith(row["new_name_uk"])
        assert row["source"].startswith(f"codifier {area.code}; ")
        assert area in find(UKRAINE, row["old_name_uk"])
        if row["old_centre_uk"]:
            assert area in find(UKRAINE, row["old_centre_uk"])


def test_the_community_of_the_nuclear_power_station_has_the_code_of_the_codifier():
    assert UKRAINE.get("950").code == "UA48040250000044166"


@needs_sources
def test_every_region_of_the_alert_interfaces_has_its_area():
    rows = table(SHARED / "data/regions/region_crosswalk.csv")
    assert len(rows) == 1611
    for row in rows:
        area = UKRAINE.get(row["uid"])
        assert row["katottg"] in ("", area.code)
        assert area.level == {"oblast": 1, "raion": 2, "hromada": 3}[row["level"]]
        if row["parent_uid"]:
            assert area.parent == UKRAINE.get(row["parent_uid"]).code


@needs_sources
def test_the_tree_that_ships_is_the_one_the_script_makes(compiler):
    tree = compiler.build(compiler.read_sources(SHARED / "data"))
    section = tree_section(tree, compiler.FURTHER_CODES)
    assert section == pack.read(pack.locate("UA"), "tree")


@needs_sources
@pytest.mark.parametrize(
    ("section", "detail", "scale"), [("outlines", "simplified", 10_000), ("coarse", "coarse", 1000)]
)
def test_the_outlines_that_ship_are_those_of_the_sources(compiler, section, detail, scale):
    drawn = compiler.outlines(UKRAINE, SHARED / "data/boundaries", detail, scale)
    assert rings.decode(pack.read(pack.locate("UA"), section)) == drawn
