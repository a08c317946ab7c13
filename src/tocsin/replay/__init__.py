"""A day again: recorded alerts into a ledger, and out of it at the pace of a clock of its own."""
