"""
A table is read whole or refused with its line.

Method: the same town as plain and packed tables in any order; then a fault in each column.
"""

from __future__ import annotations

import gzip
import random

import pytest
from tests.streets import opened

from tocsin.kernel.errors import Malformed
from tocsin.walking import table

NODES = "node_id,lon,lat\n7,-30.0,0.0\n8,-29.999,0.0\n9,-29.998,0.0\n"
EDGES = (
    "u,v,metres,highway,name\n"
    "7,8,120.5,residential,Long Street\n"
    "8,9,,steps,\n"
)  # fmt: skip
RIVER = "lat1,lon1,lat2,lon2\n0.001,-30,0.001,-29\n"


def _written(folder, **tables):
    paths = []
    for name, text in tables.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


@pytest.mark.parametrize("seed", range(3))
def test_tables_come_in_any_order(tmp_path, seed):
    paths = _written(tmp_path, a=NODES, b=EDGES, c=RIVER)
    random.Random(seed).shuffle(paths)
    network = opened(table.read(paths))
    assert list(network.ident) == [7, 8, 9]
    assert [network.decimetres[network.arc_between(*p)] for p in ((0, 1), (1, 2))] == [1205, 1112]
    assert network.street(0) == "Long Street"
    assert network.flags[network.arc_between(1, 2)] == 1
    assert list(network.barriers) == [10_000, -300_000_000, 10_000, -290_000_000]


def test_packed_tables_with_a_byte_order_mark_say_the_same(tmp_path):
    plain = opened(table.read(_written(tmp_path, a=NODES, b=EDGES)))
    for name, text in (("n", NODES), ("e", EDGES)):
        (tmp_path / f"{name}.csv.gz").write_bytes(gzip.compress(b"\xef\xbb\xbf" + text.encode()))
    packed = opened(table.read([tmp_path / "e.csv.gz", tmp_path / "n.csv.gz"]))
    assert packed.digest == plain.digest


@pytest.mark.parametrize(
    ("nodes", "edges", "where"),
    [
        (NODES.replace("8,-29.999,0.0", "8,x,0.0"), EDGES, "n.csv:3"),
        (NODES.replace("8,-29.999,0.0", "8,nan,0.0"), EDGES, "n.csv:3"),
        (NODES.replace("8,-29.999,0.0", "8,0.0"), EDGES, "n.csv:3"),
        (NODES.replace("8,-29.999,0.0", "7,0.0,0.0"), EDGES, "n.csv:3"),
        (NODES.replace("8,-29.999,0.0", "8,0.0,95.0"), EDGES, "n.csv:3"),
        (NODES.replace("8,-29.999,0.0", f"{10**30},0.0,5.0"), EDGES, "n.csv:3"),
        (NODES, EDGES.replace("120.5", "-3"), "e.csv:2"),
        (NODES, EDGES.replace("120.5", "1e9"), "e.csv:2"),
        (NODES, EDGES.replace("7,8", "7,88"), "e.csv:2"),
        (NODES, EDGES.replace("7,8", ",8"), "e.csv:2"),
        (NODES, EDGES.replace("Long Street", "x" * 5000), "e.csv:2"),
        (NODES, "u,v,metres,flags\n7,8,120,256\n", "e.csv:2"),
        (NODES, "from,to\n7,8\n", "e.csv:1"),
        (NODES, "", "e.csv:1"),
    ],
)
def test_a_row_that_cannot_be_read_fails_the_table_with_its_line(tmp_path, nodes, edges, where):
    with pytest.raises(Malformed, match=r"walking\.table_malformed") as refused:
        table.read(_written(tmp_path, n=nodes, e=edges))
    assert refused.value.where == where


def test_a_file_that_is_not_there_or_not_packed_is_unreadable(tmp_path):
    wrong = tmp_path / "plain.csv.gz"
    wrong.write_text(NODES)
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(NODES.encode())[:-9])
    for path in (tmp_path / "none.csv", wrong, cut):
        with pytest.raises(Malformed, match=r"walking\.file_unreadable"):
            table.read([path])
