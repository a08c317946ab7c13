"""
How a name is compared: folded to plain Latin words, so that spelling does not stand in the way.

Case, apostrophes of every kind, hyphens and points vanish; Ukrainian letters become Latin by
the official table; words for a kind of area (oblast, район, hromada, m.) are told apart from
the name and say which level is meant. A second, looser form also forgives the transliterations
that travel abroad (Odessa, Mykolayiv, Zaporizhzhya).

Source: Cabinet of Ministers of Ukraine, resolution 55 of 27 January 2010, table of
transliteration. Letters that only Russian has are read as well, for forgiveness' sake.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

_TABLE: Final = (
    "а a б b в v г h ґ g д d е e з z и y і i ї i й i к k л l м m н n о o п p р r с s т t у u "
    "ф f є ie ю iu я ia ж zh х kh ц ts ч ch ш sh щ shch ы y э e ё io"
)
_PAIRS: Final = _TABLE.split()
_PLAIN: Final = str.maketrans(
    {**dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)), "ь": "", "ъ": ""}
)
_FIRST: Final = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_FIRST_LETTER: Final = re.compile(r"\b[єїйюя]")
_APOSTROPHES: Final = str.maketrans("", "", "'’ʼ‘‛`´′ʹʻ＇\"“”„«»")
_WORD: Final = re.compile(r"[^\W_]+")
_SHORTENED: Final = re.compile(r"\bр\s*[-–.]\s*н\b")

_OBLAST: Final = frozenset({1})
_RAION: Final = frozenset({2})
_COMMUNITY: Final = frozenset({3})
_TOWN: Final = frozenset({1, 3})
_ANY: Final = frozenset({0, 1, 2, 3})

_KIND: Final[dict[str, frozenset[int]]] = {
    "oblast": _OBLAST,
    "oblasti": _OBLAST,
    "obl": _OBLAST,
    "region": _OBLAST,
    "province": _OBLAST,
    "raion": _RAION,
    "raionu": _RAION,
    "rayon": _RAION,
    "district": _RAION,
    "hromada": _COMMUNITY,
    "hromady": _COMMUNITY,
    "gromada": _COMMUNITY,
    "community": _COMMUNITY,
    "municipality": _COMMUNITY,
    "otg": _COMMUNITY,
    "oth": _COMMUNITY,
    "th": _COMMUNITY,
    "terytorialna": _COMMUNITY,
    "terytorialnoi": _COMMUNITY,
    "terytorialnaya": _COMMUNITY,
    "territorial": _COMMUNITY,
    "m": _TOWN,
    "misto": _TOWN,
    "city": _TOWN,
    "town": _TOWN,
    "smt": _COMMUNITY,
    "ta": _ANY,
    "of": _ANY,
    "the": _ANY,
}
# These say a community's kind only beside another word for one: "Міська" alone may be a name.
_KIND_OF_COMMUNITY: Final = frozenset(
    {"miska", "miskoi", "selyshchna", "selyshchnoi", "silska", "silskoi"}
    | {"urban", "rural", "settlement"}
)

_LOOSER: Final = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"zgh|zh(?:zh)+", "zh"),
        (r"shch|sch|shh", "sh"),
        (r"kh|gh|h|g|x", "h"),
        (r"w", "v"),
        (r"tz|cz", "ts"),
        (r"ck|q", "k"),
        (r"[yij]+(?=[aeou])", ""),
        (r"[yij]+", "i"),
        (r"(.)\1+", r"\1"),
    )
)


class Folded(NamedTuple):
    """
    A name made ready for comparing.

    Args:
        full: All its words, folded.
        core: The words that are not words for a kind of area; may be empty.
        levels: Levels that those words allow; all of them when there are none.
        town: Whether they say that a town is meant.
    """

    full: str
    core: str
    levels: frozenset[int]
    town: bool


def fold(text: str) -> Folded:
    """Fold a name; any text is allowed, also one with no letters at all."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    plain = unicodedata.normalize("NFC", plain)
    words = _WORD.findall(latin(_SHORTENED.sub("район", plain)))
    levels, core = _ANY, list[str]()
    for word in words:
        kind = _KIND.get(word)
        if kind is None:
            core.append(word)
        else:
            levels &= kind
    if levels == _COMMUNITY:
        core = [word for word in core if word not in _KIND_OF_COMMUNITY]
    return Folded(" ".join(words), " ".join(core), levels, levels == _TOWN)


def latin(text: str) -> str:
    """
    Write lower-case text in plain Latin letters.

    Ukrainian is transliterated by the official table; accents are dropped; letters of other
    scripts stay as they are, so that a Japanese name still finds itself.
    """
    if text.isascii():
        return text
    # "зг" is the table's one pair: "zgh", so that it is not read as "ж".
    text = _FIRST_LETTER.sub(lambda first: _FIRST[first[0]], text.replace("зг", "zgh"))
    text = text.translate(_PLAIN)
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFD", text)
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return unicodedata.normalize("NFC", bare)


def loose(folded: str) -> str:
    """Take a folded name to the form in which foreign spellings meet."""
    for pattern, plain in _LOOSER:
        folded = pattern.sub(plain, folded)
    return folded
