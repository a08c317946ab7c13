"""
Small towns that Hypothesis draws, and the slow and certain answers about them.

Goal: what the walking network answers fast is compared with what somebody finds who tries
everything. Method: a town is a handful of nodes within two kilometres, in the open ocean, and any
stretches between them, stairs among them, connected or not.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import strategies as st

from tocsin.walking.build import Draft
from tocsin.walking.network import About, Network

ABOUT = About("drawn by a test", "CC0-1.0", "Nobody", invented=True)
WEST, SOUTH = -300_000_000, 0


def opened(draft: Draft, about: About = ABOUT) -> Network:
    """Write a draft and map it; the file is gone at once, the mapping stays."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.walk"
        draft.write(path, about)
        return Network.open(path)


def town(nodes, edges, barriers=()) -> Network:
    """Make a network of (lat, lon) and (one, other, metres, flags[, name])."""
    draft = Draft()
    for ident, (lat, lon) in enumerate(nodes):
        draft.node(ident, SOUTH + lat, WEST + lon)
    for edge in edges:
        draft.edge(*edge)
    for lat1, lon1, lat2, lon2 in barriers:
        draft.barrier(SOUTH + lat1, WEST + lon1, SOUTH + lat2, WEST + lon2)
    return opened(draft)


places = st.tuples(st.integers(0, 180_000), st.integers(0, 180_000))


@st.composite
def towns(draw):
    """Draw a town of up to 25 nodes."""
    nodes = draw(st.lists(places, min_size=2, max_size=25, unique=True))
    ids = st.integers(0, len(nodes) - 1)
    lengths = st.none() | st.floats(0, 3000)
    edges = draw(
        st.lists(st.tuples(ids, ids, lengths, st.sampled_from([0, 0, 1, 2, 4, 8])), max_size=60)
    )
    first = (0, 1, None, 0)  # A network has one street at least.
    return town(nodes, [first, *edges])


def distances(network: Network, sources: dict[int, int], avoid: int = 0) -> dict[int, int]:
    """Find all distances in decimetres by trying every arc until nothing gets shorter."""
    reach = dict(sources)
    arcs = [
        (network.tail(arc), network.indices[arc], network.decimetres[arc])
        for arc in range(network.arcs)
        if not network.flags[arc] & avoid
    ]
    changed = True
    while changed:
        changed = False
        for tail, head, length in arcs:
            if tail in reach and reach[tail] + length < reach.get(head, 1 << 60):
                reach[head] = reach[tail] + length
                changed = True
    return reach
