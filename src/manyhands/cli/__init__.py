"""The command line: one command for each act, and ``make``, which goes from a plate to a delivered shot."""

from __future__ import annotations

import os
import re
import sys

import typer

from manyhands.core.errors import CapacityError, InputError, ManyhandsError
from manyhands.kit.memory import reuse_memory


def main() -> None:
    """Run the command line; every error that Manyhands knows ends in one sentence and its exit code."""
    # Threads that wait for work must not burn the core that another worker needs.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    reuse_memory()
    from manyhands.cli.commands import app
    from manyhands.cli.show import any_text, show_error

    any_text(sys.stdout)
    as_json = "--json" in sys.argv
    below_zero = [word for word in sys.argv[1:] if _NEGATIVE.fullmatch(word)]
    try:
        # for people typer shows what it does not understand itself; for programs it is an error like every other, and
        # a number below zero, which typer takes for an option, is one of ours for both
        code = app(standalone_mode=not (as_json or below_zero))
        sys.exit(code if isinstance(code, int) else 0)
    except typer.TyperException as error:
        if below_zero and "option" in error.format_message():
            sys.exit(show_error(_below_zero(below_zero[0]), as_json=as_json))
        show_error(_misspoken(error), as_json=as_json)
        sys.exit(USAGE)
    except typer.Abort:
        sys.exit(1)
    except ManyhandsError as error:
        sys.exit(show_error(error, as_json=as_json))
    except (OSError, MemoryError) as error:
        sys.exit(show_error(_refused_by_the_machine(error), as_json=as_json))
    except KeyboardInterrupt:
        sys.exit(130)


USAGE = 2
"""The exit code for a command line that cannot be read, as shells have it."""


_NEGATIVE = re.compile(r"-[0-9][0-9.,]*", re.ASCII)


def _below_zero(number: str) -> InputError:
    return InputError(
        f"command line: {number} is less than nothing; it must be above zero.",
        "What was booked is taken back so: manyhands ledger reverse TRANSACTION; hours: manyhands time back.",
    )


def _misspoken(error: typer.TyperException) -> ManyhandsError:
    said = error.format_message().rstrip(".")
    return InputError(f"command line: {said[:1].lower()}{said[1:]}.", "Add --help to the command to see what it takes.")


def _refused_by_the_machine(error: OSError | MemoryError) -> ManyhandsError:
    """What no act foresaw: a disk, a permission or the memory that failed in an odd place."""
    from pathlib import Path

    from manyhands.disk import unwritable

    if isinstance(error, MemoryError):
        return CapacityError("the memory is full.", "Close other programs, or use --workers 1; what was made is kept.")
    return unwritable(Path(error.filename or "."), error)
