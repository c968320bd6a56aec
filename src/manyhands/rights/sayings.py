"""What a file says of its rights, in plain words: XMP, IPTC and EXIF fields, and the licence files beside it.

XML is read without entities and without anything from outside: a document type, a packet that is too large, too deep
or broken makes the whole packet one that says nothing, which is told.

Source: XMP Part 1 (2012), section 7 (its RDF); IPTC Photo Metadata 2025.1; PLUS LDF 1.2.1 (Data Mining); ccREL (2008);
REUSE 3.3 (``.license`` files).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.parsers import expat

from manyhands.core.intake import UNREADABLE, Carrier, Saying
from manyhands.media.packets import MOST_BYTES, Packet, packets

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FIELDS = {
    "http://purl.org/dc/elements/1.1/ rights": "dc:rights",
    "http://purl.org/dc/elements/1.1/ creator": "dc:creator",
    "http://ns.adobe.com/xap/1.0/rights/ UsageTerms": "xmpRights:UsageTerms",
    "http://ns.adobe.com/xap/1.0/rights/ WebStatement": "xmpRights:WebStatement",
    "http://ns.adobe.com/xap/1.0/rights/ Marked": "xmpRights:Marked",
    "http://ns.adobe.com/xap/1.0/rights/ Owner": "xmpRights:Owner",
    "http://ns.adobe.com/photoshop/1.0/ Credit": "photoshop:Credit",
    "http://ns.useplus.org/ldf/xmp/1.0/ DataMining": "plus:DataMining",
    "http://ns.useplus.org/ldf/xmp/1.0/ OtherConstraints": "plus:OtherConstraints",
    "http://creativecommons.org/ns# license": "cc:license",
    "http://creativecommons.org/ns# attributionName": "cc:attributionName",
    "http://creativecommons.org/ns# attributionURL": "cc:attributionURL",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/ DigitalSourceType": "Iptc4xmpExt:DigitalSourceType",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/ AISystemUsed": "Iptc4xmpExt:AISystemUsed",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/ AISystemVersionUsed": "Iptc4xmpExt:AISystemVersionUsed",
}
LONGEST = 400  # characters of one saying that are kept
DEEPEST = 64
MOST_VALUES = 2000
_PLACES = {f"{RDF} {name}" for name in ("RDF", "Description", "Alt", "Bag", "Seq", "li", "value")} | {
    "adobe:ns:meta/ xmpmeta"
}
_NEIGHBOURS = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "LICENCE.txt", "COPYING", "COPYING.txt")
_SPDX = re.compile(r"SPDX-License-Identifier:\s*(?P<licence>[^\r\n]+)")
_HOLDER = re.compile(r"(?:SPDX-FileCopyrightText|Copyright):?\s*(?P<holder>[^\r\n]+)", re.IGNORECASE)


def sayings_of(path: Path, pictures: Sequence[Path] = ()) -> list[Saying]:
    """What a file, or some pictures of a sequence, and what lies beside it say of its rights.

    Args:
        path: the file, or the folder of a sequence; what lies beside it is looked for by its name.
        pictures: those whose heads are read; by default the file itself.
    Raises: OSError if it cannot be read.
    """
    found = [saying for file in pictures or (path,) for saying in _inside(file)]
    return list(dict.fromkeys([*found, *_beside(path)]))


def said_in_xmp(packet: bytes, where: str) -> list[Saying]:
    """What an XMP packet says; one that is broken or hostile says that it could not be read."""
    try:
        properties = xmp_properties(packet)
    except ValueError as error:
        return [Saying(carrier="XMP", where=where, name=UNREADABLE, says=plain(str(error)), holds=False)]
    return [
        Saying(carrier="XMP", where=where, name=FIELDS[name], says=said)
        for name, values in properties.items()
        if name in FIELDS and (said := plain("; ".join(values)))
    ]


def xmp_properties(packet: bytes) -> dict[str, list[str]]:
    """The properties of an XMP packet: ``namespace name`` and its texts, however RDF writes them.

    Raises: ValueError if it is broken, too large or too deep, or has a document type.
    """
    if len(packet) > MOST_BYTES:
        raise ValueError(f"the packet has {len(packet)} bytes; at most {MOST_BYTES} are read")
    return _Rdf().read(packet)


def plain(text: str) -> str:
    """A stranger's text on one line, without what steers a terminal, and not too long."""
    shown = "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    words = " ".join(shown.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


