"""
The Merkle tree over the ledger: one hash that stands for everything recorded so far.

RFC 6962 section 2.1, unchanged in RFC 9162: leaf = SHA-256(0x00 || data), node = SHA-256(0x01 ||
left || right), and a tree of n leaves splits at the largest power of two below n. The data of a
leaf are the 32 bytes of an event's hash. `Tree` keeps only the roots of the complete subtrees
(a "compact range", at most 64 of 32 bytes), so that appending costs two hashes and a start needs
no re-reading. Proofs are made from the leaves, and checked without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

EMPTY: Final = sha256(b"").digest()
"""Head of a tree without leaves."""

_HASH_BYTES: Final = 32


def leaf_hash(data: bytes) -> bytes:
    """Hash one leaf."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one."""
    return sha256(b"\1" + left + right).digest()


class Tree:
    """
    A tree that grows by leaves and knows its head. Not thread-safe.

    Args:
        size: Number of leaves so far.
        peaks: Roots of its complete subtrees, the largest first, one for each 1 in `size`.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)

    def append(self, data: bytes) -> None:
        """Add one leaf."""
        self.extend((data,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaves, in order."""
        size, peaks = self.size, self._peaks
        for data in leaves:
            node = sha256(b"\0" + data).digest()
            complete = size
            while complete & 1:
                node = sha256(b"\1" + peaks.pop() + node).digest()
                complete >>= 1
            peaks.append(node)
            size += 1
        self.size = size

    def head(self) -> bytes:
        """Compute the tree head: 32 bytes."""
        if not self._peaks:
            return EMPTY
        *rest, node = self._peaks
        for peak in reversed(rest):
            node = node_hash(peak, node)
        return node

    def dump(self) -> bytes:
        """Write the tree as bytes: 8 of its size, then its peaks."""
        return self.size.to_bytes(8, "big") + b"".join(self._peaks)

    @classmethod
    def load(cls, state: bytes) -> Tree | None:
        """Read what `dump` wrote; None where the bytes cannot be a tree."""
        size, peaks = int.from_bytes(state[:8], "big"), state[8:]
        if len(state) < 8 or len(peaks) != size.bit_count() * _HASH_BYTES:
            return None
        starts = range(0, len(peaks), _HASH_BYTES)
        return cls(size, (peaks[start : start + _HASH_BYTES] for start in starts))


def head_of(leaves: Sequence[bytes]) -> bytes:
    """Compute the head of the tree with these leaf data."""
    tree = Tree()
    for data in leaves:
        tree.append(data)
    return tree.head()


def prove_inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """
    Prove that leaf `index` (from 0) is in the tree of `leaves` (RFC 6962, section 2.1.1).

    Returns:
        The audit path, from the leaf up: ≤ log2(n) + 1 hashes of 32 bytes.
    """
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return [*prove_inclusion(left, index), head_of(right)]
    return [*prove_inclusion(right, index - split), head_of(left)]


def prove_consistency(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """
    Prove that the first `size` leaves (0 < size ≤ n) are the beginning of the tree of `leaves`.

    Source: RFC 6962, section 2.1.2.
    """
    return _subproof(leaves, size, whole=True)


def _subproof(leaves: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [head_of(leaves)]
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if size <= split:
        return [*_subproof(left, size, whole=whole), head_of(right)]
    return [*_subproof(right, size - split, whole=False), head_of(left)]


def includes(head: bytes, size: int, index: int, data: bytes, proof: Sequence[bytes]) -> bool:
    """
    Check an inclusion proof against a head of `size` leaves.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    at, last, node = index, size - 1, leaf_hash(data)
    for step in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = node_hash(step, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, step)
        at, last = at >> 1, last >> 1
    return last == 0 and node == head


def extends(old: bytes, old_size: int, new: bytes, size: int, proof: Sequence[bytes]) -> bool:
    """
    Check that the tree with head `new` begins with the whole of the tree with head `old`.

    Every ledger extends the empty one. Source: RFC 9162, section 2.1.4.2.
    """
    if not 0 < old_size < size:
        same = old == (EMPTY if old_size == 0 else new)
        return same and old_size in {0, size} and not proof
    path = list(proof) if old_size & (old_size - 1) else [old, *proof]
    if not path:
        return False
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, step)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old and second == new


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1
