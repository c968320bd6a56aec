"""The command line: one command for each act, and ``make``, which goes from a plate to a delivered shot."""

from __future__ import annotations

import os
import sys

from manyhands.core.errors import ManyhandsError


def main() -> None:
    """Run the command line; every error that Manyhands knows ends in one sentence and its exit code."""
    # Threads that wait for work must not burn the core that another worker needs.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    from manyhands.cli.commands import app
    from manyhands.cli.show import show_error

    try:
        app()
    except ManyhandsError as error:
        sys.exit(show_error(error, as_json="--json" in sys.argv))
    except KeyboardInterrupt:
        sys.exit(130)
