"""What files say of their rights is read where it lies, and hostile ones say nothing and cost nothing."""

from __future__ import annotations

import time
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from manyhands.media.masters import write_master
from manyhands.media.packets import MOST_BYTES, packets
from manyhands.media.view import view_for
from manyhands.rights.offered import offered
from manyhands.rights.sayings import UNREADABLE, names_in, plain, said_in_xmp, sayings_of, xmp_properties
from tests.marked import CC_BY, DMI, XMP_BOX, described, picture, still, with_box, xmp
from tests.plates import plate

PACKET = xmp(dc_creator="Person B;Person C", cc_license=CC_BY, plus_DataMining=f"{DMI}PROHIBITED")
SAYS = {
    "dc:creator": "Person B; Person C",
    "cc:license": CC_BY,
    "plus:DataMining": f"{DMI}PROHIBITED",
}


def says(path: Path) -> dict[str, str]:
    return {one.name: one.says for one in sayings_of(path)}


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.webp"])
def test_xmp_is_read_where_a_still_holds_it(name: str, tmp_path: Path) -> None:
    assert says(still(tmp_path / name, PACKET)) == SAYS


@pytest.mark.parametrize("format_", ["mp4", "prores422hq"])
def test_xmp_is_read_where_a_movie_holds_it(format_: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{'mp4' if format_ == 'mp4' else 'mov'}"
    clip = plate(2)
    write_master(path, clip, span=clip.span, format=format_, view=view_for("rec709"))
    assert says(path) == {}
    assert says(with_box(path, PACKET)) == SAYS


def test_xmp_is_read_where_exr_holds_it_and_whose_it_is(tmp_path: Path) -> None:
    import numpy as np
    import OpenEXR

    header = {"owner": "Copyright 2024 Person B", "xmp": PACKET.decode()}
    channels = {"RGB": np.zeros((8, 8, 3), np.float16)}
    OpenEXR.File(header, channels).write(str(tmp_path / "a.exr"))
    assert says(tmp_path / "a.exr") == {**SAYS, "owner": "Copyright 2024 Person B"}


@pytest.mark.parametrize("name", ["a.png.xmp", "a.xmp"])
def test_xmp_beside_a_file_is_read(name: str, tmp_path: Path) -> None:
    picture().save(tmp_path / "a.png")
    (tmp_path / name).write_bytes(PACKET)
    assert {one.where for one in sayings_of(tmp_path / "a.png")} == {name}
    assert says(tmp_path / "a.png") == SAYS


def test_properties_are_read_as_attributes_too() -> None:
    packet = described("", f'plus:DataMining="{DMI}ALLOWED" xmpRights:Marked="True" dc:rights="all mine"')
    assert {one.name: one.says for one in said_in_xmp(packet, "a")} == {
        "plus:DataMining": f"{DMI}ALLOWED",
        "xmpRights:Marked": "True",
        "dc:rights": "all mine",
    }


def test_exif_and_iptc_of_a_jpeg_are_read(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x013B], exif[0x8298] = "Person B", "Copyright 2024 Person B"
    picture().save(tmp_path / "a.jpg", exif=exif)
    fields = b"".join(
        bytes([0x1C, 2, number]) + len(text).to_bytes(2, "big") + text
        for number, text in ((80, b"Person C"), (116, b"(c) Person C"))
    )
    resource = b"8BIM\x04\x04\0\0" + len(fields).to_bytes(4, "big") + fields + b"\0" * (len(fields) % 2)
    body = b"Photoshop 3.0\0" + resource
    whole = (tmp_path / "a.jpg").read_bytes()
    segment = b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body
    (tmp_path / "a.jpg").write_bytes(whole[:2] + segment + whole[2:])
    found = {(one.carrier, one.name): one.says for one in sayings_of(tmp_path / "a.jpg")}
    assert found == {
        ("IPTC", "By-line"): "Person C",
        ("IPTC", "Copyright Notice"): "(c) Person C",
        ("EXIF", "Artist"): "Person B",
        ("EXIF", "Copyright"): "Copyright 2024 Person B",
    }


def test_a_reuse_file_is_a_word_and_a_neighbour_only_a_hint(tmp_path: Path) -> None:
    picture().save(tmp_path / "a.png")
    (tmp_path / "LICENSE").write_text("\nCC0-1.0 and more\n")
    assert offered(sayings_of(tmp_path / "a.png")).licence == "unknown"
    (tmp_path / "a.png.license").write_text(
        "SPDX-FileCopyrightText: 2024 Person B\nSPDX-License-Identifier: CC-BY-4.0\n"
    )
    offer = offered(sayings_of(tmp_path / "a.png"))
    assert (offer.licence, offer.owner) == ("CC-BY-4.0", "Person B")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><l>&j;</l>"
).encode()
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY e SYSTEM "file:///etc/hostname">]><l>&e;</l>'
HOSTILE = {
    "an entity bomb": BOMB,
    "an entity from outside": OUTSIDE,
    "too deep": b"<a>" * 20_000 + b"</a>" * 20_000,
    "cut off": PACKET[:300],
    "too large": b"<a>" + b" " * MOST_BYTES + b"</a>",
    "too many values": described("<dc:rights>x</dc:rights>" * 3000),
    "no XML": bytes(range(256)),
    "nothing": b"",
}


