"""
Reading at a door: what comes off a plain connection, to its end or up to a mark.

No test is here.
"""

from __future__ import annotations


def read_all(link):
    """Read until the other side closes."""
    answer = b""
    while True:
        try:
            piece = link.recv(65_536)
        except ConnectionResetError:
            return answer
        if not piece:
            return answer
        answer += piece


def read_until(link, end):
    """Read until the bytes end so."""
    answer = b""
    while not answer.endswith(end):
        piece = link.recv(65_536)
        assert piece, answer
        answer += piece
    return answer
