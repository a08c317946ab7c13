"""
The ledger in memory that other tests stand on keeps the contract of every ledger.

Method: the contract suite and its state machine, whole.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from hypothesis import settings
from tests.contract.ledger_contract import LedgerContract, LedgerMachine
from tests.contract.memory_ledger import MemoryLedger, Shelf

_SHELVES = defaultdict(Shelf)


def opened(path) -> MemoryLedger:
    return MemoryLedger(_SHELVES[path])


class TestMemoryLedger(LedgerContract):
    def open(self, path):
        return opened(path)


class MemoryMachine(LedgerMachine):
    make = staticmethod(opened)
    directory = Path("memory")


TestMemoryMachine = MemoryMachine.TestCase
TestMemoryMachine.settings = settings(max_examples=60, stateful_step_count=20)
