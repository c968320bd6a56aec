"""How a noun is saved: a frozen value with its ``kind`` and an integer version ``v``.

A file from an older Manyhands is upgraded dict by dict; keys that this version does not know are
kept and written back, so that a newer production survives a visit by an older program.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from manyhands.core.errors import InputError, StoreError


class Noun(BaseModel):
    """One of the words of the house, as a value that can be saved."""

    model_config = ConfigDict(frozen=True, extra="allow")

    KIND: ClassVar[str]
    VERSION: ClassVar[int] = 1
    # Upgrades from version n to n + 1, as dict -> dict; index 0 upgrades version 1.
    UPGRADES: ClassVar[tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]] = ()

    def save(self) -> dict[str, Any]:
        """This noun as plain JSON values, with ``kind`` and ``v``."""
        return {"kind": self.KIND, "v": self.VERSION, **self.model_dump(mode="json")}

    @classmethod
    def load(cls, saved: dict[str, Any]) -> Self:
        """The noun that :meth:`save` wrote, by this version or an older one.

        Raises: StoreError if it is another kind, of a newer version, or does not fit.
        """
        body = dict(saved)
        kind, version = body.pop("kind", None), body.pop("v", None)
        if kind != cls.KIND or not isinstance(version, int):
            raise StoreError(
                f"{cls.KIND}: the saved record is a {kind} of version {version}.",
                "The production was edited by hand or damaged; run `manyhands log verify`.",
            )
        if version > cls.VERSION:
            raise StoreError(
                f"{cls.KIND}: the record has version {version}; this Manyhands knows up to {cls.VERSION}.",
                "Open the production with a newer Manyhands.",
            )
        for upgrade in cls.UPGRADES[version - 1 :]:
            body = upgrade(body)
        try:
            return cls.model_validate(body)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise StoreError(
                f"{cls.KIND}: {where} does not fit ({first['msg']}).",
                "The production was edited by hand or damaged; run `manyhands log verify`.",
            ) from error

    def but(self, **changes: object) -> Self:
        """This noun with some fields changed, checked again."""
        return type(self).model_validate({**self.model_dump(), **changes})


def canonical(value: object) -> bytes:
    """JSON in one form only: sorted keys, no blanks, UTF-8; what hashes are taken of.

    Raises: InputError for text that is none, as a name of bytes in no known code becomes.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        where = text[max(0, error.start - 20) : error.end]
        raise InputError(
            f"text: {where!r} ends in a byte that is no letter.", "Type it again, or rename the file, in UTF-8."
        ) from error


def digest(value: object) -> str:
    """The SHA-256 of a value's canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()
