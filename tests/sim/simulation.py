"""
One simulated morning: a seed in, and out come the promises that were broken, if any.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.sim import checks
from tests.sim.disk import Disk
from tests.sim.edge import Edge
from tests.sim.listeners import Page, Siren
from tests.sim.parts import HONEST, Parts
from tests.sim.people import WHO, Neighbour, Operator
from tests.sim.server import Server
from tests.sim.world import World

from tocsin.kernel.ids import AreaCode

MINUTES = 10.0
CALM_S = 120.0
"""Long enough for the longest pause before a reconnection and for every late message."""

ATTENTION = ((), ("PORT",), ("SOUTH",), ("NORTH", "HILLS"), ("LAND",))
"""What the pages listen to: all, a leaf, a region, two areas apart, the root by name."""


@dataclass(frozen=True)
class Outcome:
    """
    What came of one seed.

    Args:
        wrong: Broken promises, in the order they were found; empty if all were kept.
    """

    seed: int
    minutes: float
    faults: str
    wrong: tuple[str, ...]
    steps: int
    events: int
    acknowledged: int
    shown: int
    crashes: int

    def __str__(self) -> str:
        head = f"seed {self.seed}, {self.minutes:g} min, {self.faults}"
        return "\n  ".join((head, *self.wrong))


def simulate(seed: int, parts: Parts = HONEST, minutes: float = MINUTES) -> Outcome:
    """Let a world go wrong for some minutes, calm down, and be judged."""
    with _swapped(parts):
        world = World(seed)
        disk = Disk(world)
        server = Server(world, disk, parts)
        edge = Edge(world, lambda: server.feed, parts.hub)
        server.died.append(edge.core_died)
        pages = [
            parts.page(world, edge.open, frozenset(map(AreaCode, areas))) for areas in ATTENTION
        ]
        pages.append(parts.relay(world, edge.open, frozenset()))
        siren = parts.siren(world)
        server.radio.append(siren.receive)
        operators = [Operator(world, server.ask, number) for number in range(len(WHO))]
        neighbour = Neighbour(world, server.write_beside)
        faults = world.faults
        world.now_and_then(faults.crash_s, server.crash)
        world.now_and_then(faults.edge_s, edge.crash)
        world.now_and_then(faults.feed_s, edge.break_link)
        world.now_and_then(faults.step_s, world.step_clock)
        world.now_and_then(faults.full_s, lambda: _fill(world, disk))
        for page in pages:
            world.now_and_then(faults.link_s, page.break_link)
        world.run(60 * minutes)
        world.calm = True
        disk.full = False
        world.run(60 * minutes + CALM_S)
        wrong = [*world.wrong, *_judged(disk, pages, siren, operators, neighbour)]
    return Outcome(
        seed,
        minutes,
        str(faults),
        tuple(wrong),
        world.steps,
        len(disk.shelf.events),
        sum(len(operator.told) for operator in operators),
        sum(len(page.log) for page in pages) + len(siren.log),
        server.crashes,
    )


def _judged(
    disk: Disk,
    pages: list[Page],
    siren: Siren,
    operators: list[Operator],
    neighbour: Neighbour,
) -> Iterator[str]:
    shelf = disk.shelf
    asked = neighbour.asked | {name: said for o in operators for name, said in o.asked.items()}
    yield from checks.the_ledger_is_whole(shelf)
    yield from checks.every_command_acted_once(shelf)
    yield from checks.every_decision_was_right(shelf, asked)
    for operator in operators:
        yield from checks.what_was_acknowledged_is_there(shelf, operator)
    truth = checks.Truth(shelf)
    for page in pages:
        yield from checks.what_was_shown_is_true(page, truth)
        yield from checks.it_knows_what_stands_in_the_end(page, truth)
        seen = [shown.picture for shown in page.log]
        yield from checks.it_sounded_once_and_for_good_reason(page, truth, seen)
    yield from checks.no_message_overtook_a_later_one(siren, truth)
    seen = [picture for _, _, picture in siren.log]
    yield from checks.it_sounded_once_and_for_good_reason(siren, truth, seen)


def _fill(world: World, disk: Disk) -> None:
    disk.full = True

    def empty() -> None:
        disk.full = False

    world.after(world.random.uniform(1, 30), empty)


@contextmanager
def _swapped(parts: Parts) -> Iterator[None]:
    """Put a planted bug's own names in place, and take them out again."""
    with ExitStack() as stack:
        for owner, name, value in parts.swapped:
            stack.callback(setattr, owner, name, vars(owner)[name])
            setattr(owner, name, value)
        yield
