"""
A register comes into a ledger with its report, or nothing does and one line says why.

Method: the sample registers, imported by the verb into a ledger of their own, and read back.
"""

import json

import pytest
from tests.cli.terminal import tocsin
from tests.intake.registers import HERE

from tocsin.cli.places import load_country
from tocsin.cli.record import reading
from tocsin.shelters.messages import Said

LAYER = HERE / "kyiv-layer.geojson"


@pytest.fixture
def db(tmp_path):
    return tmp_path / "shelters.db"


def bring(db, *arguments):
    return tocsin("shelters", "import", *arguments, "--db", db)


def shelters(db):
    with reading(db, load_country("UA")) as record:
        return {str(one.listing.id): one for one in record.projections.shelters.all()}


def test_a_register_is_imported_with_a_report_and_again_changes_nothing(db):
    told = bring(db, LAYER, "--register", "kyiv", "--licence", "CC-BY-4.0")
    assert told.code == 0, told.err
    assert "Rows: 3. Shelters: 3; rows left out: 0." in told.out
    assert "Recorded: 3 new, 0 changed, 0 gone." in told.out
    found = shelters(db)
    assert len(found) == 3
    one = found["kyiv.00000001-aaaa-4bbb-8ccc-000000000000"]
    assert one.listing.licence == "CC-BY-4.0"
    assert one.area == "UA80000000000093317"

    assert "All of it is so already." in bring(
        db, LAYER, "--register", "kyiv", "--licence", "CC-BY-4.0"
    ).out  # fmt: skip


def test_json_holds_the_report_and_what_was_recorded(db):
    told = bring(db, HERE / "kyiv.csv", "--json", "--retrieved-at", "2026-11-22T00:00:00Z")
    found = told.json()
    assert found["counts"]["phone_in_access"] == 1
    assert found["retrieved_at"] == "2026-11-22T00:00:00.000Z"
    assert {"row": 9, "code": "empty", "detail": ""} in found["remarks"]
    assert found["recorded"] == {"listed": 7, "changed": 0, "delisted": 0}


def test_a_dry_run_reports_and_records_nothing(db):
    told = bring(db, LAYER, "--dry-run")
    assert (told.code, db.exists()) == (0, False)
    assert "Shelters: 3" in told.out
    assert "Nothing was recorded" in told.err
    assert tocsin("shelters", "import", LAYER, "--dry-run").code == 0


def turned(tmp_path):
    data = json.loads(LAYER.read_text())
    for feature in data["features"]:
        feature["geometry"]["coordinates"].reverse()
    swapped = tmp_path / "swapped.geojson"
    swapped.write_text(json.dumps(data))
    return swapped


def test_a_file_with_its_axes_swapped_is_refused_in_one_line_and_nothing_is_imported(db, tmp_path):
    told = bring(db, turned(tmp_path))
    assert told.code == 1
    assert told.out == ""
    assert told.err.startswith("tocsin: Latitude and longitude are swapped")
    assert told.err.count("\n") == 1
    assert not db.exists()


def test_a_cut_off_file_does_not_erase_a_city(db, tmp_path):
    assert bring(db, HERE / "gsi.csv", "--register", "city").code == 0
    assert len(shelters(db)) == 3
    cut, fewer = tmp_path / "cut.csv", tmp_path / "fewer.csv"
    data = (HERE / "gsi.csv").read_bytes()
    cut.write_bytes(data[:-40])
    told = bring(db, cut, "--register", "city")
    assert (told.code, "cut off" in told.err) == (1, True)
    # Cut between two lines it is whole by itself, and has suspiciously few rows.
    fewer.write_bytes(b"".join(data.splitlines(keepends=True)[:2]))
    told = bring(db, fewer, "--register", "city")
    assert told.code == 1
    assert "shelter.register_shrunk" in told.err
    assert len(shelters(db)) == 3
    assert bring(db, fewer, "--register", "city", "--fewer").code == 0
    assert len(shelters(db)) == 1


def test_an_unknown_table_is_imported_with_its_mapping(db):
    told = bring(db, HERE / "city.csv", "--mapping", HERE / "city.toml")
    assert told.code == 0, told.err
    assert set(shelters(db)) == {"city.1", "city.2", "city.3"}
    assert bring(db, HERE / "gsi.csv", "--mapping", HERE / "city.toml").code == 2


def test_pages_of_a_register_are_one_import(db):
    told = bring(db, HERE / "dsns-1.json", HERE / "dsns-2.json", "--register", "dsns")
    assert told.code == 0, told.err
    assert len(shelters(db)) == 4
    assert bring(db, HERE / "dsns-1.json", "--register", "dsns").code == 1


def test_addresses_are_located_by_a_file_or_by_hand_and_stay_so(db):
    assert bring(db, HERE / "kyiv.csv", "--coordinates", HERE / "kyiv-coordinates.csv").code == 0
    found = shelters(db)
    assert sum(bool(one.entrances) for one in found.values()) == 3
    station = next(key for key, one in found.items() if "Вигадана" in one.listing.name)

    told = tocsin("shelters", "locate", station, "50.4402,30.5101", "50.4404,30.5105",
                  "--step-free", "yes", "--seen", "--db", db)  # fmt: skip
    assert told.code == 0, told.err
    assert "doors: 2" in told.out
    assert bring(db, HERE / "kyiv.csv").code == 0  # Another edition, without coordinates.
    doors = shelters(db)[station].entrances
    assert [(door.lat, door.lon) for door in doors] == [
        (504402000, 305101000), (504404000, 305105000),
    ]  # fmt: skip
    assert {door.step_free for door in doors} == {Said.YES}
    assert all(door.verified_at for door in doors)


def test_a_door_far_away_is_told(db):
    assert bring(db, LAYER, "--register", "kyiv").code == 0
    shelter = "kyiv.00000001-aaaa-4bbb-8ccc-000000000000"
    told = tocsin("shelters", "locate", shelter, "49.84,24.03", "--db", db)
    assert "does not lie in the shelter's area" in told.err
    assert tocsin("shelters", "locate", "kyiv.9", "50.4,30.5", "--db", db).code == 1
    assert tocsin("shelters", "locate", shelter, "here", "--db", db).code == 2


def test_a_wrong_option_is_told_and_nothing_is_imported(db):
    for wrong in (
        ("--bbox", "1,2,3"), ("--format", "xls"), ("--register", "Kyiv!"), ("--area", "nowhere"),
        ("--retrieved-at", "today"), ("--mapping", HERE / "none"), ("--coordinates", HERE / "none"),
    ):  # fmt: skip
        assert bring(db, LAYER, *wrong).code == 2, wrong
    assert bring(db, HERE / "none.csv").code == 2
    assert tocsin("shelters", "import", LAYER).code == 2
    assert not db.exists()
