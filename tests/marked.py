"""Files that say something of their rights, made in code: XMP in every kind of file, and what hostile ones hold."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

CC_BY = "https://creativecommons.org/licenses/by/4.0/"
DMI = "http://ns.useplus.org/ldf/vocab/DMI-"
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "cc": "http://creativecommons.org/ns#",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}
XMP_BOX = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")


def xmp(**fields: str) -> bytes:
    """A packet with properties, ``dc_creator="Person B"``; a list by semicolons, an address as a resource."""
    inner = ""
    for name, value in fields.items():
        tag = name.replace("_", ":", 1)
        if tag == "cc:license":
            inner += f'<{tag} rdf:resource="{value}"/>'
        elif tag == "dc:creator":
            inner += (
                f"<{tag}><rdf:Seq>{''.join(f'<rdf:li>{one}</rdf:li>' for one in value.split(';'))}</rdf:Seq></{tag}>"
            )
        elif tag in ("dc:rights", "xmpRights:UsageTerms"):
            inner += f'<{tag}><rdf:Alt><rdf:li xml:lang="x-default">{value}</rdf:li></rdf:Alt></{tag}>'
        else:
            inner += f"<{tag}>{value}</{tag}>"
    return described(inner)


def described(inner: str, attributes: str = "") -> bytes:
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in _SPACES.items())
    return (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/" {spaces}>'
        f'<rdf:RDF><rdf:Description rdf:about="" {attributes}>{inner}</rdf:Description></rdf:RDF></x:xmpmeta>'
        + " " * 200
        + '<?xpacket end="w"?>'
    ).encode()


def picture(size: tuple[int, int] = (160, 90), seed: int = 3) -> Image.Image:
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(0, 255, (9, 16, 3), np.uint8))
    return small.resize(size, Image.Resampling.BICUBIC)


def still(path: Path, packet: bytes, *, seed: int = 3) -> Path:
    """A JPEG, PNG, TIFF or WebP with an XMP packet where its format has it."""
    suffix = path.suffix.lower()
    if suffix == ".png":
        picture(seed=seed).save(path)
        body = b"XML:com.adobe.xmp\0\0\0\0\0" + packet
        chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
        whole = path.read_bytes()
        path.write_bytes(whole[:33] + chunk + whole[33:])  # behind the header
    elif suffix in (".tif", ".tiff"):
        picture(seed=seed).save(path, tiffinfo={700: packet})
    else:
        picture(seed=seed).save(path, xmp=packet)
    return path


def with_box(path: Path, packet: bytes) -> Path:
    """A movie with a packet as its last box."""
    with path.open("ab") as file:
        file.write(struct.pack(">I4s", 24 + len(packet), b"uuid") + XMP_BOX + packet)
    return path
