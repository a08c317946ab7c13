"""
What planning answers can be written as JSON, and adds up there as it did before.

Method: towns, people and shelters are drawn and planned for by distance.
"""

import json

from hypothesis import given, settings
from tests.planning.small_city import towns_with_people

from tocsin.planning import shapes
from tocsin.planning.assignment import greedy
from tocsin.planning.cells import cells
from tocsin.planning.coverage import coverage, gaps
from tocsin.planning.load import loads
from tocsin.planning.places import doors
from tocsin.planning.plan import City, cell_table, plan_cells
from tocsin.planning.siting import sites
from tocsin.planning.streets import nearest
from tocsin.planning.survey import Survey
from tocsin.planning.whatif import change


@settings(max_examples=25)
@given(towns_with_people())
def test_every_answer_is_json_and_its_people_add_up(drawn):
    made, people, places = drawn
    city = City(made, people, places)
    metres, _ = nearest(made, doors(places).nodes)
    cut = cells(made, people)
    plan = plan_cells(city, cell_table(city), 9, lambda problem, _: greedy(problem))
    sent = plan.within.load(len(places)) + plan.beyond.load(len(places))

    covered = shapes.coverage_shape(coverage(people, metres, metres_per_minute=80))
    missed = shapes.gaps_shape(gaps(made, people, cut, metres, 400))
    chosen = shapes.sites_shape(sites(made, people, cut, metres, limit_m=400, count=2))
    planned = shapes.plan_shape(plan, people.off_network)
    held = shapes.loads_shape(loads(places, sent))
    counted = shapes.shelters_shape(Survey(city, metres > 0, 1, 2))
    same = shapes.change_shape(change(people, metres, metres, 400))

    json.dumps([covered, missed, chosen, planned, held, counted, same], allow_nan=False)
    assert covered["people"] - covered["within"][0] == sum(gap["people"] for gap in missed)
    assert covered["areas"][0]["code"] is None
    assert sum(site["people"] for site in chosen) <= sum(gap["people"] for gap in missed)
    whole = planned["placed"] + planned["beyond"] + planned["unplaced"] + planned["off_network"]
    assert planned["people"] == whole == people.total
    assert sum(one["people"] for one in held["shelters"]) == planned["placed"] + planned["beyond"]
    assert counted["open"] == sum(place.open for place in places)
    assert set(same.values()) == {0}
