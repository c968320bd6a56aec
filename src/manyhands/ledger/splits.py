"""An amount divided among people so that not a cent is lost or made."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from manyhands.core.currency import check_amount
from manyhands.core.errors import InputError
from manyhands.core.extent import apportion


def split(amount_minor: int, shares: Mapping[str, Fraction | int]) -> dict[str, int]:
    """Divide whole minor units by shares; the parts sum to the amount exactly.

    Shares are weights: they need not sum to 1.  Largest remainder; of equal remainders the name that sorts first wins,
    so the order in which people are listed changes nothing.  A negative amount, one that is taken back, is divided as
    the positive one is, with its sign; of zero everybody gets zero.
    Source: Hamilton's method, as :func:`manyhands.core.extent.apportion`.
    Raises: InputError if nobody has a share, one is negative or no exact number, or the amount is too large.
    """
    for name, share in shares.items():
        if isinstance(share, bool) or not isinstance(share, Fraction | int):
            raise InputError(f"split: {name} has the share {share!r}, no exact number.", "Write it as a fraction: 1/3.")
        if share < 0:
            raise InputError(f"split: {name} has the share {share}, less than nothing.", "Give shares from 0.")
    if not any(shares.values()):
        raise InputError("split: nobody has a share.", "Name somebody with a share above 0.")
    names = sorted(shares)
    parts = apportion(abs(check_amount(amount_minor)), [shares[name] for name in names])
    sign = -1 if amount_minor < 0 else 1
    return {name: sign * part for name, part in zip(names, parts, strict=True)}
