"""The footage of the example, drawn by numbers: nobody filmed it, and nobody is seen in it.

plate.mp4    somebody in a red coat walks before a lighthouse at dusk; the file says whose it is (XMP)
moon.png     a moon with its alpha, to be licensed
moon-2.png   the same moon, smaller and brighter, as if from somewhere else
painted/     three frames of the plate in which the coat was painted grey by hand
"""

import struct
import sys
from pathlib import Path

import av
import cv2
import numpy as np

WIDTH, HEIGHT, FRAMES, FIRST = 192, 108, 12, 1001
PAINTED = (1002, 1006, 1011)
XMP_BOX = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
SAYS = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#"
 xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"><rdf:RDF><rdf:Description rdf:about="">
<dc:creator><rdf:Seq><rdf:li>Person G</rdf:li></rdf:Seq></dc:creator>
<cc:license rdf:resource="https://creativecommons.org/licenses/by/4.0/"/>
<plus:DataMining>http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING</plus:DataMining>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def main(folder: Path) -> None:
    (folder / "painted").mkdir(parents=True)
    write_plate(folder / "plate.mp4", [picture(at) for at in range(FRAMES)])
    with av.open(str(folder / "plate.mp4")) as movie:  # who paints on a frame paints on what the file holds
        pictures = [np.float32(each.to_ndarray(format="rgb24")) / 255 for each in movie.decode(video=0)]
    for number in PAINTED:
        at = number - FIRST
        coat = coat_of(at)[..., None]
        grey = pictures[at].mean(2, keepdims=True) * np.float32([1.0, 1.1, 1.3])
        painted = pictures[at] * (1 - coat) + grey * coat
        cv2.imwrite(str(folder / f"painted/coat.{number}.png"), bytes_of(painted)[..., ::-1])
    light, alpha = moon(160)
    write_still(folder / "moon.png", light, alpha)
    light, alpha = moon(120)
    write_still(folder / "moon-2.png", np.minimum(light * 1.12, 1), alpha)


def picture(at: int) -> np.ndarray:
    """One frame, encoded RGB from 0 to 1: sky, sea, a lighthouse, somebody in a red coat, grain."""
    down = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None, None]
    rgb = np.float32([0.24, 0.30, 0.44]) * (1 - down) + np.float32([0.75, 0.52, 0.38]) * down
    rgb = np.repeat(rgb, WIDTH, 1) + 0.05 * texture("clouds", (6, 12))
    ground = 0.28 + 0.25 * texture("ground", (40, 70))
    rgb[78:] = (ground * np.float32([0.9, 0.85, 0.75]))[78:]
    tower = np.float32([[28, 84], [33, 22], [45, 22], [50, 84]])
    stones = 0.75 + 0.3 * texture("stones", (50, 90))
    laid(rgb, shape(tower), stones * np.where(np.arange(HEIGHT)[:, None, None] // 12 % 2, 1.0, 0.62))
    laid(rgb, shape(np.float32([[30, 12], [48, 12], [48, 22], [30, 22]])), np.float32([0.95, 0.86, 0.6]))
    x = person_at(at)
    laid(rgb, disc(x, 59, 4.2), np.float32([0.70, 0.54, 0.45]))
    cloth = 0.8 + 0.5 * np.roll(texture("cloth", (54, 96)), round(x), 1)
    laid(rgb, coat_of(at), cloth * np.float32([0.66, 0.16, 0.14]))
    grain = np.random.default_rng([7, at]).standard_normal((HEIGHT, WIDTH, 3), np.float32)
    return np.clip(rgb + 0.008 * cv2.GaussianBlur(grain, (0, 0), 0.7), 0, 1)


def person_at(at: int) -> float:
    return 84 + 1.1 * at


def coat_of(at: int) -> np.ndarray:
    """(HEIGHT, WIDTH) where the coat is, from 0 to 1."""
    x = person_at(at)
    return shape(np.float32([[x - 4, 63], [x + 4, 63], [x + 8, 90], [x - 8, 90]]))


def texture(name: str, cells: tuple[int, int]) -> np.ndarray:
    """(HEIGHT, WIDTH, 1) soft noise about 0, the same for the same name."""
    small = np.random.default_rng(list(name.encode())).uniform(-0.5, 0.5, cells).astype(np.float32)
    return cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)[..., None]


def shape(corners: np.ndarray, size: tuple[int, int] = (HEIGHT, WIDTH)) -> np.ndarray:
    mask = np.zeros(size, np.uint8)
    cv2.fillPoly(mask, [np.round(corners * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / 255


def disc(x: float, y: float, radius: float, size: tuple[int, int] = (HEIGHT, WIDTH)) -> np.ndarray:
    down, across = np.mgrid[: size[0], : size[1]].astype(np.float32)
    return np.clip(radius + 0.5 - np.hypot(across - x, down - y), 0, 1)


def laid(rgb: np.ndarray, mask: np.ndarray, light: np.ndarray) -> None:
    rgb[:] = rgb * (1 - mask[..., None]) + light * mask[..., None]


def moon(size: int) -> tuple[np.ndarray, np.ndarray]:
    """A moon with its seas and craters: encoded RGB, and alpha."""
    rng = np.random.default_rng(23)
    light = np.full((size, size), 0.86, np.float32)
    for _ in range(34):
        x, y, radius = rng.uniform(0, size), rng.uniform(0, size), size * rng.uniform(0.02, 0.14)
        light -= rng.uniform(0.06, 0.3) * disc(x, y, radius, (size, size))
    light = cv2.GaussianBlur(np.clip(light, 0.25, 1), (0, 0), size / 90)
    alpha = disc(size / 2, size / 2, 0.47 * size, (size, size))
    return light[..., None] * np.float32([1, 0.97, 0.9]), alpha


def bytes_of(rgb: np.ndarray) -> np.ndarray:
    return np.round(np.clip(rgb, 0, 1) * 255).astype(np.uint8)


def write_still(path: Path, rgb: np.ndarray, alpha: np.ndarray) -> None:
    cv2.imwrite(str(path), bytes_of(np.dstack([rgb[..., ::-1], alpha])))


def write_plate(path: Path, pictures: list[np.ndarray]) -> None:
    """A movie as a camera might write it, with a box behind it that says whose it is."""
    with av.open(str(path), "w") as movie:
        stream = movie.add_stream("libx264", rate=24, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for each in pictures:
            movie.mux(stream.encode(av.VideoFrame.from_ndarray(bytes_of(each), format="rgb24")))
        movie.mux(stream.encode(None))
    packet = SAYS.encode()
    with path.open("ab") as file:
        file.write(struct.pack(">I", 24 + len(packet)) + b"uuid" + XMP_BOX + packet)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
