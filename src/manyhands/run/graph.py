"""A recipe as clips that pull from each other; kept steps read and write the production's cache."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, remembering
from manyhands.core.errors import MakerError, ManyhandsError, MediaError, StateError, StoreError
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell
from manyhands.core.recipe import PLATE, SOURCE, Step, sources_in
from manyhands.core.span import Span
from manyhands.core.track import Track, standing
from manyhands.makers import find_maker
from manyhands.media.exr import read_frame, stored, write_frame
from manyhands.media.footage import open_clip, probe
from manyhands.run.files import load_state
from manyhands.run.job import Footing, Job
from manyhands.run.shelf import is_bought, shelf_of


class Graph:
    """The clips and tracks of a job, opened when first asked for.

    Args:
        blind: stand-ins take the place of tracks that are not made yet, for planning.
    """

    def __init__(self, job: Job, bell: Bell, *, blind: bool = False) -> None:
        self.job = job
        self._bell = bell
        self._blind = blind
        self._made: dict[str, Clip | Track] = {}

    def clip(self, name: str) -> Clip:
        """The clip of a step, of the plate, or of another source."""
        made = self._get(name)
        if not isinstance(made, Clip):
            raise MakerError(f"step {name}: it gives a track where a clip is needed.", "Correct the recipe's inputs.")
        return made

    def _get(self, name: str) -> Clip | Track:
        if name not in self._made:
            self._made[name] = self._open(name)
        return self._made[name]

    def _open(self, name: str) -> Clip | Track:
        if name == PLATE:
            return self._remembered(name, opened(self.job.plate, self.job.scale, self.job))
        if name.startswith(SOURCE):
            each = [self.job.sources[id_] for id_ in sources_in(name)]
            clips = [opened(footing, self.job.scale, self.job if footing.role else None) for footing in each]
            return self._remembered(name, together(clips))
        step = self.job.recipe.step(name)
        maker = find_maker(step.maker)
        if maker.gives == "track":
            return self._track(step)
        made = self.make(step)
        assert isinstance(made, Clip)
        made = shelved(made, self.job, step) if made.passes else made
        return self._remembered(name, kept(made, self.job, step) if maker.keeps else made)

    def _remembered(self, name: str, clip: Clip) -> Clip:
        """Keep frames only where they are asked for again: a frame of every step is most of what a worker holds."""
        read_by = [step for step in self.job.recipe.steps for source in step.inputs.values() if source == name]
        if any(find_maker(step.maker).shifts for step in read_by):
            return remembering(clip, frames=2)
        # the plate is also shown beside the result
        return remembering(clip, frames=1) if len(read_by) + (name == PLATE) > 1 else clip

    def _track(self, step: Step) -> Track:
        path = track_path(self.job, step)
        if path.is_file():
            return Track.load(json.loads(path.read_text()))
        if not self._blind:
            raise StoreError(f"step {step.name}: its track is gone from the cache.", "Run the same command again.")
        plate = self.clip(PLATE)
        return standing(plate.span, plate.width, plate.height)

    def _check_agreed(self, step: Step) -> None:
        """Nothing leaves the machine before a person has agreed to just that.  Raises: StateError."""
        job = self.job
        if find_maker(step.maker).quote is None or is_bought(job, step):
            return
        if job.agreement is None or not job.agreement.covers(job.recipe.id, job.seed, step.name):
            raise _nobody_agreed(step)

    def make(self, step: Step) -> Clip | Track:
        """What the step's maker makes of its inputs."""
        maker = find_maker(step.maker)
        self._check_agreed(step)
        inputs = {argument: self._get(source) for argument, source in step.inputs.items()}
        params = self.job.params(step)
        try:
            made: Clip | Track = maker.make(inputs, params, Chance(self.job.seed, step.name), self._bell)
        except ManyhandsError:
            raise
        except Exception as error:
            raise failure(step, error) from error
        if isinstance(made, Clip) and any(made is one for one in inputs.values()):
            return replace(made, simulation=None, passes=None)  # what it takes and gives on is made there, not here
        return made


def _nobody_agreed(step: Step) -> StateError:
    return StateError(
        f"step {step.name} ({step.maker}): it costs something, and nobody has agreed to that.",
        "See its price with `manyhands propose`, then agree: manyhands run SHOT PROPOSAL --agree.",
        step=step.name,
    )


