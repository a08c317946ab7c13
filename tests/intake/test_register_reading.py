"""
A register is read whole: each sample of a wire format to its last field, and what is wrong refused.

Method: the sample registers, by their rows; then the same with axes changed over, cut off, or
hostile; then tables drawn at random.
"""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.intake.registers import FETCHED, HERE, read

from tocsin.intake.register_coordinates import read_coordinates
from tocsin.intake.register_mapping import load_mapping
from tocsin.intake.register_place import Box
from tocsin.kernel.errors import Malformed, Refused
from tocsin.shelters.messages import Access, CapacityBasis, Hours, Kind, Listing, Said, Span

ALL = (1, 2, 3, 4, 5, 6, 7)
KYIV = "UA80000000000093317"


def points(reading):
    return [(e.lat, e.lon) for listing in reading.listings for e in listing.entrances]


def test_kyivs_register_is_read_row_by_row():
    reading = read("kyiv.csv")
    report = reading.report
    assert (report.format, report.profile, report.register) == ("csv", "kyiv", "kyiv")
    assert (report.rows, report.listed, report.left_out, report.located) == (8, 7, 1, 0)
    assert (report.addresses, report.repeats, report.buildings) == (6, 1, 1)
    assert report.nulls == 22
    assert report.counts == {
        "no_coordinates": 7, "empty": 1, "phone_in_access": 1, "hours_working_days": 1,
        "ramp_contradicted": 1, "kind_not_understood": 1, "hours_not_understood": 1,
        "step_free_not_understood": 1, "person_dropped": 1,
    }  # fmt: skip
    where = {remark.code: remark.row for remark in report.remarks}
    assert where["empty"] == 9
    assert where["phone_in_access"] == 4
    assert report.columns_dropped == ("Власник",)
    assert report.notices == ["licence_not_stated"]
    assert reading.area == KYIV
    kinds = [listing.kind for listing in reading.listings]
    assert kinds == [
        Kind.BASEMENT, Kind.BASEMENT, Kind.BASEMENT, Kind.PARKING, Kind.METRO, Kind.METRO,
        Kind.UNKNOWN,
    ]  # fmt: skip
    assert [listing.access for listing in reading.listings] == [
        Access.PUBLIC, Access.PUBLIC, Access.PUPILS_AND_STAFF, Access.PUBLIC, Access.PUBLIC,
        Access.UNKNOWN, Access.UNKNOWN,
    ]  # fmt: skip
    assert len({listing.id for listing in reading.listings}) == 7
    assert "000-00-00" not in str(reading)
    assert "Вигаданко" not in str(reading)


def test_a_coordinates_file_locates_addresses_and_never_the_nameless():
    coordinates = read_coordinates((HERE / "kyiv-coordinates.csv").read_bytes())
    reading = read("kyiv.csv", coordinates=coordinates)
    report = reading.report
    assert points(reading) == [(504501000, 305234000)] * 2 + [(504512000, 305201000)]
    assert report.counts["located_by_file"] == 3
    assert report.counts["coordinates_unused"] == 2
    assert report.judge == "areas"
    assert set(reading.areas.values()) == {KYIV}


@pytest.mark.parametrize("name", ["kyiv-layer.geojson", "kyiv-layer.json"])
def test_kyivs_layer_is_the_same_in_both_forms_of_arcgis(name):
    reading = read(name)
    assert points(reading) == [
        (504501000, 305234000), (504512000, 305201000), (504400000, 305100000),
    ]  # fmt: skip
    assert [one.kind for one in reading.listings] == [Kind.BASEMENT, Kind.UNDERPASS, Kind.METRO]
    assert [one.step_free for one in reading.listings] == [Said.NO, Said.YES, Said.UNKNOWN]
    assert reading.listings[0].id == "kyiv-layer.00000001-aaaa-4bbb-8ccc-000000000000"
    assert reading.listings[0].source_id == "{00000001-AAAA-4BBB-8CCC-000000000000}"
    assert reading.report.columns_dropped == ("owner", "tel")


def test_tel_avivs_layer_is_read():
    reading = read("tel-aviv.json")
    first, second, third = reading.listings
    assert first == Listing(
        id="tel-aviv.592-1", name="מקלט ציבורי", kind=Kind.DEDICATED, address="רחוב בדוי 1",
        entrances=first.entrances, access=Access.PUBLIC,
        hours=Hours(zone="Asia/Jerusalem", spans=(Span(days=ALL, start=0, end=1440),),
                    words="פתוח 24/7"),
        fit={"air_raid": Said.YES}, note="הכניסה מהחצר; כשיר לשימוש", register="tel-aviv",
        source_id="592-1", source="Tel Aviv-Yafo Municipality, GIS", licence="not stated",
        retrieved_at=FETCHED,
    )  # fmt: skip
    assert second.step_free is Said.YES
    assert third.kind is Kind.PARKING
    assert reading.report.counts == {"not_ready": 1, "phone_dropped": 1}
    assert reading.report.judge == "country"
    assert "in_no_area" in reading.report.notices


