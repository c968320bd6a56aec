"""Names as people read them: what is not seen does not count, and what looks alike is found to."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"  # zero width, and yet letters of some scripts are told apart by them

# Letters of other alphabets that are drawn as Latin ones.
_DRAWN_ALIKE = str.maketrans(
    "АВЕКМНОРСТУХІЈЅԚԜаеорсухіјѕԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρυ",
    "ABEKMHOPCTYXIJSQWaeopcyxijsqwABEZHIKMNOPTYXovpu",
)
"""Source: Unicode Technical Standard 39, its confusables of Cyrillic and Greek that are whole letters."""


def written(name: str) -> str:
    """A name as it is kept: letters and marks composed, one blank between words, nothing that turns
    or hides letters.
    """
    return " ".join(unicodedata.normalize("NFC", _seen(name, but=_JOINERS)).split())


def drawn(text: str) -> str:
    """A text as it looks: compatible forms, and letters of other alphabets as the Latin ones that they look like."""
    return _seen(unicodedata.normalize("NFKC", text)).translate(_DRAWN_ALIKE)


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are one, however they are typed."""
    return plain_name(one) == plain_name(other)


def looks_like(one: str, other: str) -> bool:
    """Whether two names are two, and are drawn alike."""
    return not is_same_name(one, other) and plain_name(drawn(one)) == plain_name(drawn(other))


def plain_name(name: str) -> str:
    """A name as all its spellings have it."""
    folded = unicodedata.normalize("NFKC", _seen(name)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def _seen(text: str, *, but: str = "") -> str:
    """A text without what nobody sees, but for blanks and these letters."""
    return "".join(one for one in text if one.isspace() or one in but or unicodedata.category(one) not in ("Cf", "Cc"))