def opened(footing: Footing, scale: float, job: Job | None) -> Clip:
    """A source as a clip, over the job's span where it is the plate or was made for the shot."""
    from fractions import Fraction

    footage = probe(
        footing.path,
        rate_fps=Fraction(footing.rate_fps),
        colour_space=footing.colour_space,
        first_frame=footing.first_frame,
        sparse=footing.is_sparse,
    )
    clip = open_clip(footage, footing.hand, scale=scale)
    if job is None:
        return clip
    if clip.numbers is not None:
        return replace(clip, span=job.span, numbers=tuple(at for at in clip.numbers if at in job.span))
    if footing.role == "edit" and footage.kind == "movie" and _is_shot_at_another_rate(clip.span, job.span):
        return _at_rate_of(job.span, clip)
    if footing.role and footage.kind == "still":
        return replace(clip, span=job.span, read=lambda at: clip.read(clip.span.start))
    return replace(clip, span=job.span)


def together(clips: Sequence[Clip]) -> Clip:
    """The painted frames of several sources as one clip; a frame that two have is the one of the first of them.

    Raises: MediaError if one has other frames than those that were painted, or another size.
    """
    first, *others = clips
    if not others:
        return first
    for clip in clips:
        if clip.numbers is None or (clip.width, clip.height) != (first.width, first.height):
            raise MediaError(
                f"sources taken together: they are {' and '.join(f'{one.width}x{one.height}' for one in clips)}, "
                "and each must be a few painted frames, at one size.",
                "Bring each in with --as painted, at the plate's size.",
            )
    has = {at: clip for clip in reversed(clips) for at in clip.numbers or ()}
    return replace(first, read=lambda at: has[at].read(at), numbers=tuple(sorted(has)))


def _is_shot_at_another_rate(span: Span, shot: Span) -> bool:
    """Whether an edit is of just the shot, and has more or fewer frames of it."""
    lasts, wanted = (float(one.length / one.rate_fps) for one in (span, shot))
    return span.length != shot.length and abs(lasts - wanted) < 0.2


def _at_rate_of(span: Span, clip: Clip) -> Clip:
    """A clip that lasts as long at another rate: each frame is the one nearest in time."""
    faster = float(clip.span.rate_fps / span.rate_fps)

    def read(at: int) -> Frame:
        return clip.frame(clip.span.clamped(clip.span.start + round((at - span.start) * faster)))

    return replace(clip, span=span, read=read)


def failure(step: Step, error: Exception) -> MakerError:
    """A maker's unexpected failure, named by its step."""
    return MakerError(
        f"step {step.name} ({step.maker}): it failed with {type(error).__name__}: {error}.",
        "Try another seed or parameter, and report it with the recipe: this is our fault.",
        step=step.name,
        maker=step.maker,
    )


def kept(clip: Clip, job: Job, step: Step) -> Clip:
    """The clip with its frames in the cache; a simulation's are drawn from the states in scratch."""
    folder, scratch = job.cache_of(step), job.scratch_of(step)

    def read(at: int) -> Frame:
        path = frame_path(folder, at)
        if path.is_file():
            return read_frame(path)
        if clip.simulation:
            state = load_state(shown_path(scratch, at))
            frame = clip.simulation.picture(state, at)
        else:
            frame = clip.read(at)
        folder.mkdir(parents=True, exist_ok=True)
        write_frame(path, frame, hands=frame.authorship.hands)
        return stored(frame)

    return replace(clip, read=read)


def shelved(clip: Clip, job: Job, step: Step) -> Clip:
    """The clip with its frames drawn from what its passes left on the disk."""
    assert clip.passes
    passes, shelf = clip.passes, shelf_of(job, step)
    return replace(clip, read=lambda at: passes.picture(at, shelf))


def frame_path(folder: Path, at: int) -> Path:
    return folder / f"frame.{at:04d}.exr"


def track_path(job: Job, step: Step) -> Path:
    return job.cache_of(step) / "track.json"


def shown_path(scratch: Path, at: int) -> Path:
    return scratch / f"shown.{at:04d}.npz"


def state_path(scratch: Path, at: int) -> Path:
    return scratch / f"state.{at:04d}.npz"
