"""Grant: a person's signed consent to what may be made of their likeness or voice."""

from __future__ import annotations

import unicodedata
from typing import ClassVar, Literal

from pydantic import Field

from manyhands.core.hand import Hand
from manyhands.core.noun import Noun

LikenessScope = Literal["likeness_alter", "likeness_replica", "voice_replica"]
"""What may be made of a person: changing how they look in what was filmed; their face or performance where it was not
filmed; their voice saying what it did not say.  None includes another."""

Need = tuple[str, LikenessScope]
"""A person's name, and what is made of them."""


class Grant(Noun):
    """A person's consent, given to this production, with the document that they signed.

    ``about`` says in plain words what they agreed to; ``document`` is the signed file inside the production.  Days are
    ISO dates in UTC; it holds from ``signed_on`` to the end of ``valid_until`` (empty: until it is withdrawn).
    """

    KIND: ClassVar[str] = "grant"

    id: str
    person: str = Field(min_length=1)
    scopes: tuple[LikenessScope, ...] = Field(min_length=1)
    about: str = Field(min_length=1)
    document: str
    document_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    signed_on: str
    valid_until: str = ""
    given_to: str
    recorded_by: Hand
    revoked_on: str = ""
    revoked_why: str = ""

    def answers(self, need: Need) -> bool:
        """Whether it is about that, valid or not."""
        person, scope = need
        return is_same_name(self.person, person) and scope in self.scopes

    def is_valid_on(self, day: str) -> bool:
        return self.state_on(day) == "valid"

    def state_on(self, day: str) -> str:
        """``valid``, or in words why it is not."""
        if self.revoked_on:
            return f"withdrawn on {self.revoked_on}"
        if self.valid_until and day > self.valid_until:
            return f"ended on {self.valid_until}"
        return "valid" if day >= self.signed_on else f"begins on {self.signed_on}"


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are one, however they are typed."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
