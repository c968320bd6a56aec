"""XMP: what other programs read of a master without knowing Content Credentials.

It is written before signing, so that the signature covers it.
"""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree as ET

from manyhands import __version__
from manyhands.core.errors import MediaError
from manyhands.deliver.dossier import Dossier
from manyhands.deliver.plain import credit, sentence, whole_source_type

BOX_OF_XMP = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")

NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
DATA_MINING = "http://ns.useplus.org/ldf/vocab/DMI-"
"""PLUS, data mining: ALLOWED, PROHIBITED, or PROHIBITED-SEECONSTRAINT with the constraint beside it."""

for _prefix, _uri in NAMESPACES.items():
    ET.register_namespace(_prefix, _uri)


def xmp_packet(dossier: Dossier) -> bytes:
    """The XMP of a delivered master: what kind of picture it is, by whom, under which terms.

    Source: IPTC Photo Metadata 2025.1 for the digital source type and the fields on AI systems,
    which are written only where a trained model had a part.
    """
    root = ET.Element(_name("x:xmpmeta"))
    about = ET.SubElement(ET.SubElement(root, _name("rdf:RDF")), _name("rdf:Description"), {_name("rdf:about"): ""})
    lines = [credit(source) for source in dossier.sources]
    trained = dossier.trained_hands
    for name, text in {
        "xmp:CreatorTool": f"Manyhands {__version__}",
        "xmp:MetadataDate": dossier.at,
        "Iptc4xmpExt:DigitalSourceType": whole_source_type(dossier),
        "photoshop:Credit": dossier.production,
        **_mining(dossier),
        "Iptc4xmpExt:AISystemUsed": "; ".join(hand.name for hand in trained),
        "Iptc4xmpExt:AISystemVersionUsed": "; ".join(hand.version for hand in trained if hand.version),
        "Iptc4xmpExt:AIPromptInformation": dossier.note if trained else "",
    }.items():
        if text:
            ET.SubElement(about, _name(name)).text = _clean(text)
    for name, text in {
        "dc:title": f"{dossier.production}: {dossier.shot.id}",
        "dc:description": sentence(dossier),
        "dc:rights": "; ".join(lines),
        "xmpRights:UsageTerms": "; ".join(dict.fromkeys(source.terms.licence for source in dossier.sources)),
    }.items():
        listed = ET.SubElement(ET.SubElement(about, _name(name)), _name("rdf:Alt"))
        ET.SubElement(listed, _name("rdf:li"), {"xml:lang": "x-default"}).text = _clean(text)
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n{body}\n<?xpacket end="r"?>'.encode()


def _mining(dossier: Dossier) -> dict[str, str]:
    """What may be mined, as PLUS words it: one word for all, or the entries of the credential in words."""
    uses = {told["use"] for told in dossier.mining.values()}
    if uses <= {"allowed"}:
        return {"plus:DataMining": f"{DATA_MINING}ALLOWED"}
    if uses <= {"notAllowed"}:
        return {"plus:DataMining": f"{DATA_MINING}PROHIBITED"}
    words = [
        f"{entry}: {told['use']}" + (f" ({info})" if (info := told.get("constraint_info")) else "")
        for entry, told in dossier.mining.items()
    ]
    return {"plus:DataMining": f"{DATA_MINING}PROHIBITED-SEECONSTRAINT", "plus:OtherConstraints": "; ".join(words)}


def copy_with_xmp(master: Path, copy: BinaryIO, packet: bytes) -> None:
    """Copy an MP4 or MOV with the packet as its last box.

    Raises: MediaError if the file's boxes do not end where the file ends, so that a box behind
        them would be read as picture.
    """
    with master.open("rb") as file:
        for _ in _boxes(file, master):
            pass
        file.seek(0)
        shutil.copyfileobj(file, copy, 1 << 22)
    copy.write(struct.pack(">I4s", 24 + len(packet), b"uuid") + BOX_OF_XMP + packet)


def read_xmp(master: Path) -> bytes:
    """The XMP packet of an MP4 or MOV; empty if it has none."""
    with master.open("rb") as file:
        for kind, start, size in _boxes(file, master):
            file.seek(start)
            if kind == b"uuid" and file.read(16) == BOX_OF_XMP:
                return file.read(size - 16)
    return b""


def _boxes(file: BinaryIO, master: Path) -> Iterator[tuple[bytes, int, int]]:
    """Each top-level box as kind, where its content starts, and the content's length."""
    end = os.fstat(file.fileno()).st_size
    at = 0
    while at < end:
        file.seek(at)
        head = file.read(16)
        size, kind, header = int.from_bytes(head[:4]), head[4:8], 8
        if size == 1:
            size, header = int.from_bytes(head[8:16]), 16
        if size < header or at + size > end:
            raise MediaError(
                f"{master.name}: its box at byte {at} does not end inside the file.",
                "The file is cut off or is no MP4 or MOV; make the master again.",
            )
        yield kind, at + header, size - header
        at += size


def _name(prefixed: str) -> str:
    prefix, name = prefixed.split(":")
    return f"{{{NAMESPACES[prefix]}}}{name}"


def _clean(text: str) -> str:
    """Text without the characters that XML cannot hold (XML 1.0, section 2.2)."""
    return "".join(letter for letter in text if letter in "\t\n" or " " <= letter < "\ud800" or _is_high(letter))


def _is_high(letter: str) -> bool:
    return letter >= "\ue000" and letter not in "\ufffe\uffff"
