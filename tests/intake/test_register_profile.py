"""
A register is known by its columns, and persons' columns are never among those that are read.

Method: the headings of the registers themselves, and the profiles against one another.
"""

import pytest

from tocsin.intake.register_profile import (
    GENERAL,
    KNOWN,
    PERSONAL,
    columns_of,
    fields,
    named,
    recognise,
)
from tocsin.intake.register_text import folded

HEADINGS = {
    "kyiv": "Район,Адреса,Тип укриття,Вид укриття,Тип будівлі,Власник,Форма власності,Режим роботи",
    "kyiv-layer": "objectid,guid,address,type,kind,owner,tel,invalid,working_time,lat,long",
    "dsns": "id,shyrota,dovhota,VydSporudy,mistkistOsib,yeVyklyuchenoyu",
    "tel-aviv": "oid_mitkan,ms_miklat,t_sug,Full_Address,lon,lat,pail",
    "jerusalem": "slug,name,address,shelterType,capacity,accessible,alertZone",
    "jerusalem-ckan": "_id,Shleter Number,address,X-axis coordinates,Y axis coordinates",
    "gsi": "NO,共通ID,施設・場所名,住所,洪水,津波,緯度,経度",
    "naruto": "id,name,type,address,disasterTypes,source,updatedAt,regionId,regionName",
    "general": "osm_id,lon,lat,kind,name",
}


@pytest.mark.parametrize("name", HEADINGS)
def test_a_register_is_known_by_its_columns(name):
    assert recognise(map(folded, HEADINGS[name].split(","))).name == name


def test_no_profile_reads_a_column_with_persons_or_telephones():
    for profile in (GENERAL, *KNOWN):
        read = {column for name in fields() for column in columns_of(profile, name)}
        assert not PERSONAL & (read | set(profile.joined)), profile.name


def test_every_name_of_a_column_is_written_as_names_are_compared():
    for profile in (GENERAL, *KNOWN):
        names = {c for name in fields() for c in columns_of(profile, name)} | profile.signature
        assert {name for name in names if folded(name) != name} == set()


def test_every_profile_says_whom_to_name_and_where_it_lies():
    for profile in KNOWN:
        assert profile.source
        assert profile.zone
        assert profile.box is not None
        assert named(profile.name) is profile
    assert named("nobody") is None


@pytest.mark.parametrize("lat", ["lat", "LAT", "Latitude", "y", "Y", "LATITUDE"])
@pytest.mark.parametrize("lon", ["lon", "LNG", "Long", "longitude", "x", "X"])
def test_columns_of_coordinates_are_known_in_any_case(lat, lon):
    assert folded(lat) in columns_of(GENERAL, "lat")
    assert folded(lon) in columns_of(GENERAL, "lon")