def test_the_state_emergency_services_register_is_read_from_its_pages():
    reading = read("dsns-1.json", "dsns-2.json", register="dsns")
    assert [one.id for one in reading.listings] == ["dsns.1", "dsns.2", "dsns.4", "dsns.5"]
    assert [one.capacity for one in reading.listings] == [100, 0, None, 100]
    assert [one.step_free for one in reading.listings] == [Said.YES, Said.NO, Said.YES, Said.YES]
    assert [one.water for one in reading.listings] == [Said.YES, Said.YES, Said.UNKNOWN, Said.YES]
    assert [one.kind for one in reading.listings] == [Kind.BASEMENT] * 3 + [Kind.DEDICATED]
    assert {one.access for one in reading.listings} == {Access.PUBLIC}
    assert reading.listings[0].address == "м. Київ, вул. Вигадана, 1"
    assert reading.report.counts == {
        "excluded": 1, "no_coordinates": 1, "capacity_zero": 1, "value_not_understood": 1,
        "not_ready": 1,
    }  # fmt: skip
    assert (reading.report.listed, reading.report.located) == (4, 3)


def test_jerusalems_ckan_is_read_although_its_columns_are_named_the_wrong_way_round():
    reading = read("jerusalem-ckan.json")
    assert points(reading)[0] == (317595900, 352189600)
    assert [one.capacity for one in reading.listings] == [80, None, 0]
    assert reading.listings[0].licence == "ODbL-1.0"
    assert reading.listings[0].capacity_basis is CapacityBasis.PLACES


@pytest.mark.parametrize("name", ["gsi.csv", "gsi-older.csv"])
def test_japans_register_says_for_which_hazards_a_place_is_meant(name):
    reading = read(name)
    fits = [{h for h, mark in one.fit.items() if mark is Said.YES} for one in reading.listings]
    assert fits == [
        {"flood", "storm_surge", "earthquake", "inland_flood"}, {"landslide", "tsunami", "fire"},
        set(),
    ]  # fmt: skip
    assert all(len(one.fit) == 8 and "air_raid" not in one.fit for one in reading.listings)
    assert reading.listings[1].note == "夜間は閉門"


def test_an_unknown_table_is_read_by_its_mapping():
    reading = read("city.csv", reader=load_mapping(HERE / "city.toml"))
    first, second, third = reading.listings
    assert first.id == "city.1"
    assert first.address == "вул. Ринкова, 1"
    assert (first.capacity, first.step_free, first.kind) == (120, Said.YES, Kind.BASEMENT)
    assert second.access is Access.RESIDENTS
    assert second.hours.spans == (Span(days=(1, 2, 3, 4, 5), start=480, end=1200),)
    assert third.capacity is None
    assert {one.licence for one in reading.listings} == {"CC-BY-4.0"}
    assert reading.report.columns_dropped == ("Телефон",)


def table(rows, heads=("id", "lat", "lon", "name", "address")):
    text = io.StringIO()
    csv.writer(text).writerows([heads, *rows])
    return text.getvalue().encode()


GOOD = [(n, 50.4 + n / 1000, 30.5, f"Shelter {n}", f"вул. {n}") for n in range(1, 7)]


def test_rows_that_cannot_be_placed_are_told_and_listed_by_their_address():
    rows = [*GOOD, (7, "", "", "A", "вул. 7"), (8, "NaN", "30.5", "B", "вул. 8"),
            (9, 95, 300, "C", "вул. 9"), (10, 0, 0, "D", "вул. 10"),
            (11, 43.3, 34.5, "E", "вул. 11"),
            (12, 30.5, 50.4, "F", "вул. 12"), (13, "", "", "G", ""), (1, *GOOD[0][1:])]  # fmt: skip
    reading = read(table(rows))
    assert reading.report.counts == {
        "no_coordinates": 2, "not_numbers": 1, "out_of_range": 1, "at_zero": 1, "at_sea": 1,
        "row_swapped": 1, "no_place": 1, "repeated": 1,
    }  # fmt: skip
    assert (reading.report.rows, reading.report.listed, reading.report.located) == (14, 12, 6)
    assert [one.address for one in reading.listings if not one.entrances] == [
        "вул. 7", "вул. 8", "вул. 9", "вул. 10", "вул. 11", "вул. 12",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "heads", [("ID", "Y", "X", "Name", "a"), ("id", "LATITUDE", "Lng", "name", "a")]
)
def test_columns_of_coordinates_need_no_mapping_in_any_case(heads):
    assert len(points(read(table(GOOD, heads)))) == 6


def outcome(data):
    """Read a register, or give the code with which it is refused."""
    try:
        return read(data)
    except Refused as refused:
        assert refused.code.startswith("register.")  # noqa: PT017  # Whatever it is.
        return refused.code


def turned(name):
    data = json.loads((HERE / name).read_text())
    for feature in data["features"]:
        feature["geometry"]["coordinates"].reverse()
        for one, other in (("lat", "long"), ("lat", "lon")):
            said = feature["properties"]
            if one in said and other in said:
                said[one], said[other] = said[other], said[one]
    return json.dumps(data).encode()


