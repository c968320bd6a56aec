"""Errors: the tree, the exit codes, and the shape of an error as JSON."""

from __future__ import annotations

import json
import re

from manyhands.core import errors
from manyhands.core.errors import ManyhandsError, NotFoundError, TrustError
from pages.markdown import paragraph, rest, table


def errors_page() -> list[str]:
    """The tree of errors, the exit codes, and the shape of an error as JSON."""
    lines = ["# Errors and exit codes", ""]
    lines += paragraph(
        "Every error that Manyhands raises on purpose says what is the matter and what to do next. Errors are sorted "
        "by what you can do, not by where they come from. The command line ends with the exit code; the HTTP status "
        "is for programs, and stands in the error's JSON."
    )
    tree = (errors.__doc__ or "").split("\n\n")[1]
    lines += ["```", tree, "```", "", "## The classes", ""]
    rows = [
        (f"`{kind.__name__}`", kind.exit_code, kind.status, rest(kind.__doc__ or "")[0], next_step(kind))
        for kind in all_errors()
    ]
    lines += table(("error", "exit code", "HTTP status", "means", "what to do next"), rows)
    lines += ["", "## Exit codes", ""]
    lines += table(("code", "means"), [(code, told) for code, told in sorted(exit_codes().items())])
    lines += [""]
    lines += paragraph(
        f"`manyhands verify` and `manyhands log verify` end with {TrustError.exit_code} also where they could do their "
        "work and found something that must not be relied on; their answer is then printed as always."
    )
    shape = NotFoundError("shot", "sh020", known=["sh010"]).shape()
    lines += ["## As JSON", ""]
    lines += paragraph("With `--json` an error is one JSON value on the standard output, always of this shape.")
    lines += ["```json", json.dumps({"error": shape}, indent=1), "```"]
    return lines


def all_errors() -> list[type[ManyhandsError]]:
    """Every class of ``core/errors.py``, as it stands there."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ManyhandsError)]
    return [kind for kind in kinds if kind.__module__ == errors.__name__]


def next_step(kind: type[ManyhandsError]) -> str:
    """What the tree says beside a class, or beside the branch that it hangs on; the root has no word of its own."""
    branch = next((each for each in kind.__mro__ if ManyhandsError in each.__bases__), kind)
    found = re.search(rf"── {branch.__name__}\s+(.*)", errors.__doc__ or "")
    return found[1] if found else ""


def exit_codes() -> dict[int, str]:
    """Each code and the errors that end with it, with those that every program has."""
    told = {
        0: "done",
        1: "a fault in Manyhands itself, or a question at the terminal that was left: please report the first",
        2: "wrong usage: an unknown command or option, or one that is missing",
    }
    for kind in all_errors():
        if kind is not ManyhandsError:
            before = f"{told[kind.exit_code]}, " if kind.exit_code in told else ""
            told[kind.exit_code] = f"{before}`{kind.__name__}`"
    return told
