"""
The tree is RFC 6962's, its proofs convince, and forged ones don't.

Method: an independent tree written straight from the recursive definition of RFC 6962 section
2.1, and the roots and proofs of the seven and eight leaves that Certificate Transparency's own
test data have; then every proof is forged in every way that a draw can think of.
"""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.ledger.tree import (
    EMPTY,
    Tree,
    extends,
    head_of,
    includes,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
)

# Leaves and roots as published with Certificate Transparency's reference implementation.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

leaves = st.lists(st.binary(max_size=3), min_size=1, max_size=70)


def naive(data: list[bytes]) -> bytes:
    """The Merkle Tree Hash, word for word from RFC 6962, section 2.1."""
    if not data:
        return sha256().digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    split = max(2**power for power in range(10) if 2**power < len(data))
    return sha256(b"\x01" + naive(data[:split]) + naive(data[split:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots_come_out(size):
    assert head_of(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_published_proofs_come_out():
    a, b, c, d, e, f, g, h = map(leaf_hash, LEAVES)
    left = node_hash(node_hash(a, b), node_hash(c, d))
    assert prove_inclusion(LEAVES[:7], 6) == [node_hash(e, f), left]
    assert prove_inclusion(LEAVES[:7], 3) == [c, node_hash(a, b), node_hash(node_hash(e, f), g)]
    assert prove_consistency(LEAVES[:7], 4) == [node_hash(node_hash(e, f), g)]
    assert prove_consistency(LEAVES[:7], 6) == [node_hash(e, f), g, left]
    assert prove_consistency(LEAVES, 7) == [g, h, node_hash(e, f), left]


def test_a_tree_without_leaves_has_the_hash_of_nothing():
    assert Tree().head() == EMPTY == sha256().digest()


@given(leaves, st.data())
def test_a_tree_grown_leaf_by_leaf_and_put_away_in_between_is_the_defined_one(data, draw):
    tree = Tree()
    for count, leaf in enumerate(data):
        assert tree.head() == naive(data[:count])
        if draw.draw(st.booleans()):
            tree = Tree.load(tree.dump())
        tree.append(leaf)
    assert (tree.size, tree.head()) == (len(data), naive(data))


@given(st.binary(max_size=200))
def test_bytes_that_cannot_be_a_tree_are_not_read_as_one(state):
    tree = Tree.load(state)
    assert tree is None or tree.dump() == state


@given(leaves, st.data())
def test_every_leaf_can_be_proved(data, draw):
    index = draw.draw(st.integers(0, len(data) - 1))
    proof = prove_inclusion(data, index)
    assert len(proof) <= len(data).bit_length()
    assert includes(head_of(data), len(data), index, data[index], proof)


@given(leaves, st.data())
def test_every_beginning_can_be_proved(data, draw):
    size = draw.draw(st.integers(1, len(data)))
    proof = prove_consistency(data, size)
    assert extends(head_of(data[:size]), size, head_of(data), len(data), proof)
    assert extends(EMPTY, 0, head_of(data), len(data), [])


def forged(draw, proof: list[bytes]) -> list[bytes]:
    """Another proof than the one given."""
    other = st.sampled_from([*proof, bytes(32)])
    place = draw.draw(st.integers(0, len(proof)))
    kind = draw.draw(st.sampled_from(["add", "drop", "change", "swap"]))
    if kind == "add" or not proof:
        return [*proof[:place], draw.draw(other), *proof[place:]]
    place %= len(proof)
    if kind == "drop":
        return proof[:place] + proof[place + 1 :]
    if kind == "change":
        return [*proof[:place], bytes(32), *proof[place + 1 :]]
    return proof[::-1]


@given(leaves.map(lambda data: list(dict.fromkeys(data))), st.data())
def test_a_forged_inclusion_convinces_nobody(data, draw):
    index = draw.draw(st.integers(0, len(data) - 1))
    proof, head, size = prove_inclusion(data, index), head_of(data), len(data)
    wrong = forged(draw, proof)
    assert wrong == proof or not includes(head, size, index, data[index], wrong)
    assert not includes(head, size, index, data[index] + b"!", proof)
    assert not includes(bytes(32), size, index, data[index], proof)
    elsewhere = draw.draw(st.integers(-1, size))
    assert elsewhere == index or not includes(head, size, elsewhere, data[index], proof)


@given(leaves, st.data())
def test_a_forged_beginning_convinces_nobody(data, draw):
    size = draw.draw(st.integers(1, len(data)))
    proof, old, new = prove_consistency(data, size), head_of(data[:size]), head_of(data)
    wrong = forged(draw, proof)
    assert wrong == proof or not extends(old, size, new, len(data), wrong)
    changed = head_of([*data[: size - 1], data[size - 1] + b"!"])
    assert not extends(changed, size, new, len(data), proof)
    assert not extends(old, size, bytes(32), len(data), proof)
    assert not extends(new, len(data) + 1, old, size, proof)
    assert not extends(old, 0, new, len(data), proof)
