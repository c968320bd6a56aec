"""What files carry about themselves, as it lies in them: XMP packets, IPTC and EXIF fields, and whether a C2PA
manifest is there.

Only heads are read, never pictures, and never more than :data:`MOST_BYTES` of one packet.  A file that is broken or
hostile has no packets: what it says of its rights is then read of nothing, which permits nothing.

Source: XMP Specification Part 3 (2020), "Storage in Files"; IPTC IIM 4.2, record 2; Exif 2.32, tags Artist and
Copyright; PNG 1.2 (iTXt); ISO 14496-12 (uuid boxes); OpenEXR file layout; C2PA 2.4, appendix A, where manifests lie.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

MOST_BYTES = 4 << 20
MOST_PARTS = 4096  # boxes, segments, chunks or entries that are looked at in one file

_XMP_BOX = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
_C2PA_BOX = bytes.fromhex("D8FEC3D61B0E483C92975828877EC481")
_XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
_IIM = {40: "Special Instructions", 80: "By-line", 110: "Credit", 116: "Copyright Notice"}
_EXIF = {0x013B: "Artist", 0x8298: "Copyright"}
_TIFF_XMP, _TIFF_IIM, _TIFF_C2PA = 700, 33723, 0xCD41
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 13: 4, 16: 8, 18: 8}

_BROKEN = (ValueError, IndexError, struct.error, OverflowError, zlib.error)

Kind = Literal["xmp", "iptc", "exif", "c2pa", "header"]


@dataclass(frozen=True)
class Packet:
    """One thing that a file carries: what kind, the field's name where it is one field, and its bytes."""

    kind: Kind
    data: bytes
    name: str = ""


def packets(path: Path) -> list[Packet]:
    """What a file carries; nothing where it is of a kind that is not known here, or broken.

    Raises: OSError if it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(16)
        reader = _reader(head)
        found: list[Packet] = []
        with suppress(*_BROKEN):
            for packet in reader(file):
                if len(found) >= MOST_PARTS:
                    break
                found.append(packet)
        return found


def _as_far(parts: Iterator[Packet]) -> Iterator[Packet]:
    """What can be read of one part of a file: what is broken there hides nothing that lies behind it."""
    with suppress(*_BROKEN):
        yield from parts


def _reader(head: bytes) -> Callable[[BinaryIO], Iterator[Packet]]:
    if head[:2] == b"\xff\xd8":
        return _jpeg
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return _png
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return _tiff
    if head[:4] == b"\x76\x2f\x31\x01":
        return _exr
    if head[:4] == b"RIFF":
        return _riff
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"pnot"):
        return _boxes
    return lambda file: iter(())


# --- by format --------------------------------------------------------------------------------


def _jpeg(file: BinaryIO) -> Iterator[Packet]:
    at = 2
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1] in (0xDA, 0xD9):
            return
        length = int.from_bytes(head[2:])
        body = file.read(max(0, length - 2)) if head[1] in (0xE1, 0xEB, 0xED) else b""
        if head[1] == 0xE1 and body.startswith(_XMP_HEAD):
            yield Packet("xmp", body[len(_XMP_HEAD) :])
        elif head[1] == 0xE1 and body.startswith(b"Exif\0\0"):
            yield from _as_far(_entries(body[6:]))
        elif head[1] == 0xED and body.startswith(b"Photoshop 3.0\0"):
            yield from _as_far(_photoshop(body[14:]))
        elif head[1] == 0xEB and b"c2pa" in body[:64]:
            yield Packet("c2pa", b"")
        at += 2 + max(2, length)


def _png(file: BinaryIO) -> Iterator[Packet]:
    at = 8
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        length, kind = int.from_bytes(head[:4]), head[4:]
        if kind == b"iTXt" and length <= MOST_BYTES:
            name, _, rest = file.read(length).partition(b"\0")
            packed, text = rest[:1] == b"\1", rest[2:].split(b"\0", 2)[-1]
            if name == b"XML:com.adobe.xmp":
                yield Packet("xmp", _inflated(text) if packed else text)
        elif kind == b"eXIf" and length <= MOST_BYTES:
            yield from _as_far(_entries(file.read(length)))
        elif kind == b"caBX":
            yield Packet("c2pa", b"")
        at += 12 + length


def _inflated(text: bytes) -> bytes:
    """A packed text; one that cannot be unpacked comes as it is, which nobody can read."""
    try:
        return zlib.decompressobj().decompress(text, MOST_BYTES)
    except zlib.error:
        return text


def _riff(file: BinaryIO) -> Iterator[Packet]:
    """WebP, AVI and WAV: chunks at the top."""
    at = 12
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        length, kind = int.from_bytes(head[4:], "little"), head[:4]
        if kind in (b"XMP ", b"_PMX") and length <= MOST_BYTES:
            yield Packet("xmp", file.read(length))
        elif kind == b"EXIF" and length <= MOST_BYTES:
            yield from _as_far(_entries(file.read(length).removeprefix(b"Exif\0\0")))
        elif kind == b"C2PA":
            yield Packet("c2pa", b"")
        at += 8 + length + length % 2


def _tiff(file: BinaryIO) -> Iterator[Packet]:
    def read(at: int, length: int) -> bytes:
        file.seek(at)
        return file.read(length)

    yield from _directory(read)


def _entries(exif: bytes) -> Iterator[Packet]:
    yield from _directory(lambda at, length: exif[at : at + length])


def _directory(read: Callable[[int, int], bytes]) -> Iterator[Packet]:
    """The first directory of a TIFF or of EXIF; also of BigTIFF."""
    head = read(0, 16)
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    big = head[2:3] == b"+" or head[3:4] == b"+"

    def number(data: bytes) -> int:
        return int.from_bytes(data, order)

    at = number(head[8:16] if big else head[4:8])
    count = number(read(at, 8 if big else 2))
    first, wide = (at + 8, 20) if big else (at + 2, 12)
    for index in range(min(count, MOST_PARTS)):
        entry = read(first + wide * index, wide)
        tag, kind, many = number(entry[:2]), number(entry[2:4]), number(entry[4 : wide - (8 if big else 4)])
        if tag == _TIFF_C2PA:
            yield Packet("c2pa", b"")
        if tag not in (_TIFF_XMP, _TIFF_IIM, *_EXIF):
            continue
        length = many * _SIZES.get(kind, 1)
        if length > MOST_BYTES:
            continue
        value = entry[-8:] if big else entry[-4:]
        data = value[:length] if length <= len(value) else read(number(value), length)
        if tag == _TIFF_XMP:
            yield Packet("xmp", data)
        elif tag == _TIFF_IIM:
            yield from _fields(data)
        else:
            yield Packet("exif", data.rstrip(b"\0 "), _EXIF[tag])


def _photoshop(data: bytes) -> Iterator[Packet]:
    """Image resources: 8BIM, a number, a name, a size, and what it is; 0x0404 are IPTC's fields."""
    at = 0
    for _ in range(MOST_PARTS):
        if data[at : at + 4] != b"8BIM":
            return
        number, name = int.from_bytes(data[at + 4 : at + 6]), data[at + 6]
        at += 6 + (name + 2) // 2 * 2
        length = int.from_bytes(data[at : at + 4])
        if number == 0x0404:
            yield from _fields(data[at + 4 : at + 4 + length])
        at += 4 + length + length % 2


