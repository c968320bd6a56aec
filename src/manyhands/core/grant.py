"""Grant: what somebody lets be done, or forbids, with a work of theirs or with their likeness or voice."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from manyhands.core.hand import Hand
from manyhands.core.names import is_same_name
from manyhands.core.noun import Noun
from manyhands.core.source import Scope

LikenessScope = Literal["likeness_alter", "likeness_replica", "voice_replica"]
"""What may be made of a person: changing how they look in what was filmed; their face or performance where it was not
filmed; their voice saying what it did not say.  None includes another."""

GrantScope = Scope | LikenessScope | Literal["deliver"]
"""What a term is about; *deliver* is to let a work out in a finished shot."""

Form = Literal["licence", "consent", "release", "declaration"]
"""A *licence* lets a work be used; a *consent* and a *release* are a person's, for what is made of them and for what
was filmed of them; a *declaration* is somebody's word with no paper of another's behind it."""

Need = tuple[str, LikenessScope]
"""A person's name, and what is made of them."""


class Term(Noun):
    """One scope that a grant permits, forbids, or wants to be asked about.

    ``project``, ``territory`` (ISO 3166 codes) and ``media`` say where it holds; empty is everywhere.  Days are ISO
    dates in UTC, the last one included; empty is as long as the grant.  ``approver`` is who is to be asked.
    """

    KIND: ClassVar[str] = "term"

    scope: GrantScope
    verdict: Literal["permit", "prohibit", "ask"] = "permit"
    project: str = ""
    territory: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    valid_from: str = ""
    valid_until: str = ""
    approver: str = ""

    def holds_on(self, day: str) -> bool:
        return self.valid_from <= day and (not self.valid_until or day <= self.valid_until)


def permits(*scopes: GrantScope) -> tuple[Term, ...]:
    """Terms that permit these scopes, everywhere."""
    return tuple(Term(scope=scope) for scope in dict.fromkeys(scopes))


def _terms_for_scopes(body: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew people's consents only, each a list of what it permits."""
    scopes = body.pop("scopes", ())
    return {**body, "grantor": body.get("person", ""), "terms": [{"scope": scope} for scope in scopes]}


class Grant(Noun):
    """What a grantor lets this production do, or forbids it, with a person or with a work.

    It is about a ``person`` or about a ``work`` (a source's id).  ``about`` says in plain words what was agreed to;
    ``document`` is the signed file inside the production, empty where there is none.  Days are ISO dates in UTC; it
    holds from ``signed_on`` to the end of ``valid_until`` (empty: until it is withdrawn).  ``supersedes`` is an earlier
    grant of the same grantor that this one replaces.
    """

    KIND: ClassVar[str] = "grant"
    VERSION: ClassVar[int] = 2
    UPGRADES = (_terms_for_scopes,)

    id: str
    form: Form = "consent"
    grantor: str = Field(min_length=1)
    person: str = ""
    work: str = ""
    terms: tuple[Term, ...] = Field(min_length=1)
    about: str = Field(min_length=1)
    document: str = ""
    document_sha256: str = Field("", pattern=r"^([0-9a-f]{64})?$")
    signed_on: str
    valid_until: str = ""
    given_to: str
    recorded_by: Hand
    supersedes: str = ""
    revoked_on: str = ""
    revoked_why: str = ""

    @model_validator(mode="after")
    def _of_one(self) -> Grant:
        if bool(self.person) == bool(self.work):
            raise ValueError("a grant is about a person or about a work, and not about both")
        return self

    @property
    def scopes(self) -> tuple[GrantScope, ...]:
        """What it says something about, permitted or not."""
        return tuple(dict.fromkeys(term.scope for term in self.terms))

    def is_about(self, *, person: str = "", work: str = "") -> bool:
        return (bool(work) and self.work == work) or (bool(person) and is_same_name(self.person, person))

    def is_valid_on(self, day: str) -> bool:
        return self.state_on(day) == "valid"

    def state_on(self, day: str) -> str:
        """``valid``, or in words why it is not."""
        if self.revoked_on:
            return f"withdrawn on {self.revoked_on}"
        if self.valid_until and day > self.valid_until:
            return f"ended on {self.valid_until}"
        return "valid" if day >= self.signed_on else f"begins on {self.signed_on}"


class Leave(Noun):
    """A named person's yes to what a term wants to be asked about, for one shot."""

    KIND: ClassVar[str] = "leave"

    id: str
    grant: str
    scope: GrantScope
    shot: str
    by: Hand
    why: str = Field(min_length=1)
    at: str
