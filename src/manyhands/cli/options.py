"""What commands are told, each said once: names, types, and what help says of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[
    Path, typer.Option("--production", "-p", envvar="MANYHANDS_PRODUCTION", help="The production's folder.")
]
By = Annotated[str, typer.Option("--by", envvar="MANYHANDS_BY", help="Your name: who does this.")]
Proposal = Annotated[str, typer.Argument(help="A proposal's name (restrained, literal, bold) or a recipe's id.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]
Workers = Annotated[
    int, typer.Option("--workers", min=0, max=256, help="Processes that make frames; 0 makes them in this one.")
]
Own = Annotated[bool, typer.Option("--own", help="I shot this, and everything in it may be used.")]
TermsName = Annotated[str, typer.Option("--terms", help="own, licensed, unknown, CC0-1.0, CC-BY-2.0, CC-BY-4.0 …")]
Credit = Annotated[str, typer.Option("--credit", help="The name as it must appear.")]
Owner = Annotated[str, typer.Option("--owner", help="Whose it is.")]
Confirm = Annotated[bool, typer.Option("--confirm", help="I have read what the file says, and take its terms.")]
WhyWider = Annotated[
    str, typer.Option("--why", help="The reason of terms that go further than the file's, or of what looks forbidden.")
]
Space = Annotated[str | None, typer.Option("--colour-space", help="What the plate was shot in: rec709, slog3, logc3 …")]
Rate = Annotated[str | None, typer.Option("--rate", help="Frames a second: 24, 24000/1001 …")]
WholeFrames = Annotated[
    bool, typer.Option("--whole-frames", help="Take the whole frames of a file that is cut or damaged.")
]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        help="mp4, mp4-10, prores422hq, prores4444, dnxhr, webm, exr, png …; by default mp4, for an HDR plate mp4-10.",
    ),
]
Territory = Annotated[
    list[str] | None,
    typer.Option("--territory", help="Where it is to be shown: ISO 3166 codes, as DE,AT; by default the world."),
]
Media = Annotated[
    list[str] | None,
    typer.Option("--media", help="As what: cinema, festival, tv, web, disc, other; by default all of them."),
]
ShownFrom = Annotated[str, typer.Option("--from", help="From which day on, in UTC: 2026-05-01; by default today.")]
ShownUntil = Annotated[
    str,
    typer.Option("--until", help="The last day, in UTC; leave has to hold so long. By default only today is asked."),
]
PaintedBy = Annotated[str, typer.Option(help="Who painted it by hand; of painted frames by default their owner.")]
Hosted = Annotated[bool, typer.Option("--hosted", help="Its owner lets it be sent to hosted services as well.")]
Agree = Annotated[
    bool, typer.Option("--agree", help="I agree to what hosted services cost at most, and to what leaves the machine.")
]
Most = Annotated[str, typer.Option("--most", help="With --agree: not more than so many USD for this run, as 2.50.")]
SendAgain = Annotated[
    bool,
    typer.Option(
        "--send-again", help="With --agree: send again what failed or whose answer was lost, even if that bills twice."
    ),
]
MadeBy = Annotated[
    str, typer.Option(help="The model that made it, with its version, where one did: it then counts as trained AI.")
]
SeedOfRun = Annotated[int, typer.Option(min=0, max=2**32, help="That of the run.")]
CORES = os.cpu_count() or 1
HERE = Path("production")
