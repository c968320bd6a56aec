"""Finding a name in what was written, however it is spelt there, and putting a pseudonym in its place."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from manyhands.core.errors import InputError, TrustError
from manyhands.core.hand import person
from manyhands.store.forgetting import changed

if TYPE_CHECKING:
    from manyhands.deliver.authority import Authority

DOCUMENTS, REPORTS = "consents", "reports"
"""The folders of signed papers, and of what the production itself signed."""

NOT_READ = ("takes", "cache", "scratch", "sources", "keys")
"""Folders of pictures and keys, which may be very large: their files are told by their names only."""

_JOINED = r"[\s\-_./]+"
_UNSEEN = r"[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]*"


def naming(name: str) -> re.Pattern[str]:
    """What finds a name in a text in NFC: in any case and spacing, also as a part of an id; its words also one by one
    where a note's reading quotes them.

    A name of one word, which may be a word of the language as well, is found as it is written, or alone as an id.
    Raises: InputError for a name that is no word.
    """
    words = unicodedata.normalize("NFC", name).split()
    if not any(letter.isalpha() for letter in name):
        raise InputError(f"people forget: {name!r} has no letter; it would be found in every figure.", "Change it.")
    spelt = _JOINED.join(_UNSEEN.join(map(re.escape, word)) for word in words)
    if len(words) > 1:
        each = "|".join(re.escape(word) for word in re.split(_JOINED, unicodedata.normalize("NFC", name)) if word)
        return re.compile(rf"(?<!\w){spelt}(?!\w)|(?<=“)(?:{each})(?=”)", re.IGNORECASE)
    return re.compile(rf"(?<!\w){spelt}(?!\w)|^{re.escape(words[0].lower())}(?=(?:[-:]\d+)*$)")


def pseudonymous(name: str, id_: str, folder: Path) -> Callable[[str], str]:
    """What puts an id in the place of a name.

    The path of a file in the production stays, but for signed papers'; so does the id of the hand that somebody is as
    one of the crew.  An id that was made from the name gets one of its own, for the party's own may be taken.
    """
    pattern, hand = naming(name), person(name).id

    def put(found: re.Match[str]) -> str:
        is_id = not any(map(str.isspace, found[0])) and (
            len(name.split()) > 1 or re.match(r"[-:]\d", found.string[found.end() :])
        )
        return f"{id_}-before" if is_id else id_

    def change(text: str) -> str:
        if text == hand or (
            "/" in text and not text.startswith(f"{DOCUMENTS}/") and len(text) < 1024 and _is_file(folder / text)
        ):
            return text
        plain = unicodedata.normalize("NFC", text)
        return pattern.sub(put, plain) if pattern.search(plain) else text

    return change


def _is_file(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def rename_papers(folder: Path, change: Callable[[str], str]) -> None:
    """Give signed papers the names under which the record now knows them."""
    for path in sorted((folder / DOCUMENTS).rglob("*")):
        inside = str(path.relative_to(folder))
        if path.is_file() and change(inside) != inside:
            os.replace(path, folder / change(inside))


@dataclass(frozen=True)
class Resealed:
    """A report of the production's own, signed anew: where it lay, where it is to lie, and what it is then."""

    path: Path
    anew: Path
    content: bytes
    sha256: str
    sha256_before: str


def resealed(folder: Path, change: Callable[[str], str], authority: Authority) -> list[Resealed]:
    """The production's reports that a change touches, signed anew; what it did not sign itself is left alone."""
    from manyhands.deliver.seal import opened, sealed

    found = []
    for path in sorted((folder / REPORTS).glob("*.json")):
        with suppress(TrustError, ValueError, OSError):
            document = json.loads(path.read_bytes())
            told = opened(document, authority.root_pem, name=path.name)
            anew = changed(told, change)
            if anew != told or change(path.name) != path.name:
                signed = sealed(anew, authority)
                content = json.dumps(signed, ensure_ascii=False, indent=1).encode()
                to = path.with_name(change(path.name))
                found.append(Resealed(path, to, content, signed["sha256"], document["sha256"]))
    return found


def still_named(folder: Path, name: str) -> Iterator[str]:
    """The files of a production in which a name still stands, or that are called by it, by their paths in it."""
    pattern, escaped = naming(name), json.dumps(name)[1:-1].lower()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_dir():
            continue
        text = "" if inside.parts[0] in NOT_READ else path.read_bytes().decode("utf-8", "ignore")
        told = unicodedata.normalize("NFC", f"{inside}\n{text}")
        if pattern.search(told) or escaped in told.lower():
            yield str(inside)
