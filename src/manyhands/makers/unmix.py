"""An element with alpha from clips without: a thing before two even backgrounds, or before one.

Video models give no alpha.  Asked for the same thing twice, before a dark and a bright background, they
tell what covers and what does not: colour and alpha are solved for, and the account says how far the two
clips contradict each other, for a model seldom draws the same thing twice.  From one clip, before grey,
alpha follows only from what the thing is said to be: solid, smoke or light.

Known limits: the backgrounds must be even, and the picture's border show nothing else for the most part;
where two clips move apart, edges are doubled, which the account tells.  One clip tells colour well and alpha
by assumption: against known truths, in noise, it was off by 0.016 where solid (0.002 from two), by 0.07 in smoke
that is never quite dense, by 0.08 in a flame that covers a little (0.005 from two); see ``benchmarks/unmixing.py``.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, State
from manyhands.core.errors import MediaError
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, choice, maker, share
from manyhands.core.passes import ACCOUNT, Pass, Passes, Shelf, accounted, passed


class Params(MakerParams):
    clean: float = share(1.0, "how much of what noise alone seems to cover is taken away")
    kind: Literal["solid", "smoke", "light"] = choice(
        "solid", "what a thing before one background is: solid, a veil of one colour, or light that hardly covers"
    )


@maker("unmix", version=1, role="element", cuts=True, seconds=lambda p, width, height: 5e-8 * width * height)
def unmix(dark: Clip, p: Params, rng: Chance, bell: Bell, bright: Clip | None = None) -> Clip:
    """The element over the dark clip's span, premultiplied.

    Args:
        dark: the thing before the darker background, or before the only one: best a middle grey.
        bright: the same before the brighter one, frame by frame.
    Raises: MediaError if the clips do not belong together, or their backgrounds hardly differ.
    """
    if bright is not None:
        _check_alike(dark, bright)

    def look(at: int, before: State, shelf: Shelf) -> State:
        from manyhands.kit.unmixing import background_of, densest_of

        if bright is None and p.kind == "smoke":
            rgb = dark.frame(at).rgb
            shelf.keep(f"densest.{at}", {"colour": densest_of(rgb, behind := background_of(rgb)), "behind": behind})
        return {}

    def solve(at: int, before: State, shelf: Shelf) -> State:
        bell(at - dark.span.start, dark.span.length)
        one = dark.frame(at).rgb
        shelf.keep(f"solved.{at}", _alone(one, p, dark, shelf) if bright is None else _both(one, bright, p, at))
        return {}

    def tell(number: int, before: State, shelf: Shelf) -> State:
        told = np.array([shelf.load(f"solved.{at}")["told"] for at in dark.span.frames])
        shelf.keep(ACCOUNT, accounted(_account_alone(told, p) if bright is None else _account(told, dark)))
        return {}

    def picture(at: int, shelf: Shelf) -> Frame:
        from manyhands.comp.layers import altered, held

        rgba = shelf.load(f"solved.{at}")["rgba"]
        return altered(held(dark.frame(at), rgba[..., 3]), rgba, unmix.hand)

    pixels = dark.width * dark.height
    passes = (
        Pass("look", look, seconds=1e-7 * pixels),
        Pass("solve", solve, seconds=(2e-7 if bright else 1e-6) * pixels),
        Pass("tell", tell, over=range(1), lasts=True, seconds=0.1),
    )
    return passed(dark.span, dark.width, dark.height, Passes(passes, picture))


def _check_alike(dark: Clip, bright: Clip) -> None:
    reaches = dark.span.start in bright.span and dark.span.end in bright.span
    if (dark.width, dark.height) != (bright.width, bright.height) or not reaches:
        raise MediaError(
            f"unmix: dark is {dark.width}x{dark.height}, frames {dark.span.start} to {dark.span.end}; bright is "
            f"{bright.width}x{bright.height}, frames {bright.span.start} to {bright.span.end}.",
            "Give two clips of one size that show the same frames.",
        )


def _both(one: np.ndarray, bright: Clip, p: Params, at: int) -> State:
    """What two backgrounds tell; ``told`` is how much it covers, the contradiction, and how far the backgrounds
    are apart."""
    from manyhands.kit.unmixing import APART, background_of, noise_of, unmixed

    other = bright.frame(at).rgb
    behind, behind_other = background_of(one), background_of(other)
    apart = np.abs(behind_other - behind)
    if apart.max() < APART:
        raise MediaError(
            f"unmix: in frame {at} both backgrounds are about the same.",
            "Have the thing made before black, or dark grey, and once more before a bright grey.",
        )
    found = unmixed(one, other, behind, behind_other, noise=p.clean * noise_of(one, other, behind, behind_other))
    covered = found.rgba[..., 3] > COVERS
    miss = float(found.miss[covered].mean()) if covered.any() else 0.0
    return {"rgba": found.rgba, "told": np.array([covered.mean(), miss, apart.mean()])}


def _alone(one: np.ndarray, p: Params, dark: Clip, shelf: Shelf) -> State:
    """What one background tells; smoke's colour is that of the densest place in the whole clip."""
    from manyhands.kit.unmixing import background_of, spread_of, unmixed_alone

    behind, densest = background_of(one), None
    if p.kind == "smoke":
        seen = [shelf.load(f"densest.{at}") for at in dark.span.frames]
        densest = max(seen, key=lambda item: float(np.linalg.norm(item["colour"] - item["behind"])))["colour"]
    varies = spread_of(one, behind)
    rgba = unmixed_alone(one, behind, p.kind, densest=densest, noise=p.clean * varies)
    return {"rgba": rgba, "told": np.array([(rgba[..., 3] > COVERS).mean(), varies, behind.mean()])}


COVERS = 0.05


def _account(told: np.ndarray, dark: Clip) -> dict[str, Any]:
    worst = dark.span.start + int(told[:, 1].argmax())
    share_off = float(told[:, 1].mean()) / max(float(told[:, 2].mean()), 1e-6)
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

ASSUMED = {
    "solid": "it is solid but for an edge of some pixels",
    "smoke": "all of it has one colour, and its densest place hides all behind it",
    "light": "it covers only where it is darker than its background",
}


def _account_alone(told: np.ndarray, p: Params) -> dict[str, Any]:
    says = [
        f"it covers {told[:, 0].mean():.1%} of the picture, if {ASSUMED[p.kind]}: one background cannot tell, so its "
        "alpha is assumed, not measured. The same before a second background (bright) would measure it."
    ]
    if told[:, 1].mean() > UNEVEN * max(told[:, 2].mean(), 0.02):
        says.append("Its background is not even: what varies there is taken for the thing, or the thing for it.")
    return {"says": says, "contradiction": [], "alpha": "assumed"}


UNEVEN = 0.25