@pytest.mark.parametrize("what", list(HOSTILE))
def test_a_hostile_packet_says_only_that_it_cannot_be_read(what: str) -> None:
    began = time.perf_counter()
    (only,) = said_in_xmp(HOSTILE[what], "a")
    assert (only.name, only.holds) == (UNREADABLE, False)
    assert time.perf_counter() - began < 2
    assert offered([only]).licence == "unknown"


def test_a_hostile_sidecar_is_not_read_whole(tmp_path: Path) -> None:
    picture().save(tmp_path / "a.png")
    with (tmp_path / "a.png.xmp").open("wb") as file:
        file.truncate(1 << 34)  # 16 GiB of nothing
    assert says(tmp_path / "a.png") == {
        UNREADABLE: f"the packet has {MOST_BYTES + 1} bytes; at most {MOST_BYTES} are read"
    }


@pytest.fixture(scope="module")
def wholes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, bytes]]:
    """A sound file of each kind, small."""
    folder = tmp_path_factory.mktemp("wholes")
    for kind in ("jpg", "png", "tif", "webp"):
        still(folder / f"a.{kind}", PACKET)
    box = (24 + len(PACKET)).to_bytes(4, "big") + b"uuid" + XMP_BOX + PACKET
    (folder / "a.mp4").write_bytes(b"\0\0\0\x10ftypmp42\0\0\0\0" + box)
    attribute = b"xmp\0string\0" + len(PACKET).to_bytes(4, "little") + PACKET + b"\0"
    (folder / "a.exr").write_bytes(b"\x76\x2f\x31\x01\x02\0\0\0" + attribute)
    return {path.suffix[1:]: (path, path.read_bytes()) for path in folder.iterdir()}


@given(st.binary(max_size=400), st.sampled_from(["jpg", "png", "tif", "mp4", "exr", "webp"]), st.integers(0, 4000))
@example(b"\xff" * 8, "tif", 4)
def test_a_damaged_head_never_breaks_the_reading(
    wholes: dict[str, tuple[Path, bytes]], noise: bytes, kind: str, at: int
) -> None:
    path, whole = wholes[kind]
    path.write_bytes(whole[:at] + noise + whole[at + len(noise) :])
    assert len(packets(path)) <= 5000
    sayings_of(path)


@given(
    st.dictionaries(
        st.sampled_from(["dc_rights", "cc_attributionName", "xmpRights_WebStatement"]), st.text(max_size=60)
    )
)
def test_every_text_comes_back_as_plain_text(fields: dict[str, str]) -> None:
    from xml.sax.saxutils import escape

    sound = {name: "".join(c for c in text if c.isprintable()).strip() for name, text in fields.items()}
    packet = xmp(**{name: escape(text) for name, text in sound.items()})
    wanted = {name.replace("_", ":", 1): plain(text) for name, text in sound.items() if plain(text)}
    assert {one.name: one.says for one in said_in_xmp(packet, "a")} == wanted


def test_text_that_steers_a_terminal_is_taken_out() -> None:
    assert plain("a\x1b[31mred\u202egnp\n b\0") == "a[31mredgnp b"
    assert len(plain("x" * 10_000)) == 400


def test_copyright_lines_name_somebody() -> None:
    lines = ["© 2020 Person B", "Copyright (c) 2019-2021 by Person C.", "Person B", "2024", ""]
    assert names_in(lines) == ["Person B", "Person C."]


def test_unknown_properties_are_left_alone() -> None:
    assert "http://purl.org/dc/elements/1.1/ rights" in xmp_properties(xmp(dc_rights="mine"))
    assert said_in_xmp(described("<dc:subject>tree</dc:subject>"), "a") == []


def test_what_is_broken_before_them_does_not_hide_content_credentials(tmp_path: Path) -> None:
    """A packed text that cannot be unpacked, and EXIF that is none, lie before the box of a PNG's credentials."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    broken = b"XML:com.adobe.xmp\0\1\0\0\0not packed at all"
    path = tmp_path / "a.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"iTXt", broken)
        + chunk(b"eXIf", b"MM\0*\0")
        + chunk(b"caBX", b"")
        + chunk(b"IEND", b"")
    )
    found = [packet.kind for packet in packets(path)]
    assert found == ["xmp", "c2pa"]  # and what cannot be unpacked is told as unreadable
    assert any(one.name == UNREADABLE for one in sayings_of(path))
