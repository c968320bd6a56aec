"""The account of a taught model: what it learned, from whom, how well, and where it is unsure."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

VERSION = 1
_UNSURE = 8  # frames that are named, the most unsure first
_CONTRADICTS = 0.6  # a painted frame that the model fits less than this, while it fits others
_FITS = 0.75
_EVERYWHERE = 0.9


def account(
    maker: str,
    *,
    painted: Sequence[tuple[int, Sequence[str], float]],
    span: tuple[int, int],
    size: tuple[int, int],
    held: tuple[int | None, Mapping[str, np.ndarray]] | None,
    live: Mapping[str, np.ndarray],
    frames: Mapping[int, Mapping[str, float]],
    unsure: Mapping[int, float],
    following: Sequence[int],
    model: bytes,
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """All that is known of a taught model, as plain values for JSON.

    Args:
        painted: the painted frames, the ids of the hands whose light is in each, and what share of it is painted.
        held: the frame that was held out at first, and how well it was met then.
        live: the last that the learning left: steps, loss, seconds.
        frames: of each frame the parts of its doubt, and of painted ones how well the model fits them.
        following: the frames that it asks for next.
    """
    numbers = [number for number, _, _ in painted]
    ranked = sorted((at for at in unsure if at not in numbers), key=lambda at: -unsure[at])
    warnings = _warnings(
        {number: frames[number].get("fits", 1.0) for number in numbers}, min(share for _, _, share in painted)
    )
    held_out = _held_out(held, numbers)
    return {
        "kind": "taught_account",
        "v": VERSION,
        "maker": maker,
        "span": list(span),
        "size_px": list(size),
        "painted": [
            {
                "frame": number,
                "hands": list(hands),
                "share": round(share, 4),
                "fits": round(frames[number].get("fits", 0.0), 4),
            }
            for number, hands, share in painted
        ],
        "held_out": held_out,
        "steps": int(live["step"]),
        "seconds": round(float(live["seconds"]), 1),
        "loss": round(float(live["loss"]), 4),
        "unsure": [{"frame": at, "doubt": round(unsure[at], 4)} for at in ranked[:_UNSURE]],
        "doubt_median": round(float(np.median([unsure[at] for at in ranked])), 4) if ranked else 0.0,
        "paint_next": list(following),
        "model_sha256": hashlib.sha256(model).hexdigest(),
        "model_bytes": len(model),
        "settings": dict(facts),
        "versions": _versions(),
        "warnings": warnings,
        "says": [*_said(maker, held_out, following), *(f"{maker}: {warning}" for warning in warnings)],
    }


def _said(maker: str, held_out: Mapping[str, Any] | None, following: Sequence[int]) -> list[str]:
    """What a person should know before they look: how well it does, and what would help most."""
    found = []
    if held_out:
        found.append(
            f"{maker}: of frame {held_out['frame']}, held out at first, it met {held_out['overlap']:.0%} after "
            f"{held_out['after_steps']} steps."
        )
    if following:
        found.append(f"{maker}: to paint frame {' and '.join(map(str, following))} as well would teach it most.")
    return found


def _held_out(
    held: tuple[int | None, Mapping[str, np.ndarray]] | None, numbers: Sequence[int]
) -> dict[str, Any] | None:
    if held is None:
        return None
    number, met = held
    return {
        "frame": number,
        "learned_from": [at for at in numbers if at != number],
        "after_steps": int(met["steps"]),
        "overlap": round(float(met["overlap"]), 4),
        "outline": round(float(met["outline"]), 4),
    }


def _warnings(fits: Mapping[int, float], least_share: float) -> list[str]:
    found = []
    if len(fits) == 1:
        found.append("Only one frame is painted: nothing could be held out, and how well it does is not known.")
    elif len(fits) == 2:
        found.append("Only two frames are painted: none was held out, and how well it does is not known.")
    low = [at for at, fit in sorted(fits.items()) if fit < _CONTRADICTS]
    if low and (len(low) > 1 or max(fits.values()) >= _FITS):
        named = ", ".join(f"{at} ({fits[at]:.0%} of it met)" for at in low)
        found.append(
            f"What was painted could not be learned in frame {named}. Do painted frames contradict each other, the "
            "same thing inside the matte in one and outside in another? Look at them side by side, or learn for more "
            "steps."
        )
    if least_share > _EVERYWHERE:
        found.append(
            f"Every painted frame differs from the plate in {least_share:.0%} of the picture or more. If only a part "
            "was meant, they are in another colour space than the plate, or of other frames."
        )
    return found


def _versions() -> dict[str, str]:
    """Of the libraries that were at work here."""
    names = ("torch", "onnx", "onnxruntime", "numpy", "cv2")
    return {name: str(sys.modules[name].__version__) for name in names if name in sys.modules}


def told(account: Mapping[str, Any], who: Mapping[str, str] | None = None) -> str:
    """The account in words, line by line.

    Args:
        who: of each hand's id, whose it is and under which terms.
    """
    who = who or {}
    first, last = account["span"]
    lines = [
        f"{account['maker']}: learned {len(account['painted'])} of {last - first + 1} frames in {account['steps']} "
        f"steps, {account['seconds']:.0f} s, at {account['size_px'][0]}x{account['size_px'][1]}.",
        "Painted:",
    ]
    for item in account["painted"]:
        hands = ", ".join(who.get(hand, hand) for hand in item["hands"])
        lines.append(f"  frame {item['frame']}: {hands}; the model meets {item['fits']:.0%} of it")
    held = account["held_out"]
    if held:
        others = ", ".join(map(str, held["learned_from"]))
        lines.append(
            f"Held out: after {held['after_steps']} steps from {others} alone it met {held['overlap']:.0%} of frame "
            f"{held['frame']} (outline {held['outline']:.0%}); then that one was learned as well."
        )
    lines.append(
        "Most unsure: " + ", ".join(f"{item['frame']} ({item['doubt']:.2f})" for item in account["unsure"]) + "."
    )
    if account["paint_next"]:
        lines.append("Paint next: " + ", ".join(map(str, account["paint_next"])) + ".")
    lines += [f"Warning: {warning}" for warning in account["warnings"]]
    lines.append(f"Model: SHA-256 {account['model_sha256']}, {account['model_bytes'] / 1e6:.1f} MB.")
    lines.append("Made with " + ", ".join(f"{name} {number}" for name, number in account["versions"].items()) + ".")
    lines.append(
        "What we do not know: the score is of one held-out frame, early on, and not of the frames that nobody painted."
        if held
        else "What we do not know: how well the unpainted frames are met; nothing was held out."
    )
    return "\n".join(lines)
