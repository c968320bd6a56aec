"""What the command line prints: tables and sentences for people, one JSON value for programs."""

from __future__ import annotations

import dataclasses
import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from manyhands.core.errors import ManyhandsError

if TYPE_CHECKING:
    from manyhands.run.schedule import Progress as Work
    from manyhands.run.schedule import Report

out = Console(highlight=False, soft_wrap=True)
aside = Console(stderr=True, highlight=False, soft_wrap=True)


def any_text(stream: TextIO) -> None:
    """Let a stream take every text: letters that it has no code for come as escapes, which JSON reads."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def show(value: Any, *, as_json: bool, text: str = "") -> None:
    """Print a result: the JSON of its value for programs, the text for people."""
    if as_json:
        sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=1) + "\n")
    elif text:
        out.print(text, markup=False)


def plain(value: Any) -> Any:
    """Any result as plain JSON values."""
    if hasattr(value, "save"):
        return value.save()
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Path | Fraction):
        return str(value)
    if isinstance(value, Sequence | set | frozenset):
        return [plain(item) for item in value]
    raise TypeError(f"no JSON for {type(value).__name__}")


def show_error(error: ManyhandsError, *, as_json: bool) -> int:
    """Say what is the matter and what to do, and give the exit code."""
    if as_json:
        sys.stdout.write(json.dumps({"error": error.shape()}, ensure_ascii=False, indent=1) + "\n")
    else:
        aside.print(f"[bold red]✗[/] {_escaped(error.what)}")
        if error.fix:
            aside.print(f"  {_escaped(error.fix)}")
    return error.exit_code


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns of text as wide as their widest cell."""
    lines = [list(map(str, head)), *[list(map(str, row)) for row in rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def percent(ppm: int) -> str:
    """Parts per million as a percentage with one digit; a trace is said as such."""
    return "0 %" if ppm == 0 else "< 0.1 %" if ppm < 1000 else f"{ppm / 10_000:.1f} %"


def clock(seconds: float) -> str:
    """Seconds as a person says them."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"


@contextmanager
def bar(title: str, *, quiet: bool) -> Iterator[Report]:
    """A progress bar with an honest time left: it says nothing until enough was timed."""
    if quiet:
        yield lambda work: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(32), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
    with Progress(*columns, console=aside, transient=True) as progress:
        task = progress.add_task(title, total=None, left="measuring …")

        def report(work: Work) -> None:
            left = "measuring …" if work.seconds_left is None else f"{clock(work.seconds_left)} left"
            progress.update(task, total=work.of, completed=work.done, left=f"{work.says or left}   {work.kind}")

        yield report
