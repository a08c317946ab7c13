"""
For a whole city at once: how far every node is from its nearest target, and whose it is.

One run of scipy's Dijkstra from all doors together, in about the time one blinks. Each door is a
node of its own that leads to the ends of its stretch, so that a sweep and `nearest` agree to the
decimetre. Needs numpy and scipy (`[geo]`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tocsin.walking.doors import Doors, avoided
from tocsin.walking.network import Network, no_geo
from tocsin.walking.profile import WALK, Profile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class Sweep:
    """
    What a sweep found, for each node.

    Args:
        metres: To the nearest door and through it; infinite where there is no way on foot, or
            none within the limit.
        owner: The target it belongs to, -1 for none.
        before: The node before it on the way from the door; -1 where the door is next.
    """

    metres: NDArray[np.float32]
    owner: NDArray[np.int32]
    before: NDArray[np.int32]


def sweep(
    network: Network,
    doors: Doors,
    profile: Profile = WALK,
    limit_metres: float | None = None,
    closed: frozenset[int] = frozenset(),
) -> Sweep:
    """
    Find the nearest target of every node.

    Args:
        limit_metres: How far to look; as far as there is a way, where None.
        closed: Arcs that are not walked, both ways each.

    Raises:
        Unavailable: `walking.no_geo` where numpy or scipy is not installed.
    """
    try:
        import numpy as np  # noqa: PLC0415  # An extra: the core starts without it.
        from scipy.sparse import csr_array  # noqa: PLC0415
        from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415
    except ImportError as error:
        raise no_geo() from error
    nodes = network.nodes
    usable = [d for d, snap in enumerate(doors.snaps) if not avoided(network, snap, profile.avoid)]
    if not usable:
        return Sweep(
            np.full(nodes, np.inf, np.float32),
            np.full(nodes, NOBODY, np.int32),
            np.full(nodes, NOBODY, np.int32),
        )
    graph = network.numpy_csr(profile)
    lengths = [len(doors.snaps[door].starts) for door in usable]
    starts = np.array([start for door in usable for start in doors.snaps[door].starts], np.int32)
    weights = np.concatenate((graph.data, starts[:, 1]))
    if closed:
        weights[_places(network, profile, closed)] = np.inf
    everything = csr_array(
        (
            weights,
            np.concatenate((graph.indices, starts[:, 0])),
            np.concatenate((graph.indptr, graph.indptr[-1] + np.cumsum(lengths, dtype=np.int32))),
        ),
        shape=(nodes + len(usable), nodes + len(usable)),
    )
    reach, before, source = dijkstra(
        everything,
        directed=True,
        indices=np.arange(nodes, nodes + len(usable)),
        return_predecessors=True,
        limit=np.inf if limit_metres is None else limit_metres * 10,
        min_only=True,
    )
    owners = np.array([doors.targets[door] for door in usable], np.int32)
    found = np.isfinite(reach[:nodes])
    owner = np.full(nodes, NOBODY, np.int32)
    owner[found] = owners[source[:nodes][found] - nodes]
    came = before[:nodes].astype(np.int32)
    came[(came < 0) | (came >= nodes)] = NOBODY
    return Sweep((reach[:nodes] / 10).astype(np.float32), owner, came)


def _places(network: Network, profile: Profile, closed: frozenset[int]) -> NDArray[np.int64]:
    """Find where closed arcs stand in the graph of a profile."""
    import numpy as np  # noqa: PLC0415

    arcs = np.fromiter(closed, np.int64, len(closed))
    if not profile.avoid:
        return arcs
    kept = (np.frombuffer(network.flags, np.uint8) & profile.avoid) == 0
    place = np.cumsum(kept, dtype=np.int64) - 1
    open_before = arcs[kept[arcs]]
    found: NDArray[np.int64] = place[open_before]
    return found
