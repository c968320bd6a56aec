"""What a sending costs at most, from a dated table (``prices.toml``)."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

from manyhands.core.errors import InputError
from manyhands.core.spend import Quote

LARGE_PX = 4_000_000


@cache
def table() -> dict[str, Any]:
    """The price table as it is packaged."""
    return tomllib.loads(resources.files("manyhands.hosted").joinpath("prices.toml").read_text(encoding="utf-8"))


def credits_most(model: str, seconds: Fraction | int, *, format: str = "mp4", pixels: int = 0) -> int:
    """The credits of one task at most: begun seconds are billed whole.

    Args:
        seconds: of pictures that are billed.
        format: the asked output format; some cost more.
        pixels: of one picture.
    Raises: InputError if the table has no price for the model.
    """
    price = next((line for line in table()["price"] if model in line["models"]), None)
    if price is None:
        known = sorted(name for line in table()["price"] for name in line["models"])
        raise InputError(
            f"runway: there is no price for {model} in the table of {table()['dated']}, so nobody can agree to it.",
            f"Choose one of {', '.join(known)}; or add its price, with its source, to hosted/prices.toml.",
            model=model,
        )
    if "credits_each" in price:
        return int(price["credits_each"])
    more = [line for line in table()["surcharge"] if format in line["formats"] and model not in line.get("but_not", ())]
    rate = sum(_rate(line, pixels) for line in (price, *more))
    return max(int(price.get("credits_least", 0)), math.ceil(seconds) * rate)


def _rate(line: dict[str, Any], pixels: int) -> int:
    above = line.get("credits_a_second_above_4mp")
    return int(above if above is not None and pixels > LARGE_PX else line["credits_a_second"])


def quote(
    act: str, model: str, seconds: Sequence[Fraction | int], *, leaves: Sequence[str], format: str = "mp4",
    pixels: int = 0,
) -> Quote:  # fmt: skip
    """The quote for tasks of so many seconds each.  Raises: InputError if there is no price."""
    credits = sum(credits_most(model, one, format=format, pixels=pixels) for one in seconds)
    return Quote(
        service=table()["service"],
        act=act,
        model=model,
        credits_most=credits,
        minor_most=minor_of(credits),
        currency=table()["currency"],
        seconds=sum(math.ceil(one) for one in seconds),
        sendings=len(seconds),
        leaves=tuple(leaves),
        dated=table()["dated"],
    )


def less(quote: Quote, credits: int) -> Quote:
    """A quote of which some was paid already."""
    left = max(0, quote.credits_most - credits)
    return quote.but(credits_most=left, minor_most=minor_of(left))


def minor_of(credits: int) -> int:
    """Credits in whole minor units of the table's currency."""
    return credits * int(table()["minor_a_credit"])
