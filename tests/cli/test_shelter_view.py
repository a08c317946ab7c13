"""
What a terminal sees of shelters is what the server shows, now or as it was known at a moment.

Method: a ledger in which shelters of Kyiv are listed; the view is asked as the verbs ask it.
"""

from datetime import timedelta

import pytest
from tests.cli.sheltered import furnish

from tocsin.cli.places import load_country
from tocsin.cli.shelter_view import seeing
from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.kernel.time import SystemClock
from tocsin.views.shelter_roll import Wanted

UA = load_country("UA")


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    path = tmp_path_factory.mktemp("seen") / "kyiv.db"
    furnish(path)
    return path


def test_at_a_moment_nothing_is_known_that_happened_later(db):
    now = SystemClock().now()
    seen = {}
    for hours in (0, 0.75, 1.5, 3):
        with seeing(db, UA, at=now - timedelta(hours=hours)) as view:
            states = [view.status(one)["state"] for one in view.listed(Wanted())]
            seen[hours] = states

    assert seen == {
        0: ["filling", "open", "unknown"],
        0.75: ["filling", "unknown", "unknown"],
        1.5: ["unknown"] * 3,
        3: [],
    }


def test_what_cannot_be_opened_is_refused(db, tmp_path):
    with pytest.raises(Unavailable, match=r"ledger\.missing"), seeing(tmp_path / "none.db", UA):
        pass
    with pytest.raises(Malformed, match="walking"), seeing(db, UA, network=db):
        pass
