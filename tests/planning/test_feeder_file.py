"""
A planner's tables are read as they are meant, or refused by line without what stands there.

Method: tables written by hand, right ones and wrong ones.
"""

import pytest

from tocsin.kernel.errors import Malformed
from tocsin.planning.feeder_file import HALVES, read_feeders, read_reduction, read_week
from tocsin.planning.feeders import WATTS, Class

TABLE = """feeder,queue,zone,megawatts,class,weight,shelters,people,off_hours,rested
north-1,1.1,z1,2.5,ordinary,,2,1200,3.5,2
clinic,1.1,z1,4,protected,,,,,
boiler,1.2,z1,0.75,heating,2.5,,,,
"""


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_feeders_are_read_with_all_that_is_said_of_them(file):
    north, clinic, boiler = read_feeders(file(TABLE))

    assert north.watts == (2_500_000,)
    assert (north.queue, north.shelters, north.people) == ("1.1", 2, 1200)
    assert (north.off_hours, north.rested) == (3.5, 2)
    assert clinic.protected
    assert (boiler.kind, boiler.weight) == (Class.HEATING, 2.5)


def test_loads_may_be_told_by_half_hour_and_with_semicolons_and_commas(file):
    head = ";".join(("feeder", "queue", *HALVES))
    row = ";".join(("a", "1.1", *(f"{at},5" for at in range(48))))

    (feeder,) = read_feeders(file(f"{head}\n{row}\n"))

    assert feeder.load(17) == 17_500_000


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "feeder,queue\nsecret,1.1\n",
        "feeder,queue,megawatts\nsecret,1.1,many\n",
        "feeder,queue,megawatts\nsecret,1.1,-1\n",
        "feeder,queue,megawatts\nsecret,1.1,nan\n",
        "feeder,queue,megawatts\nsecret,1.1\n",
        "feeder,queue,megawatts,class\nsecret,1.1,1,secret\n",
    ],
)
def test_what_is_no_table_of_feeders_is_refused_without_saying_what_stands_there(file, wrong):
    with pytest.raises(Malformed, match=r"planning\.feeders_malformed") as refused:
        read_feeders(file(wrong))
    assert "secret" not in refused.value.sentence


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Malformed, match=r"planning\.feeders_malformed"):
        read_feeders(tmp_path / "none.csv")


def test_what_is_required_is_read_by_day(file):
    rows = [f"{date},{half},{at}.5" for date in ("b", "a") for at, half in enumerate(HALVES)]

    days = read_reduction(file("\n".join(("date,from,megawatts", *rows))))

    assert [date for date, _ in days] == ["a", "b"]
    assert days[0][1][10] == 10_500_000


@pytest.mark.parametrize(
    "wrong",
    ["from,megawatts\n", "from,megawatts\n00:10,1\n", "from,megawatts\n00:00,1\n", "a\n1\n"],
)
def test_what_is_no_day_of_half_hours_is_refused(file, wrong):
    with pytest.raises(Malformed, match=r"planning\.reduction_malformed"):
        read_reduction(file(wrong))


def test_hours_off_earlier_come_by_feeder_or_by_queue(file):
    feeders = read_feeders(file(TABLE))

    north, _, boiler = read_week(file("queue,off_hours,rested\n1.2,8,1\n"), feeders)

    assert (north.off_hours, north.rested) == (3.5, 2)
    assert (boiler.off_hours, boiler.rested) == (8.0, 1)
    assert feeders[0].watts == (5 * WATTS // 2,)
    with pytest.raises(Malformed, match=r"planning\.feeders_malformed"):
        read_week(file("queue,off_hours\n1.2,500\n"), feeders)
