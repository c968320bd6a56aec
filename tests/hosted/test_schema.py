"""Requests are held against the service's own types before they are sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from manyhands.core.errors import InputError
from manyhands.hosted import schema
from manyhands.hosted.prices import credits_most, quote, table

GOOD: dict[str, Any] = {"model": "gen4.5", "promptText": "a dragon", "ratio": "1280:720", "duration": 5}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "gen4_aleph"}, r"no model gen4_aleph.*There is: .*gen4.5"),
        ({"ratio": "4:3"}, r"ratio is '4:3'; it must be one of 1280:720, 720:1280"),
        ({"ratio": None}, r"ratio is None"),
        ({"duration": 11}, r"duration is 11; it must lie between 2 and 10"),
        ({"duration": 5.5}, r"duration is 5.5; it must be a whole number"),
        ({"duration": True}, r"duration is True; it must be a whole number"),
        ({"seed": -1}, r"seed is -1"),
        ({"promptText": ""}, r"prompt has 0 UTF-16 units"),
        ({"promptText": "x" * 1001}, r"prompt has 1001 UTF-16 units; it must have 1 to 1000"),
        ({"fluff": 1}, r"fluff is not one of its fields.*It has: .*duration"),
        ({"contentModeration": {"publicFigureThreshold": "high"}}, r"publicFigureThreshold is 'high'.*auto, low"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as error:
        schema.check("text_to_video", {**GOOD, **changes})
    import re

    assert re.search(said, str(error.value))


def test_what_fits_passes() -> None:
    schema.check("text_to_video", {**GOOD, "promptText": "🐉" * 500, "seed": 2**32 - 1})
    key = {"seconds": 1.5, "uri": "runway://x"}
    schema.check("video_to_video", {"model": "aleph2", "videoUri": "runway://v", "keyframes": [key] * 5})
    schema.check("image_to_video", {**GOOD, "promptImage": [{"uri": "runway://x", "position": "first"}]})


def test_missing_fields_and_too_many_keyframes_are_named() -> None:
    with pytest.raises(InputError, match="duration is missing"):
        schema.check("text_to_video", {key: value for key, value in GOOD.items() if key != "duration"})
    key = {"seconds": 1.5, "uri": "runway://x"}
    with pytest.raises(InputError, match="keyframes has 6 entries; at most 5"):
        schema.check("video_to_video", {"model": "aleph2", "videoUri": "runway://v", "keyframes": [key] * 6})
    with pytest.raises(InputError, match="the act video_to_tea is not known"):
        schema.check("video_to_tea", GOOD)


def test_the_packaged_types_are_those_of_the_sdk_that_is_pinned() -> None:
    pins = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    assert f'"runwayml=={schema.version()}"' in pins


REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / f"runway-{schema.version()}-request-schemas.json"


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the reference is not here")
def test_the_packaged_types_say_what_the_reference_says() -> None:
    routes = json.loads(REFERENCE.read_text())["endpoints"]
    for route in ("video_to_video", "image_to_video", "text_to_video", "video_to_hdr"):
        assert set(schema.models(route)) == set(routes[f"POST /v1/{route}"])


def test_prices_are_by_the_table() -> None:
    # reference page "Generation", 1.6: aleph2 28 a second and 56 at least; gen4.5 12; ProRes +5, ten bits +20
    assert credits_most("aleph2", 1) == 56
    assert credits_most("aleph2", 3) == 84
    assert credits_most("gen4.5", 5) == 60
    assert credits_most("gen4.5", 5, format="prores") == 85
    assert credits_most("gen4.5", 5, format="hdr10") == 160
    assert credits_most("ruby", 2, format="hdr_exr_acescg_sequence_2_0", pixels=1920 * 1080) == 40
    assert credits_most("ruby", 2, format="hdr10", pixels=4096 * 2160) == 80
    assert credits_most("gen4_image", 0) == 8


def test_a_quote_is_whole_cents_and_bills_begun_seconds() -> None:
    from fractions import Fraction

    told = quote("video_to_video", "aleph2", [Fraction(61, 24), 10], leaves=["the plate"])
    assert (told.credits_most, told.minor_most, told.currency, told.seconds) == (84 + 280, 364, "USD", 13)
    assert "USD 3.64" in told.told()[0]
    assert table()["dated"] in told.told()[0]


def test_no_price_is_no_quote() -> None:
    with pytest.raises(InputError, match="no price for kling_4"):
        credits_most("kling_4", 5)


def test_every_price_has_its_source() -> None:
    lines = [*table()["price"], *table()["surcharge"]]
    assert all(line["source"] for line in lines)
    assert table()["dated"]
