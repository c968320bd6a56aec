"""Reading a crJSON report whose content a stranger wrote: what is not of the expected form is empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def whole(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def codes(results: object, kind: str) -> list[tuple[str, str]]:
    """The codes of one kind (success, informational, failure) with their explanations."""
    return [(text(each.get("code")), text(each.get("explanation"))) for each in mappings(mapping(results).get(kind))]