def _fields(data: bytes) -> Iterator[Packet]:
    """IPTC's datasets: 0x1C, record, number, size, text."""
    at = 0
    for _ in range(MOST_PARTS):
        if at + 5 > len(data) or data[at] != 0x1C:
            return
        record, number, length = data[at + 1], data[at + 2], int.from_bytes(data[at + 3 : at + 5])
        if length >= 0x8000:  # extended sizes are for pictures, not for words
            return
        if record == 2 and number in _IIM:
            yield Packet("iptc", data[at + 5 : at + 5 + length], _IIM[number])
        at += 5 + length


def _exr(file: BinaryIO) -> Iterator[Packet]:
    """The header's text attributes; OpenEXR's standard attribute *owner* is whose the picture is."""
    file.seek(8)
    for _ in range(MOST_PARTS):
        name, kind = _word(file), _word(file)
        length = int.from_bytes(file.read(4), "little")
        if not name or not kind or length > MOST_BYTES:
            return
        data = file.read(length)
        if kind == b"string" and name.lower() in (b"xmp", b"xml:com.adobe.xmp"):
            yield Packet("xmp", data)
        elif kind == b"string" and name in (b"owner", b"Copyright", b"Artist"):
            yield Packet("header", data, name.decode())


def _word(file: BinaryIO) -> bytes:
    word = bytearray()
    while (letter := file.read(1)) not in (b"\0", b"") and len(word) < 256:
        word += letter
    return bytes(word)


def _boxes(file: BinaryIO) -> Iterator[Packet]:
    """MP4 and MOV: uuid boxes at the top, and QuickTime's own place, moov/udta/XMP_."""
    for kind, start, length in _box(file, 0, os.fstat(file.fileno()).st_size):
        if kind == b"uuid":
            file.seek(start)
            name = file.read(16)
            if name == _XMP_BOX and length - 16 <= MOST_BYTES:
                yield Packet("xmp", file.read(length - 16))
            elif name == _C2PA_BOX:
                yield Packet("c2pa", b"")
        elif kind == b"moov":
            for where, wide in _leaves(file, start, start + length, b"udta", b"XMP_"):
                if wide <= MOST_BYTES:
                    file.seek(where)
                    yield Packet("xmp", file.read(wide))


def _leaves(file: BinaryIO, at: int, end: int, *way: bytes) -> Iterator[tuple[int, int]]:
    """Where the boxes lie that are found by a way of names, and how long they are."""
    for kind, start, length in _box(file, at, end):
        if kind == way[0] and len(way) == 1:
            yield start, length
        elif kind == way[0]:
            yield from _leaves(file, start, start + length, *way[1:])


def _box(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    for _ in range(MOST_PARTS):
        if at + 8 > end:
            return
        file.seek(at)
        head = file.read(16)
        length, kind, header = int.from_bytes(head[:4]), head[4:8], 8
        if length == 1:
            length, header = int.from_bytes(head[8:16]), 16
        elif length == 0:
            length = end - at
        if length < header or at + length > end:
            return
        yield kind, at + header, length - header
        at += length
