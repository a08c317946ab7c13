"""The ways in: bytes from outside to commands, one file for each door."""