# --- files ------------------------------------------------------------------------------------


def _inside(file: Path) -> Iterator[Saying]:
    carriers: dict[str, Carrier] = {"iptc": "IPTC", "exif": "EXIF", "header": "header"}
    for packet in packets(file):
        if packet.kind == "xmp":
            yield from said_in_xmp(packet.data, file.name)
        elif packet.kind in carriers and (said := plain(_text(packet))):
            yield Saying(carrier=carriers[packet.kind], where=file.name, name=packet.name, says=said)


def _text(packet: Packet) -> str:
    try:
        return packet.data.decode()
    except UnicodeDecodeError:
        return packet.data.decode("latin-1")


def _beside(path: Path) -> Iterator[Saying]:
    for beside in dict.fromkeys((path.with_name(f"{path.name}.xmp"), path.with_suffix(".xmp"))):
        if beside.is_file() and beside != path:
            yield from said_in_xmp(_start_of(beside), beside.name)
    licence = path.with_name(f"{path.name}.license")
    if licence.is_file():
        yield from _reuse(_start_of(licence).decode("utf-8", "replace"), licence.name)
    folder = path if path.is_dir() else path.parent
    for name in _NEIGHBOURS:
        if (folder / name).is_file():
            text = _start_of(folder / name).decode("utf-8", "replace")
            first = next((line for line in text.splitlines() if line.strip()), "")
            yield Saying(carrier="neighbour", where=name, name="licence beside it", says=plain(first) or "nothing")
            return


def _start_of(file: Path) -> bytes:
    """A small file whole; of a large one just more than is read, so that it is refused as too large."""
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _reuse(text: str, where: str) -> Iterator[Saying]:
    for name, pattern, part in (
        ("SPDX-License-Identifier", _SPDX, "licence"),
        ("SPDX-FileCopyrightText", _HOLDER, "holder"),
    ):
        for hit in list(pattern.finditer(text[:65536]))[:8]:
            if said := plain(hit[part]):
                yield Saying(carrier="licence file", where=where, name=name, says=said)


# --- XMP --------------------------------------------------------------------------------------


class _Rdf:
    """The texts of RDF's properties, gathered while expat goes through the packet; it never builds a tree."""

    def __init__(self) -> None:
        self._way: list[str] = []
        self._texts: list[list[str]] = []
        self._found: dict[str, list[str]] = {}
        self._count = 0

    def read(self, packet: bytes) -> dict[str, list[str]]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(packet.rstrip(b"\0 \n\r\t"), True)
        except expat.ExpatError as error:
            raise ValueError(f"it is no whole XML ({error})") from None
        return self._found

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._way.append(name)
        self._texts.append([])
        if len(self._way) > DEEPEST:
            raise ValueError(f"it is deeper than {DEEPEST} elements")
        for key, value in attributes.items():
            if name == f"{RDF} Description" and key in FIELDS:
                self._keep(key, value)
            elif key == f"{RDF} resource":
                self._keep(self._property(), value)

    def _end(self, name: str) -> None:
        text = "".join(self._texts.pop()).strip()
        if text:
            self._keep(self._property(), text)
        self._way.pop()

    def _text(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)

    def _property(self) -> str:
        """The property that the parser is inside of: the outermost element that is none of RDF's own."""
        return next((name for name in self._way if name not in _PLACES), "")

    def _keep(self, name: str, value: str) -> None:
        self._count += 1
        if self._count > MOST_VALUES:
            raise ValueError(f"it has more than {MOST_VALUES} values")
        if name and value.strip():
            self._found.setdefault(name, []).append(value.strip())


def _refuse(*_: object) -> None:
    raise ValueError("it has a document type or entities, which XMP has not")


def names_in(texts: Iterable[str]) -> list[str]:
    """Names without the sign and the year of a copyright line."""
    bare = (
        re.sub(r"^(?:©|\(c\)|copyright|[\s:,])*(?:\d{4}(?:\s*[-–,]\s*\d{4})*)?[\s,]*(?:by\s+)?", "", text, flags=re.I)
        for text in texts
    )
    return list(dict.fromkeys(name.strip() for name in bare if name.strip(" .")))
