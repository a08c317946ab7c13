"""
Large letters for one word: every letter of Ukrainian and English, seven dots high.

Drawn by quarters of a character cell, so that a word is as large as the terminal is wide. Where
the terminal cannot draw blocks, `#` stands for a dot. The dots were set by hand for this file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

HEIGHT: Final = 7
GAP: Final = 1

_FONT: Final = """
А .###. #...# #...# ##### #...# #...# #...#
Б ##### #.... #.... ####. #...# #...# ####.
В ####. #...# #...# ####. #...# #...# ####.
Г ##### #.... #.... #.... #.... #.... #....
Ґ ....# ##### #.... #.... #.... #.... #....
Д ..##. .#.#. .#.#. .#.#. .#.#. ##### #...#
Е ##### #.... #.... ####. #.... #.... #####
Є .###. #...# #.... ###.. #.... #...# .###.
Ж #.#.# #.#.# .###. ..#.. .###. #.#.# #.#.#
З .###. #...# ....# ..##. ....# #...# .###.
И #...# #...# #..## #.#.# ##..# #...# #...#
І ### .#. .#. .#. .#. .#. ###
Ї #.# ... ### .#. .#. .#. ###
Й .#.#. ..#.. #...# #..## #.#.# ##..# #...#
К #...# #..#. #.#.. ##... #.#.. #..#. #...#
Л ..### .#..# .#..# .#..# .#..# .#..# #...#
М #...# ##.## #.#.# #.#.# #...# #...# #...#
Н #...# #...# #...# ##### #...# #...# #...#
О .###. #...# #...# #...# #...# #...# .###.
П ##### #...# #...# #...# #...# #...# #...#
Р ####. #...# #...# ####. #.... #.... #....
С .###. #...# #.... #.... #.... #...# .###.
Т ##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..
У #...# #...# #...# .#### ....# #...# .###.
Ф ..#.. .###. #.#.# #.#.# #.#.# .###. ..#..
Х #...# #...# .#.#. ..#.. .#.#. #...# #...#
Ц #..#. #..#. #..#. #..#. #..#. ##### ....#
Ч #...# #...# #...# .#### ....# ....# ....#
Ш #.#.# #.#.# #.#.# #.#.# #.#.# #.#.# #####
Щ #.#.#. #.#.#. #.#.#. #.#.#. #.#.#. ###### .....#
Ь #.... #.... #.... ####. #...# #...# ####.
Ю #..##. #.#..# #.#..# ###..# #.#..# #.#..# #..##.
Я .#### #...# #...# .#### ..#.# .#..# #...#
D ####. #...# #...# #...# #...# #...# ####.
F ##### #.... #.... ####. #.... #.... #....
G .###. #...# #.... #.### #...# #...# .###.
J ..### ...#. ...#. ...#. ...#. #..#. .##..
L #.... #.... #.... #.... #.... #.... #####
N #...# ##..# #.#.# #.#.# #..## #...# #...#
Q .###. #...# #...# #...# #.#.# #..#. .##.#
R ####. #...# #...# ####. #.#.. #..#. #...#
S .#### #.... #.... .###. ....# ....# ####.
U #...# #...# #...# #...# #...# #...# .###.
V #...# #...# #...# #...# .#.#. .#.#. ..#..
W #...# #...# #...# #.#.# #.#.# ##.## #...#
Y #...# #...# .#.#. ..#.. ..#.. ..#.. ..#..
Z ##### ....# ...#. ..#.. .#... #.... #####
0 .###. #...# #..## #.#.# ##..# #...# .###.
1 .#. ##. .#. .#. .#. .#. ###
2 .###. #...# ....# ..##. .#... #.... #####
4 ...#. ..##. .#.#. #..#. ##### ...#. ...#.
5 ##### #.... ####. ....# ....# #...# .###.
6 .###. #.... #.... ####. #...# #...# .###.
7 ##### ....# ...#. ..#.. .#... .#... .#...
8 .###. #...# #...# .###. #...# #...# .###.
9 .###. #...# #...# .#### ....# ....# .###.
’ # # . . . . .
/ ....# ....# ...#. ..#.. .#... #.... #....
? .###. #...# ....# ..##. ..#.. ..... ..#..
"""

_SAME: Final = dict(zip("ABEIKMHOPCTX3'", "АВЕІКМНОРСТХЗ’", strict=True))
"""Letters that look alike in both alphabets are drawn once."""

_SPACE: Final = ("...",) * HEIGHT
_GLYPHS: Final = {
    row.split(" ")[0]: tuple(row.split(" ")[1:]) for row in _FONT.strip().split("\n")
} | {" ": _SPACE}

_QUARTERS: Final = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
"""Indexed by upper left 1, upper right 2, lower left 4, lower right 8."""


def drawable(word: str) -> bool:
    """Say whether every letter of a word, in capitals, has a drawing."""
    return all(_glyph(letter) for letter in word)


def dots(word: str) -> list[str]:
    """Draw a word in dots: seven rows, `#` for a dot; what has no drawing is left out."""
    glyphs = [glyph for letter in word if (glyph := _glyph(letter))]
    return [("." * GAP).join(glyph[row] for glyph in glyphs) for row in range(HEIGHT)]


def draw(lines: Sequence[str], columns: int, rows: int, *, blocks: bool = True) -> list[str]:
    """
    Draw a word, one or two lines of it, as large as fits.

    Args:
        lines: The word's lines.
        columns: The most columns that it may take.
        rows: The most rows, blank rows between lines included.
        blocks: Whether the terminal can draw blocks.

    Returns:
        Rows of text of one width at most `columns`; empty where not even the smallest fits.
    """
    drawn = [dots(line) for line in map(str.upper, lines) if drawable(line)]
    if not drawn:
        return []
    widest = max(len(word[0]) for word in drawn)
    sizes = ((8, 4), (6, 4), (6, 3), (4, 2), (3, 2), (2, 2), (2, 1)) if blocks else ((4, 2), (2, 2))
    for across, down in sizes:
        height = -(-HEIGHT * down // 2)
        if widest * across <= columns * 2 and height * len(drawn) + len(drawn) - 1 <= rows:
            break
    else:
        return []
    told: list[str] = []
    for word in drawn:
        told += ([""] if told else []) + _cells(word, across, down, blocks=blocks)
    return told


def _cells(word: Sequence[str], across: int, down: int, *, blocks: bool) -> list[str]:
    """Scale dots to quarters of cells and write each cell as one character."""
    wide = [[dot == "#" for dot in row for _ in range(across)] for row in word for _ in range(down)]
    if len(wide) % 2:
        wide.append([False] * len(wide[0]))
    if len(wide[0]) % 2:
        for row in wide:
            row.append(False)
    drawn = _QUARTERS if blocks else " " + "#" * 15
    told = []
    for upper, lower in zip(wide[::2], wide[1::2], strict=True):
        pairs = zip(upper[::2], upper[1::2], lower[::2], lower[1::2], strict=True)
        cells = [a + 2 * b + 4 * c + 8 * d for a, b, c, d in pairs]
        told.append("".join(drawn[cell] for cell in cells).rstrip())
    return told


def _glyph(letter: str) -> tuple[str, ...] | None:
    return _GLYPHS.get(_SAME.get(letter, letter))
