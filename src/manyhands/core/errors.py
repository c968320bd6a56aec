"""Every error that Manyhands raises on purpose, sorted by what the person can do next.

ManyhandsError
├── InputError            change what you gave
│   ├── ParameterError    a maker's parameter is outside its bounds
│   ├── NoteError         the director's note cannot be read
│   └── MediaError        a file or frame cannot be used as footage
├── NotFoundError         name something that exists
├── StateError            do another act first
├── RoleError             ask a person whose role may do it
├── WaitError             wait, then try again
├── RightsError           get the consent or the terms that are missing
├── CapacityError         make room: disk, memory, size
├── StoreError            the production's folder cannot be read or written
├── TrustError            do not rely on it: a seal, a hash or a chain is broken
├── MakerError            a maker failed; the production is as it was
└── Stopped               somebody asked to stop; run again to go on

Each says *what* is the matter and the *fix*: what to do next.  ``status`` is the HTTP status,
``exit_code`` what the command line returns; docs/reference/errors.md lists them.
"""

from __future__ import annotations

import json
from difflib import get_close_matches

MOST_NAMED = 12
"""So many names are told where one is not found."""


class ManyhandsError(Exception):
    """Something is wrong that a person can mend.

    Args:
        what: the fact, as ``where: thing is value; limit.``
        fix: the next step, as a full sentence.
        about: machine-readable facts (names, values, limits) for ``--json`` and the HTTP error.
    """

    status = 400
    exit_code = 1

    def __init__(self, what: str, fix: str = "", **about: object) -> None:
        super().__init__(what, fix)
        self.what = what
        self.fix = fix
        self.about = about

    def __str__(self) -> str:
        return f"{self.what} {self.fix}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.fix, self.about)

    def shape(self) -> dict[str, object]:
        """The one shape of an error, by every door, as plain JSON values."""
        about = {name: value if _is_plain(value) else str(value) for name, value in self.about.items()}
        return {"kind": type(self).__name__, "what": self.what, "fix": self.fix, "about": about, "status": self.status}

    def at(self, where: str) -> ManyhandsError:
        """The same error with the place in front, added once by the boundary that knows it."""
        return _rebuild(type(self), f"{where}: {self.what}", self.fix, self.about)


def _is_plain(value: object) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


def _rebuild(kind: type[ManyhandsError], what: str, fix: str, about: dict[str, object]) -> ManyhandsError:
    error = kind.__new__(kind)
    ManyhandsError.__init__(error, what, fix, **about)
    return error


class InputError(ManyhandsError):
    """What was given cannot be used as it is."""

    exit_code = 3


class ParameterError(InputError):
    """A maker's parameter is unknown or outside its bounds."""


class NoteError(InputError):
    """The director's note is empty, too long, or in no words that any maker answers to."""


class MediaError(InputError):
    """A file is not footage that can be read, or two frames do not fit each other."""

    status = 415
    exit_code = 4


class NotFoundError(ManyhandsError):
    """No such thing: ``NotFoundError("shot", "sh020", known=[...])``; of very many those that are like it are told.

    ``where`` is a sentence that says where all of them are told, or what to do where there are none.
    """

    status = 404
    exit_code = 5

    def __init__(self, kind: str, name: object, *, known: object = (), where: str = "") -> None:
        names = [str(one) for one in known] if known else []  # type: ignore[attr-defined]
        told, more = _nearest(str(name), names), len(names) - MOST_NAMED
        fix = f"There is: {', '.join(told)}{f', and {more} more' if more > 0 else ''}."
        fix = " ".join(part for part in (fix if names else f"There is no {kind} yet.", where) if part)
        super().__init__(f"{kind} {name}: not found.", fix, kind=kind, name=str(name))


def _nearest(name: str, names: list[str]) -> list[str]:
    """At most so many names as are told: those like a name first, then the others in their order."""
    if len(names) <= MOST_NAMED:
        return names
    like = get_close_matches(name.casefold(), [one.casefold() for one in names], n=MOST_NAMED, cutoff=0.5)
    near = sorted((one for one in names if one.casefold() in like), key=lambda one: like.index(one.casefold()))
    return list(dict.fromkeys([*near, *names]))[:MOST_NAMED]


class StateError(ManyhandsError):
    """The thing is not where this act needs it to be."""

    status = 409
    exit_code = 6


class RoleError(ManyhandsError):
    """This person's role may not do that."""

    status = 403
    exit_code = 7


class WaitError(ManyhandsError):
    """Somebody tries too often, or asks for too much at once."""

    status = 429
    exit_code = 13


class RightsError(ManyhandsError):
    """A source's terms do not allow this use, or a person's consent to it is missing; nobody's silence is a yes."""

    status = 451
    exit_code = 8


class CapacityError(ManyhandsError):
    """The machine has too little room: disk full, memory short, picture too large."""

    status = 507
    exit_code = 9


class StoreError(ManyhandsError):
    """The production's folder cannot be opened, read or written."""

    status = 503
    exit_code = 10


class TrustError(ManyhandsError):
    """A signature, a hash or the log's chain does not hold."""

    status = 422
    exit_code = 11


class MakerError(ManyhandsError):
    """A maker failed while it ran."""

    status = 500
    exit_code = 12


class Stopped(ManyhandsError):
    """Work was stopped on request; what was finished is kept."""

    status = 499
    exit_code = 130
