"""Make the packaged list of what Runway's routes take: ``python docs/runway_schema.py SCHEMAS.json``.

SCHEMAS.json has one JSON schema for each route and model, as they can be read off the SDK's request types.  What is
written is shorter and our own: a kind is ``text``, ``integer``, ``number``, ``flag`` or ``anything``, a list of the
words that may stand there, ``{"each": kind}``, ``{"any": [kinds]}`` or ``{"fields": {name: kind}, "needed": [names]}``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PACKAGED = Path(__file__).parents[1] / "src" / "manyhands" / "hosted" / "runway.json"
ROUTES = (
    "character_performance", "image_to_video", "image_upscale", "text_to_image", "text_to_video", "video_to_audio",
    "video_to_hdr", "video_to_video", "video_upscale",
)  # fmt: skip
KINDS = {"string": "text", "integer": "integer", "number": "number", "boolean": "flag"}


def shortened(schema: dict[str, Any]) -> Any:
    """A JSON schema as a kind."""
    if "enum" in schema:
        return schema["enum"]
    if "anyOf" in schema:
        return {"any": [shortened(one) for one in schema["anyOf"]]}
    if "type" not in schema:
        return "anything"
    if schema["type"] == "array":
        return {"each": shortened(schema["items"])}
    if schema["type"] == "object":
        fields = {name: shortened(inner) for name, inner in sorted(schema.get("properties", {}).items())}
        return {"fields": fields, "needed": sorted(schema.get("required", []))}
    return KINDS[schema["type"]]


def packaged(schemas: dict[str, Any]) -> str:
    """The text of the packaged list, a line for each route and model."""
    lines = []
    for route in ROUTES:
        models = schemas["endpoints"][f"POST /v1/{route}"]
        rows = [f"{json.dumps(name)}: {json.dumps(shortened(models[name]))}" for name in sorted(models)]
        lines.append(f"{json.dumps(route)}: {{\n" + ",\n".join(rows) + "\n}")
    head = f'"sdk": "{schemas["sdk"]}",\n"version": "{schemas["version"]}"'
    return "{\n" + head + ',\n"routes": {\n' + ",\n".join(lines) + "\n}\n}\n"


if __name__ == "__main__":
    PACKAGED.write_text(packaged(json.loads(Path(sys.argv[1]).read_text())), encoding="utf-8")
    sys.stdout.write(f"{PACKAGED.name}\n")
