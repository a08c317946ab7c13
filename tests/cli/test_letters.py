"""
Large letters: every word that a screen may show large can be drawn, fits, and reads as itself.

Method: the words of the pages in both languages at many sizes; dots are read back from the blocks.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.cli import letters
from tocsin.web.phrases import PHRASES

WORDS = [
    text.split("|")
    for key, pair in PHRASES.items()
    if key.startswith("word.") and "{" not in pair[0]
    for text in pair
]

alphabet = st.sampled_from("АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
words = st.text(alphabet, min_size=1, max_size=9)


@pytest.mark.parametrize("lines", WORDS, ids=" ".join)
@pytest.mark.parametrize("size", [(80, 16), (120, 30), (40, 16)])
def test_every_word_of_the_screen_can_be_drawn_and_fits(lines, size):
    columns, rows = size
    drawn = letters.draw(lines, columns, rows)
    assert drawn or columns == 40
    assert len(drawn) <= rows
    assert max(map(len, drawn), default=0) <= columns


@pytest.mark.parametrize("lines", WORDS, ids=" ".join)
def test_on_a_small_terminal_a_letter_is_still_seven_columns_wide(lines):
    drawn = letters.draw(lines, 76, 16)
    longest = max(lines, key=len)
    assert max(map(len, drawn)) >= 5 * len(longest)


@given(words)
def test_dots_can_be_read_back_from_the_blocks(word):
    drawn = letters.draw([word], 10_000, 7)
    quarters = letters._QUARTERS
    upper = [[quarters.index(c) & 1 > 0 for c in row] for row in drawn]
    dots = letters.dots(word)
    scale = len(drawn) // len(dots) * 2 or 1
    read = [row[::scale] for row in upper][:: max(1, len(drawn) // 7)]
    for row, wanted in zip(read, dots, strict=True):
        told = "".join("#" if dot else "." for dot in row)
        assert told.rstrip(".") == wanted.rstrip(".")


@given(words)
def test_without_blocks_a_hash_stands_for_each_dot(word):
    drawn = letters.draw([word], 10_000, 7, blocks=False)
    assert set("".join(drawn)) <= {"#", " "}
    assert len(drawn) == 7


def test_two_different_letters_never_look_alike():
    seen = {}
    for letter, glyph in letters._GLYPHS.items():
        assert glyph not in seen, f"{letter} looks like {seen[glyph]}"
        seen[glyph] = letter


def test_every_letter_is_seven_rows_of_one_width():
    for letter, glyph in letters._GLYPHS.items():
        assert len(glyph) == letters.HEIGHT, letter
        assert len({len(row) for row in glyph}) == 1, letter


@pytest.mark.parametrize(("columns", "rows"), [(3, 10), (80, 2), (0, 0)])
def test_where_nothing_fits_nothing_is_drawn(columns, rows):
    assert letters.draw(["ТРИВОГА"], columns, rows) == []


def test_a_letter_without_a_drawing_leaves_its_word_to_plain_text():
    assert letters.draw(["إنذار"], 80, 20) == []
