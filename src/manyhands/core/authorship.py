"""Authorship: which hands made these pixels, in what share.

Two axes.  **Origin**: where a pixel's light comes from; weights ``w_k >= 0`` for each hand,
premultiplied, so that their sum is alpha.  **Alteration**: how strongly a hand changed light that
it did not bring; a share from 0 to 1 for each altering hand, which sums to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from manyhands.core.errors import MediaError
from manyhands.core.hand import Hand

Planes = np.ndarray  # (hands, H, W) float32


def no_planes(height: int, width: int) -> Planes:
    return np.zeros((0, height, width), np.float32)


@dataclass(frozen=True, slots=True)
class Authorship:
    """The hands of one picture.

    Shapes: ``weights`` (len(hands), H, W), ``alterations`` (len(altering), H, W), float32.
    Units: weights are premultiplied shares of alpha; alterations are shares from 0 to 1.
    """

    hands: tuple[Hand, ...]
    weights: Planes
    altering: tuple[Hand, ...] = ()
    alterations: Planes = field(default_factory=lambda: no_planes(0, 0))

    def __post_init__(self) -> None:
        if len(self.hands) != len(self.weights) or len(self.altering) != len(self.alterations):
            raise MediaError("authorship: hands and planes differ in number.", "Give one plane for each hand.")

    @classmethod
    def of(cls, hand: Hand, alpha: np.ndarray) -> Authorship:
        """Everything is one hand's."""
        return cls((hand,), np.ascontiguousarray(alpha, np.float32)[None])

    def weight_of(self, hand: Hand) -> np.ndarray:
        """The (H, W) weights of one hand; zeros where it has none."""
        if hand in self.hands:
            return self.weights[self.hands.index(hand)]
        return np.zeros(self.weights.shape[1:], np.float32)

    def alteration_of(self, hand: Hand) -> np.ndarray:
        """The (H, W) alteration by one hand; zeros where it has none."""
        if hand in self.altering:
            return self.alterations[self.altering.index(hand)]
        return np.zeros(self.weights.shape[1:], np.float32)

    def altered(self) -> np.ndarray:
        """How far any hand altered each pixel: ``1 - prod(1 - a_j)``, (H, W)."""
        kept = np.ones(self.weights.shape[1:], np.float32)
        for plane in self.alterations:
            kept *= 1 - plane
        return 1 - kept

    def faults(self, alpha: np.ndarray, *, within: float = 1e-5) -> list[str]:
        """What breaks the law, in words; empty when all holds.

        The law: shares sum to alpha, nothing is negative, alpha 0 has no share, alteration lies
        between 0 and 1.
        """
        found = []
        total = self.weights.sum(0, dtype=np.float64)
        worst = float(np.abs(total - alpha).max(initial=0))
        if not worst <= within:
            found.append(f"shares miss alpha by {worst:.2g}")
        if self.weights.size and float(self.weights.min()) < 0:
            found.append(f"a share is {self.weights.min():.2g}")
        if self.weights.size and float(np.abs(self.weights[:, alpha == 0]).max(initial=0)) > 0:
            found.append("a pixel with alpha 0 has a share")
        if self.alterations.size and not (0 <= self.alterations.min() and self.alterations.max() <= 1 + 1e-6):
            found.append("an alteration lies outside 0 to 1")
        return found


def joined(one: tuple[Hand, ...], other: tuple[Hand, ...]) -> tuple[Hand, ...]:
    """The hands of two pictures together, the first one's in front, none twice."""
    return one + tuple(hand for hand in other if hand not in one)
