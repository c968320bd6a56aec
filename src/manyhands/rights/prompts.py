"""Prompts are read before they are used: whom and whose work they name.

A model does what words say, so words can take what nobody gave: a person's face by their name, an artist's hand by
"in the style of", somebody's mark.  People are found who are known to the production, by their names; styles and
marks by how they are written.  It reads what is written and knows no list of artists: a name that stands bare in a
prompt ("a Person B sky") is not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from manyhands.core.names import drawn

# A name: a word with a capital, and what belongs to it (of, van, de …) up to the last word with a capital.
_NAME = (
    r"(?P<name>[^\W\d_a-z][\w.'’-]*(?:\s+(?:(?:de|da|di|del|della|van|von|der|den|la|le|of|the|y|and)\s+)*"
    r"[^\W\d_a-z][\w.'’-]*)*)"
)
_BEFORE = (
    r"in\s+the\s+(?:\w+\s+)?(?:style|manner|spirit|look|vein)s?\s+of",
    r"(?:à|a)\s+la",
    r"(?:inspired|painted|drawn|directed|photographed|shot|filmed|designed|composed|illustrated|animated)\s+by",
    r"(?:looks?|looking|feels?)\s+like\s+an?",
    r"(?:im|in)\s+(?:der\s+)?stil\s+(?:von|der|des)",
    r"dans\s+le\s+style\s+d(?:e\s+|u\s+|')",
)
_STYLES = [re.compile(rf"\b(?i:{before})\s*{_NAME}") for before in _BEFORE]
_STYLES.append(re.compile(rf"\b{_NAME}(?:['’]s)?[\s-]+(?i:style(?!\s+of\b)|esque|inspired|like)\b"))
_MARK = re.compile(r"(?P<name>[\w.&'’-]+)\s*[®™℠©]")


@dataclass(frozen=True)
class Named:
    """What a prompt names: people who are known here, artists whose style it asks for, marks."""

    people: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """What of it is somebody else's, in words."""
        return (*(f"the style of {name}" for name in self.styles), *(f"the mark {name}" for name in self.marks))


def named_in(prompt: str, known: Iterable[str]) -> Named:
    """Read a prompt.

    Args:
        known: the names of people whom the production knows; each is found as whole words, however it is
            typed, also with letters of another alphabet that look the same.  A
            name of one word has to be written as a name is, for "May" is no rain in May.
    """
    text, seen = unicodedata.normalize("NFKC", prompt), drawn(prompt)
    return Named(
        people=tuple(dict.fromkeys(name for name in known if _names(seen, name))),
        styles=_found(_STYLES, text),
        marks=_found([_MARK], prompt),  # NFKC would spell the signs out
    )


def _found(patterns: Iterable[re.Pattern[str]], text: str) -> tuple[str, ...]:
    hits = sorted((hit.start(), hit["name"].strip(" .'’-")) for pattern in patterns for hit in pattern.finditer(text))
    return tuple(dict.fromkeys(name for _, name in hits if name))


def _names(text: str, name: str) -> bool:
    words = drawn(name).split()
    if not words:
        return False
    pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)"
    return re.search(pattern, text, re.IGNORECASE if len(words) > 1 else 0) is not None