def test_a_register_with_its_axes_changed_over_is_refused_with_that_reason():
    for data in (
        turned("kyiv-layer.geojson"),
        table([(n, b, a, *rest) for n, a, b, *rest in GOOD]),
    ):
        with pytest.raises(Refused) as refused:
            read(data)
        assert refused.value.code == "register.swapped"
        assert refused.value.sentence.startswith("Latitude and longitude are swapped")
        assert "\n" not in refused.value.sentence


def test_a_box_judges_where_the_tree_does_not_cover_the_points():
    rows = [(n, 42.5 + n / 1000, 1.5, "A", "") for n in range(3)]
    box = Box(1.3, 42.4, 1.8, 42.7)
    assert read(table(rows)).report.notices == ["licence_not_stated", "axes_unsure", "in_no_area"]
    assert read(table(rows), bbox=box).report.judge == "bbox"
    with pytest.raises(Refused, match=r"register\.swapped"):
        read(table([(n, b, a, *rest) for n, a, b, *rest in rows]), bbox=box)


@pytest.mark.parametrize("name", ["kyiv.csv", "gsi.csv", "kyiv-layer.geojson", "kyiv-layer.json",
                                  "tel-aviv.json", "jerusalem-ckan.json"])  # fmt: skip
@pytest.mark.parametrize("part", [0.3, 0.6, 0.97])
def test_a_register_that_was_cut_off_is_refused_or_is_shorter_by_whole_lines(name, part):
    data = (HERE / name).read_bytes()
    cut = data[: int(len(data) * part)]
    told = outcome(cut)
    # A table cut in its last column cannot be told; its fewer rows are refused at the desk.
    if isinstance(told, str) or not name.endswith(".csv"):
        assert told in {"register.cut_off", "register.not_a_register"}
    else:
        assert told.report.rows < len(data.splitlines()) - 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"node_id,lon,lat\n1,30.5,50.4\n", "register.not_a_register"),
        (b"u,v,metres,highway\n1,2,3,path\n", "register.not_a_register"),
        (b"name,lat,lon\nA,631571,220529\nB,631572,220530\n", "register.metres"),
        (b"name,lat,lon\nA,,\nB,x,y\n", "register.not_a_register"),
        (b'{"type": "FeatureCollection", "features": []}', "register.not_a_register"),
        (b"[" * 50_000, "register.not_a_register"),
    ],
)
def test_what_is_wrong_as_a_whole_is_refused(data, code):
    with pytest.raises(Refused) as refused:
        read(data)
    assert refused.value.code == code


def test_an_unknown_area_or_a_wrong_mapping_is_told():
    with pytest.raises(Malformed, match=r"area\.unknown"):
        read("kyiv.csv", area="XX")
    with pytest.raises(Malformed, match=r"register\.mapping_malformed"):
        read("gsi.csv", reader=load_mapping(HERE / "city.toml"))


def test_what_is_said_goes_before_what_is_known():
    reading = read("kyiv.csv", source="A city", licence="CC0", area="UA")
    assert {(one.source, one.licence) for one in reading.listings} == {("A city", "CC0")}
    assert reading.area == "UA"
    assert reading.report.notices == []


def test_progress_is_told_from_nothing_to_all():
    from tests.intake.registers import ukraine

    from tocsin.intake.register_reading import read_register
    from tocsin.intake.register_whole import Wanted

    told = []
    read_register([HERE / "kyiv.csv"], Wanted(retrieved_at=FETCHED), *ukraine(),
                  on_progress=lambda what, part: told.append((what, part)))  # fmt: skip
    assert told[0] == ("reading", 0)
    assert told[-1] == ("done", 1)


SAMPLES = [(HERE / name).read_bytes() for name in ("kyiv.csv", "tel-aviv.json", "gsi.csv")]


@given(st.sampled_from(SAMPLES), st.data())
def test_a_register_with_anything_done_to_it_is_read_or_refused_in_one_line(data, drawn):
    for _ in range(drawn.draw(st.integers(1, 4))):
        start = drawn.draw(st.integers(0, len(data)))
        end = min(len(data), start + drawn.draw(st.integers(0, 40)))
        data = data[:start] + drawn.draw(st.text(max_size=6)).encode() + data[end:]
    try:
        reading = read(data)
    except Refused as refused:
        sentence = refused.sentence
    else:
        sentence = ""
        assert len({listing.id for listing in reading.listings}) == len(reading.listings)
        assert all(listing.name.isprintable() for listing in reading.listings)
    assert sentence == "" or sentence.isprintable()


cells = st.sampled_from(
    ["", "<Null>", "0", "-1", "50.4", "30.5", "1e9", "так", "Підвал", "24/7"]
) | (st.text(max_size=12))


@given(st.lists(st.lists(cells, min_size=1, max_size=9), min_size=1, max_size=6))
def test_any_table_is_read_or_refused(rows):
    heads = ("id", "lat", "lon", "name", "address", "kind", "hours", "capacity", "wheelchair")
    reading = outcome(table(rows, heads))
    if not isinstance(reading, str):
        assert reading.report.listed == len(reading.listings)
        assert reading.report.rows == reading.report.listed + reading.report.left_out
