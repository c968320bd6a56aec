"""What was found while a job was made that a person should know, in sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator

from manyhands.core.recipe import Step
from manyhands.core.track import Track, told_of_loss
from manyhands.run.graph import track_path
from manyhands.run.job import Job
from manyhands.run.shelf import account_of


def findings(job: Job) -> tuple[str, ...]:
    """What was found on the way that a person should know, in sentences, each with its step in front."""
    return tuple(f"{step.name}: {said}" for step in job.recipe.steps for said in _said(job, step))


def _said(job: Job, step: Step) -> Iterator[str]:
    yield from (account_of(job, step) or {}).get("says", ())
    path = track_path(job, step)
    if path.is_file():
        loss = told_of_loss(Track.load(json.loads(path.read_text())))
        if loss:
            yield loss
