"""
Goal: an edge does what it was told, and says what it cannot read.

Method: settings written and read back; texts that are no settings.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.edge.settings import EdgeSettings, read_edge_settings
from tocsin.kernel.errors import Malformed

SETTINGS = EdgeSettings(
    version="1",
    host="127.0.0.1",
    port=0,
    listen=(3, 4),
    source="unix:/run/t/feed.sock",
    core=("unix:/run/t/core.sock",),
    connections_max=100,
    connections_per_address=10,
)


@given(st.builds(EdgeSettings))
def test_settings_are_read_back_as_they_were_written(settings):
    assert read_edge_settings(settings.encode()) == settings


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"port": "x"}', SETTINGS.encode()[:-1] + ',"x":1}']
)
def test_what_is_no_settings_is_refused(text):
    with pytest.raises(Malformed, match=r"edge\.settings_malformed"):
        read_edge_settings(text)


def test_two_edges_are_the_same_whatever_descriptors_they_were_given():
    import msgspec

    other = msgspec.structs.replace(SETTINGS, listen=(7,))
    assert SETTINGS.same_but_sockets(other)
    assert not SETTINGS.same_but_sockets(msgspec.structs.replace(other, version="2"))
    assert not SETTINGS.same_but_sockets(msgspec.structs.replace(other, connections_max=99))
