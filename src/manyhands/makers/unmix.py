"""An element with alpha from two clips without: the same thing before a dark and before a bright background.

Video models give no alpha.  Asked for the same thing twice, before two even backgrounds, they tell what
covers and what does not: colour and alpha are solved for, and the account says how far the two clips
contradict each other, for a model seldom draws the same thing twice.

Known limits: the backgrounds must be even, and the picture's border show nothing else for the most part;
where the two clips move apart, edges are doubled, which the account tells.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, State
from manyhands.core.errors import MediaError
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, maker, share
from manyhands.core.passes import ACCOUNT, Pass, Passes, Shelf, accounted, passed


class Params(MakerParams):
    clean: float = share(1.0, "how much of what noise alone seems to cover is taken away")


@maker("unmix", version=1, role="element", cuts=True, seconds=lambda p, width, height: 2e-7 * width * height)
def unmix(dark: Clip, bright: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The element over the dark clip's span, premultiplied.

    Args:
        dark: the thing before the darker background.
        bright: the same before the brighter one, frame by frame.
    Raises: MediaError if the clips do not belong together, or their backgrounds hardly differ.
    """
    if (dark.width, dark.height) != (bright.width, bright.height) or not _covers(bright, dark):
        raise MediaError(
            f"unmix: dark is {dark.width}x{dark.height}, frames {dark.span.start} to {dark.span.end}; bright is "
            f"{bright.width}x{bright.height}, frames {bright.span.start} to {bright.span.end}.",
            "Give two clips of one size that show the same frames.",
        )

    def compare(at: int, before: State, shelf: Shelf) -> State:
        bell(at - dark.span.start, dark.span.length)
        found, backs = _solved(dark.frame(at), bright.frame(at), p, at)
        covered = found.rgba[..., 3] > 0.05
        miss = float(found.miss[covered].mean()) if covered.any() else 0.0
        shelf.keep(f"told.{at}", {"told": np.array([covered.mean(), miss, *backs])})
        return {}

    def tell(number: int, before: State, shelf: Shelf) -> State:
        shelf.keep(ACCOUNT, accounted(_account(dark, shelf)))
        return {}

    def picture(at: int, shelf: Shelf) -> Frame:
        from manyhands.comp.layers import altered, held

        one = dark.frame(at)
        found, _ = _solved(one, bright.frame(at), p, at)
        return altered(held(one, found.rgba[..., 3]), found.rgba, unmix.hand)

    seconds = 2e-7 * dark.width * dark.height
    passes = (
        Pass("compare", compare, seconds=seconds),
        Pass("tell", tell, over=range(1), lasts=True, seconds=0.1),
    )
    return passed(dark.span, dark.width, dark.height, Passes(passes, picture))


def _covers(one: Clip, other: Clip) -> bool:
    return other.span.start in one.span and other.span.end in one.span


def _solved(one: Frame, other: Frame, p: Params, at: int) -> tuple[Any, np.ndarray]:
    """What is solved for, and the two backgrounds' light, six numbers."""
    from manyhands.kit.unmixing import APART, background_of, noise_of, unmixed

    behind, behind_other = background_of(one.rgb), background_of(other.rgb)
    if np.abs(behind_other - behind).max() < APART:
        raise MediaError(
            f"unmix: in frame {at} both backgrounds are about the same.",
            "Have the thing made before black, or dark grey, and once more before a bright grey.",
        )
    noise = p.clean * noise_of(one.rgb, other.rgb, behind, behind_other)
    return unmixed(one.rgb, other.rgb, behind, behind_other, noise=noise), np.concatenate([behind, behind_other])


def _account(dark: Clip, shelf: Shelf) -> dict[str, Any]:
    told = np.array([shelf.load(f"told.{at}")["told"] for at in dark.span.frames])
    worst = dark.span.start + int(told[:, 1].argmax())
    apart = float(np.abs(told[:, 5:] - told[:, 2:5]).mean())
    share_off = float(told[:, 1].mean()) / max(apart, 1e-6)
    grade = "good" if share_off < GOOD else "usable" if share_off < USABLE else "poor"
    says = [
        f"it covers {told[:, 0].mean():.1%} of the picture; where it does, the two clips contradict each other by "
        f"{share_off:.1%} of what their backgrounds differ by (most in frame {worst}): its alpha is {grade}."
    ]
    if grade == "poor":
        says.append(
            "The clips show different things: have both made from one seed or one first frame, or key one of them."
        )
    return {"says": says, "contradiction": [round(float(one), 6) for one in told[:, 1]], "alpha": grade}


GOOD, USABLE = 0.05, 0.2
