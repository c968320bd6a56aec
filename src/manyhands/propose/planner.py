"""An understanding and a plate become recipes: a restrained, a literal and a bold reading, at least.

Steps are wired by what makers are for, not by their names: the matte and the track that a maker
declares to fill are made when some step takes them, elements are made on their own and laid in by
the placement, treatments follow one another from the sky behind everything to the grade over all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from manyhands.core.errors import NoteError, ParameterError
from manyhands.core.maker import Input, Maker
from manyhands.core.noun import Noun
from manyhands.core.recipe import PLATE, SOURCE, Recipe, Step
from manyhands.kit.plate import Reading
from manyhands.propose import mattes
from manyhands.propose.brought import POINTING, Brought, heard_here, meant_by, names_of
from manyhands.propose.effects import bounded, changed, facts_of, is_number, is_same, rounded, said
from manyhands.propose.grammar import understand
from manyhands.propose.heard import Change, Mention, Moment, Understanding
from manyhands.propose.prompt import asks_a_model
from manyhands.propose.stand import Stand, stands
from manyhands.propose.wiring import depth_of, free_name, in_order, insert, take_out


@dataclass(frozen=True)
class Tone:
    """How far a reading goes: the power of what words do, and whether it exaggerates or holds back."""

    name: str
    power: float
    lean: int


TONES = (Tone("restrained", 0.6, -1), Tone("literal", 1.0, 0), Tone("bold", 1.45, 1))


class Proposal(Noun):
    """A recipe for a note, why it is so, and what of the note was understood."""

    KIND: ClassVar[str] = "proposal"

    recipe: Recipe
    reading: str
    reasons: tuple[str, ...]
    understanding: Understanding


def propose(
    note: str,
    reading: Reading,
    makers: Mapping[str, Maker],
    *,
    previous: Recipe | None = None,
    elements: Sequence[Brought] = (),
    is_pointed: bool = False,
) -> list[Proposal]:
    """Recipes for a note on a plate, at least three; with a recipe before, that one revised.

    A note that has a hosted model do all of it gives one, for it goes by its prompt alone.

    Args:
        elements: what was brought in; each that the recipe before has not yet is laid into the plate, or
            goes where its role says: a matte to the treatment that takes one.
        is_pointed: something was drawn in the picture, so that "here" is no riddle.
    Raises: NoteError if nothing in the note is answered to by any maker.
    """
    about = [step.maker for step in previous.steps] if previous else []
    aids = tuple(one for one in elements if one.role)
    elements = tuple(one for one in elements if not one.role)
    about += [maker.name for maker in makers.values() if maker.role == "placement" and elements]
    named, meant = names_of(elements), meant_by(aids)
    heard = understand(note, makers, about=about, named=named, meant=meant)
    if any(one.shapes for one in aids) and not any(asks(mention, makers) for mention in heard.mentions):
        heard = understand(note, makers, about=about, named=named, meant=[*meant, *POINTING])  # "take out this"
    heard = heard_here(heard) if is_pointed else heard
    brought, aids = (
        tuple(one for one in each if previous is None or one.id not in previous.sources) for each in (elements, aids)
    )
    wanted = [mention for mention in heard.mentions if asks(mention, makers)]
    if not wanted and not (previous and heard.sun) and not brought:
        raise _nothing_understood(heard, makers)
    exact = any(change.exact for mention in wanted for change in mention.changes)

    def plan(tone: Tone, **more: Any) -> _Plan:
        return _Plan(reading, makers, heard, tone, previous, brought=brought, aids=aids, **more)

    found = [plan(tone, free=exact and tone.lean != 0).proposal() for tone in TONES]
    if len({one.recipe.id for one in found}) < len(TONES):
        # what was said leaves no room between readings: the other two vary what was left open
        for index in (0, 2):
            found[index] = plan(TONES[index], free=True).proposal()
    for rank in range(1, plan(TONES[1]).choices() + 1):
        found.append(plan(TONES[1], rank=rank).proposal())
    if len({one.recipe.id for one in found}) == 1 and any(makers[step.maker].quote for step in found[0].recipe.steps):
        return [found[1]]  # a prompt leaves nothing to vary, and the same thing is not offered thrice for money
    return _distinct(found)


def with_treatment(
    recipe: Recipe,
    maker: Maker,
    reading: Reading,
    makers: Mapping[str, Maker],
    *,
    aids: Sequence[Brought] = (),
    given: Collection[str] = (),
) -> Recipe:
    """The recipe with one more treatment, where it belongs, as it is when nothing is said of it.

    Args:
        aids: what was brought in that it may take, such as a matte.
        given: inputs that it will be given by hand.
    Raises: NoteError if it needs what the plate has not.
    """
    plan = _Plan(reading, makers, Understanding(note=""), TONES[1], recipe, aids=tuple(aids))
    plan.steps, plan.current = list(recipe.steps), recipe.result.name
    if not plan.add_plain(maker, given=given):
        raise NoteError(f"{maker.name}: it cannot be added. {' '.join(plan.reasons)}", "Set something else.")
    return recipe.but(steps=tuple(sorted(plan.steps, key=lambda step: step.name == plan.current)))


def with_element(recipe: Recipe, maker: Maker, reading: Reading, makers: Mapping[str, Maker]) -> Recipe:
    """The recipe with one more element, laid in where it would stand if a note named it and no more.

    Raises: NoteError if no maker is installed that lays it in.
    """
    plan = _Plan(reading, makers, Understanding(note=""), TONES[1], recipe)
    plan.steps, plan.current = list(recipe.steps), recipe.result.name
    plan.add_element(maker)
    return recipe.but(steps=tuple(in_order(sorted(plan.steps, key=lambda step: step.name == plan.current))))


def asks(mention: Mention, makers: Mapping[str, Maker]) -> bool:
    """It asks for something to be done; what is to stay as it is does not.

    What is done with something that was brought in, as to what a matte tells of, needs only a name.
    """
    if _is_thing(mention, makers):
        return mention.removed and not mention.kept
    said = (mention.changes, mention.removed, mention.moved, mention.place, mention.start, mention.stop)
    is_named = bool(mention.nouns) and bool(mattes.needs_of(makers[mention.maker]) & mattes.BROUGHT)
    return not mention.kept and (any(said) or (is_named and makers[mention.maker].role != "matte"))


def _is_made_of(step: Step, aid: Brought) -> bool:
    """A step makes its matte of what was brought in, or drawn."""
    return aid.shapes in step.params.values() if aid.shapes else set(aid.sources) <= {*step.sources}


def _is_thing(mention: Mention, makers: Mapping[str, Maker]) -> bool:
    """It speaks of something in the plate, by no word that calls a maker."""
    words = makers[mention.maker].words
    return bool(words.things) and bool(mention.nouns) and not set(mention.nouns) & set(words.nouns)


def _nothing_understood(heard: Understanding, makers: Mapping[str, Maker]) -> NoteError:
    kept = [noun for mention in heard.mentions if mention.kept for noun in mention.nouns]
    if kept:
        return NoteError(
            f"note: it says that {' and '.join(kept)} is to stay as it is, and asks for nothing else.",
            'Say what is to be seen, such as "thick black smoke on the roof".',
        )
    if heard.mentions:
        named = ", ".join(noun for mention in heard.mentions for noun in mention.nouns)
        return NoteError(
            f"note: it names {named}, but not what is to become of it.", 'Say how it is to be, such as "a darker sky".'
        )
    hints = [f"“{item.text}” may mean {' or '.join(item.did_you_mean)}" for item in heard.unknown if item.did_you_mean]
    nouns = [noun for maker in makers.values() for noun in list(maker.words.nouns)[:3]]
    fix = (
        "; ".join(hints[:3]) + "."
        if hints
        else f"Known are words such as {', '.join(nouns[:12])}; `manyhands makers` lists all."
    )
    if asked := asks_a_model(heard.note, makers):
        fix += f" Or ask a model to draw it: {asked}."
    return NoteError("note: no maker answers to any of its words.", fix, unknown=[item.text for item in heard.unknown])


def _brought_told(element: Brought, reading: Reading, *, is_cut: bool) -> str:
    """What a person should know of an element that they brought in."""
    how = "cut out and laid in" if is_cut else "laid in as it is"
    told = [f"“{element.title}” is {how} ({element.width_px}x{element.height_px})"]
    if not element.has_alpha and not is_cut:
        told.append("it has no alpha, so it covers what it lies over as a rectangle")
    if 1 < element.frames < reading.span.length:
        told.append(f"it has {element.frames} frames of the shot's {reading.span.length}, so its last one stays")
    rate = float(reading.span.rate_fps)
    if element.frames > 1 and abs(element.rate_fps - rate) > 1e-3:
        told.append(f"it was taken at {element.rate_fps:g} fps and goes frame by frame at {rate:g}")
    return f"{'; '.join(told)}."


def _distinct(found: Sequence[Proposal]) -> list[Proposal]:
    """Each recipe once; the three readings are always kept."""
    kept: list[Proposal] = []
    for one in found:
        if len(kept) < len(TONES) or all(one.recipe.id != other.recipe.id for other in kept):
            kept.append(one)
    return kept


@dataclass
class _Plan:
    """One reading of one note, being put together."""

    reading: Reading
    makers: Mapping[str, Maker]
    heard: Understanding
    tone: Tone
    previous: Recipe | None = None
    rank: int = 0
    free: bool = False
    brought: tuple[Brought, ...] = ()
    aids: tuple[Brought, ...] = ()
    taken: list[str] = field(default_factory=list)
    lacks: list[NoteError] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    current: str = PLATE
    spots: int = 0

    # -- the whole -------------------------------------------------------------------------------

    def proposal(self) -> Proposal:
        self._lay_out()
        name = self.tone.name if not self.rank else f"{self.tone.name}, place {self.rank + 1}"
        self._tell_unknown()
        recipe = Recipe(steps=tuple(self.steps), name=name, why=tuple(self.reasons))
        return Proposal(recipe=recipe, reading=name, reasons=tuple(self.reasons), understanding=self.heard)

    def choices(self) -> int:
        """How many other places there are that fit as well."""
        self._lay_out()
        return self.spots

    def _lay_out(self) -> None:
        self.steps = list(self.previous.steps) if self.previous else []
        self.current = self.steps[-1].name if self.steps else PLATE
        mentions = [mention for mention in self.heard.mentions if self._asks(mention)]
        for mention in mentions:
            if _is_thing(mention, self.makers):
                continue
            if mention.removed:
                self._remove(mention)
            elif self._step_for(mention) and not self._is_another(mention) and not self._is_of_brought(mention):
                self._revise(mention)
        for mention in sorted((one for one in mentions if self._is_new(one)), key=self._depth):
            self._add(mention)
        for number, element in enumerate(self.brought):
            self._lay_in(element, self._said_of(element, number), [one for one in mentions if self._cuts(one)])
        for mention in self.heard.mentions:
            if mention.kept:
                self.reasons.append(f"“{' '.join(mention.nouns)}” stays as it is, as asked.")
            elif not self._asks(mention) and not self._is_of_brought(mention):
                self.reasons.append(
                    f"“{' '.join(mention.nouns)}” was heard, but not what is to become of it; it stays as it is."
                )
        for aid in self.aids:
            if aid.id not in self.taken and not aid.shapes:
                told = mattes.need_told([aid.role])
                self.reasons.append(f"“{aid.title}” was brought in as {told}, and nothing that the note asks takes it.")
        self._turn_sun()
        self._drop_unused()
        if not self.steps and self.lacks:
            raise self.lacks[0]
        if not self.steps:
            why = " ".join(self.reasons) or "It takes away all that there was."
            raise NoteError("note: it leaves nothing to do in this plate.", f"{why} Ask for something else.")

    def _asks(self, mention: Mention) -> bool:
        """It asks for something; of a matte it is enough to name who makes it."""
        return asks(mention, self.makers) or (self.makers[mention.maker].role == "matte" and not mention.kept)

    def _is_new(self, mention: Mention) -> bool:
        if _is_thing(mention, self.makers):
            return True
        before = {step.maker for step in self.previous.steps} if self.previous else set()
        is_there = mention.maker in before and not self._is_another(mention)
        waits = self._is_of_brought(mention) or (self._cuts(mention) and self._is_brought_opaque)
        return not mention.removed and not is_there and not waits

    def _cuts(self, mention: Mention) -> bool:
        """It asks for footage to be cut out: keyed, or cut along a matte."""
        return self.makers[mention.maker].cuts and not mention.removed

    @property
    def _is_brought_opaque(self) -> bool:
        """Something was brought in that covers as a rectangle: what is to be cut is that, and not the plate."""
        return any(not element.has_alpha for element in self.brought)

    def _is_of_brought(self, mention: Mention) -> bool:
        """It speaks of what was brought in now."""
        return bool(self.brought) and self.makers[mention.maker].role == "placement"

    def _said_of(self, element: Brought, number: int) -> Mention:
        """What the note says of an element: by its name, or else of elements in turn."""
        said = [one for one in self.heard.mentions if self._is_of_brought(one) and not one.removed]
        ids = {one.id for one in self.brought}
        by_name = [one for one in said if element.id in one.nouns]
        of_all = [one for one in said if not ids & set(one.nouns)]
        empty = Mention(maker=self._maker_of("placement") or "")
        return by_name[0] if by_name else of_all[min(number, len(of_all) - 1)] if of_all else empty

    def _is_another(self, mention: Mention) -> bool:
        """In a revision: a thing named in a place of its own, beside one that is there already."""
        alike = [one for one in self.heard.mentions if one.maker == mention.maker and not one.removed and one.place]
        return (
            bool(self.previous)
            and self.makers[mention.maker].role == "element"
            and not self.makers[mention.maker].cuts
            and len(alike) > 1
            and mention is not alike[0]
        )

    def _depth(self, mention: Mention) -> tuple[int, float]:
        """From far to near: what changes the sky, elements, air, the whole picture, its size, time."""
        maker = self.makers[mention.maker]
        if maker.role == "element" and not maker.cuts:
            return (1, self._stands(mention, maker, 0.0)[0].size)
        if maker.role in ("placement", "matte", "track"):
            return (7, 0.0)  # it shapes what the others take, or how they are laid in
        return (depth_of(maker), 0.0)

    # -- new steps -------------------------------------------------------------------------------

    def _add(self, mention: Mention) -> None:
        maker = self.makers[mention.maker]
        if maker.cuts:
            self._cut_plate(mention, maker)
        elif maker.role == "element":
            self._add_element(mention, maker)
        elif maker.role == "treatment":
            for one in self._apart(mention):
                self._add_treatment(one, maker)
        else:
            self._set_support(mention, maker)

    def _apart(self, mention: Mention) -> list[Mention]:
        """Things that go each have a step of their own where each has its matte."""
        mattes_brought = [aid for aid in self.aids if aid.role in ("matte", "painted")]
        if not _is_thing(mention, self.makers) or len(mattes_brought) < 2:
            return [mention]
        return [mention.model_copy(update={"nouns": (noun,)}) for noun in mention.nouns]

    def add_plain(self, maker: Maker, *, given: Collection[str] = ()) -> bool:
        """Add a treatment of which nothing is said, if it can be; what it needs may be given later."""
        return self._add_treatment(Mention(maker=maker.name), maker, given=given)

    def add_element(self, maker: Maker) -> None:
        """Add an element of which nothing is said, where it would stand by itself."""
        self._add_element(Mention(maker=maker.name), maker)

    def _add_treatment(self, mention: Mention, maker: Maker, *, given: Collection[str] = ()) -> bool:
        """Whether it could be added; what it lacks is told."""
        inputs = self._inputs(maker, mention=mention)
        missing = [item.name for item in maker.inputs if item.needed and item.name not in {*inputs, *given}]
        if missing:
            self._leave_out(mention, missing)
            return False
        params = self._params(maker, mention, {})
        self._insert(
            Step(name=self._free(maker.name), maker=maker.name, version=maker.version, params=params, inputs=inputs)
        )
        return True

    def _leave_out(self, mention: Mention, missing: Sequence[str]) -> None:
        """Say what a treatment needs that is not there, and how to come by it."""
        named = " and ".join(mention.nouns) or mention.maker
        if "foreground" in missing:
            why = f"it needs a sky behind a foreground, and none was found in this plate ({self.reading.sky_why})"
            self.reasons.append(f"“{named}” was left out: {why}.")
            return
        what, ways = mattes.need_told(missing), mattes.ways_told(missing, self.makers)
        self.reasons.append(f"“{named}” was left out: it needs {what}, and there is none. {ways}")
        self.lacks.append(NoteError(f"note: “{named}” needs {what}, and there is none.", ways))

    def _insert(self, step: Step) -> None:
        self.steps, self.current = insert(self.steps, self.current, step, self.makers)

    def _add_element(self, mention: Mention, maker: Maker) -> None:
        placing = self._maker_of("placement")
        if placing is None:
            raise NoteError("note: no maker is installed that lays an element into a plate.", "Install one.")
        wind = self._wind(maker, mention)
        found = self._stands(mention, maker, wind)
        self.spots = max(self.spots, len(found) - 1)
        stand = found[min(self.rank, len(found) - 1)]
        self.reasons.append(stand.why)
        if mention.place and mention.place.relation == "front" and not stand.is_behind:
            self.reasons.append("It lies in front of everything, since nothing tells what is nearer.")
        params = self._params(maker, mention, self._size(maker, mention, stand))
        params = self._roomy(maker, self._footed(maker, mention, params, wind), stand, wind)
        element = Step(
            name=self._free(maker.name), maker=maker.name, version=maker.version, params=params, inputs={"plate": PLATE}
        )
        self.steps.append(element)
        laid: dict[str, Any] = {}
        names = {parameter.name for parameter in self.makers[placing].parameters()}
        laid |= facts_of(self.makers[placing], self.reading)
        foot = list(params.get("foot", self._default(maker, "foot") or (0.5, 1.0)))
        x = stand.at[0]
        if self._stands_wide(maker, mention) and "width_px" in params:
            x += (foot[0] - 0.5) * params["width_px"]  # its box lies across the picture, wherever in it the source is
        if "at" in names:
            laid["at"] = [rounded(x), rounded(stand.at[1])]
        if "foot" in names and "foot" in maker.params.model_fields:
            laid["foot"] = foot
        if "reach" in names and "reach" in maker.params.model_fields:
            laid["reach"] = params.get("reach", self._default(maker, "reach"))  # how far a flash lights the scene
        if "behind" in names:
            laid["behind"] = 1.0 if stand.is_behind else 0.0
        laid |= self._exaggerated(self.makers[placing], laid, touched=None)
        inputs = self._inputs(self.makers[placing], with_foreground=stand.is_behind)
        inputs["element"] = element.name
        step = Step(
            name=self._free(placing), maker=placing, version=self.makers[placing].version, params=laid, inputs=inputs
        )
        self._insert(step)

    def _cut_plate(self, mention: Mention, maker: Maker) -> None:
        """Cut the subject out of the picture so far; with nothing to lie behind it, its alpha goes out with it."""
        if self._add_treatment(mention, maker):
            told = "Nothing was brought in to cut: the plate itself is cut out, and the result has its alpha."
            self.reasons.append(told)

    def _cut_brought(self, element: Brought, mentions: Sequence[Mention]) -> str:
        """Where the placement takes an element from: as it was brought, or cut out first, as the note asks."""
        taken = f"{SOURCE}{element.id}"
        for mention in mentions if not element.has_alpha else ():
            maker = self.makers[mention.maker]
            inputs = {name: step for name, step in self._inputs(maker, mention=mention).items() if name != "plate"}
            missing = [item.name for item in maker.inputs if item.needed and item.name not in {"plate", *inputs}]
            if missing:
                self._leave_out(mention, missing)
                continue
            step = Step(
                name=self._free(maker.name),
                maker=maker.name,
                version=maker.version,
                params=self._params(maker, mention, {}),
                inputs={**inputs, "plate": taken},
            )
            self.steps.insert(0, step)
            taken = step.name
        return taken

    def _lay_in(self, element: Brought, mention: Mention, cuts: Sequence[Mention] = ()) -> None:
        """Lay in what was brought, where the note says; as large as the plate, it lies over it exactly."""
        placing = self._maker_of("placement")
        if placing is None:
            raise NoteError("note: no maker is installed that lays an element into a plate.", "Install one.")
        maker, reading = self.makers[placing], self.reading
        size = (element.width_px, element.height_px)
        fits = size == (reading.plate_width_px, reading.plate_height_px)
        taken = self._cut_brought(element, cuts)
        self.reasons.append(_brought_told(element, reading, is_cut=not taken.startswith(SOURCE)))
        if fits and mention.place is None and mention.moved is None:
            self.reasons.append("It is as large as the plate and no place was named: it lies over it, pixel on pixel.")
            stand = Stand((0.5 * size[0], float(size[1])), False, 1.0, "")
            inputs = {"plate": self.current}
        else:
            found = self._stands(mention, maker, 0.0)
            self.spots = max(self.spots, len(found) - 1)
            stand = found[min(self.rank, len(found) - 1)]
            self.reasons.append(stand.why)
            inputs = self._inputs(maker, with_foreground=stand.is_behind)
        room = min(0.7 * reading.plate_width_px / size[0], 0.8 * reading.plate_height_px / size[1], 1.0)
        start = {
            "at": [rounded(stand.at[0]), rounded(stand.at[1])],
            "scale": 1.0 if "motion" not in inputs and fits else rounded(room * stand.size),
            "behind": 1.0 if stand.is_behind else 0.0,
        }
        step = Step(
            name=self._free(placing),
            maker=placing,
            version=maker.version,
            params=self._params(maker, mention, start),
            inputs={**inputs, "element": taken},
        )
        self._insert(step)
        if mention.moved:
            placed = next(one for one in self.steps if one.name == step.name)
            self._move(placed, mention.model_copy(update={"place": None}), maker)

    def _set_support(self, mention: Mention, maker: Maker) -> None:
        """Words for a matte or a track shape the step that others take, and make none of their own."""
        step = self._step_of(maker.name)
        if step is None and self._is_laid_between(mention, maker):
            return
        if step is None:
            words = ", ".join(dict.fromkeys(change.words for change in mention.changes)) or " and ".join(mention.nouns)
            instead = " Bring one in with --element." if maker.role == "placement" and mention.nouns else ""
            self.reasons.append(f"“{words}” would shape a {maker.role}, and this recipe needs none.{instead}")
            return
        if self.previous and step.name in {one.name for one in self.previous.steps}:
            self._replace(step, self._params(maker, mention, dict(step.params), facts=False))

    def _is_laid_between(self, mention: Mention, maker: Maker) -> bool:
        """Words for a maker that works on a matte put it behind the mattes that others take; whether there are any."""
        if not any(item.name == mattes.MATTE and item.needed for item in maker.inputs):
            return False
        takers = [step for step in self.steps if not mattes.is_matte(step, self.makers)]
        taken = dict.fromkeys(name for step in takers if (name := step.inputs.get(mattes.MATTE)))
        for name in taken:
            step = self._made(maker, mention, {PLATE: PLATE, mattes.MATTE: name})
            self.steps.append(step)
            for other in takers:
                if other.inputs.get(mattes.MATTE) == name:
                    self._replace(other, other.params, {**other.inputs, mattes.MATTE: step.name})
        return bool(taken)

    def _made(self, maker: Maker, mention: Mention, inputs: Mapping[str, str]) -> Step:
        params = self._params(maker, mention, {})
        name = self._free(maker.name)
        return Step(name=name, maker=maker.name, version=maker.version, params=params, inputs=dict(inputs))

    def _inputs(self, maker: Maker, *, with_foreground: bool = True, mention: Mention | None = None) -> dict[str, str]:
        """Where a maker's inputs come from: the picture so far, what was brought in, the matte, the track."""
        inputs = self._brought_inputs(maker, mention)
        for item in maker.inputs:
            if item.name == "plate":
                inputs["plate"] = self.current
            elif item.name == mattes.MATTE:
                if item.needed and item.name not in inputs and (name := self._matte_there()):
                    inputs[item.name] = name
            elif self._is_wanted(item, with_foreground=with_foreground) and (name := self._support(item.name)):
                inputs[item.name] = name
        return inputs

    def _brought_inputs(self, maker: Maker, mention: Mention | None) -> dict[str, str]:
        """The inputs for which something was brought in."""
        inputs = {}
        for item in maker.inputs:
            if item.name == mattes.MATTE and (aid := self._aid(("matte", "painted"), mention)):
                if name := self._matte_of(aid):
                    inputs[item.name] = name
            elif item.name in ("painted", "clean", "edit") and (aid := self._aid((item.name,), mention)):
                inputs[item.name] = f"{SOURCE}{aid.id}"
                self.taken.append(aid.id)
        return inputs

    def _aid(self, roles: Sequence[str], mention: Mention | None) -> Brought | None:
        """What was brought in for a treatment: by its name, or else the next that none has, or else the last."""
        fitting = [one for one in self.aids if one.role in roles]
        named = [one for one in fitting if mention and set(one.names) & set(mention.nouns)]
        left = [one for one in fitting if one.id not in self.taken]
        return next(iter((*named, *left, *reversed(fitting))), None)

    def _matte_of(self, aid: Brought) -> str:
        """The name of the step that makes a matte of what was brought in, added when first asked for."""
        maker = mattes.maker_of(aid, self.makers)
        if maker is None:
            self.reasons.append(f"“{aid.title}” was brought in, but no maker is installed that makes a matte of it.")
            return ""
        self.taken.append(aid.id)
        there = next((step for step in self.steps if _is_made_of(step, aid) and step.maker == maker.name), None)
        if there is not None:
            return there.name
        said = self._said_by_name(maker.name)
        params = self._params(maker, said, mattes.params_of(aid, maker))
        step = mattes.step_of(aid, maker, self._free(maker.name), params)
        self.steps.insert(0, step)
        return step.name

    def _matte_there(self) -> str:
        """The name of a step whose matte can be taken: one that the note asks for, or that is there already."""
        able = {maker.name for maker in mattes.of_plate(self.makers)}
        for mention in self.heard.mentions:
            if mention.maker in able and not (mention.removed or mention.kept or self._step_of(mention.maker)):
                maker = self.makers[mention.maker]
                step = self._made(maker, mention, {**self._inputs(maker, mention=mention), PLATE: PLATE})
                self.steps.insert(0, step)
                return step.name
        return next((step.name for step in reversed(self.steps) if mattes.is_matte(step, self.makers)), "")

    def _said_by_name(self, maker: str) -> Mention:
        return next((one for one in self.heard.mentions if one.maker == maker), Mention(maker=maker))

    def _is_wanted(self, item: Input, *, with_foreground: bool) -> bool:
        """Whether this plate and note give reason to make an input."""
        if item.name == "foreground":
            return with_foreground and self.reading.has_sky
        if item.name == "motion":
            return item.needed or not self.reading.is_locked_off
        return item.needed

    def _support(self, input_: str) -> str:
        """The name of the step that makes an input for others, added when first asked for."""
        name = next((maker.name for maker in self.makers.values() if maker.fills == input_), None)
        if name is None:
            return ""
        step = self._step_of(name)
        if step is None:
            maker = self.makers[name]
            params = self._params(maker, self._said_by_name(name), {})
            step = Step(
                name=self._free(name), maker=name, version=maker.version, params=params, inputs={"plate": PLATE}
            )
            self.steps.insert(0, step)
        return step.name

    def _maker_of(self, role: str) -> str | None:
        return next((maker.name for maker in self.makers.values() if maker.role == role), None)

    def _step_of(self, maker: str) -> Step | None:
        return next((step for step in reversed(self.steps) if step.maker == maker), None)

    def _step_for(self, mention: Mention) -> Step | None:
        """The step that a mention speaks of; of several placements the one of what was brought in."""
        if self.makers[mention.maker].role != "placement":
            return self._step_of(mention.maker)
        laid = [step for step in reversed(self.steps) if step.maker == mention.maker]
        own = [step for step in laid if self._brought_by(step)]
        named = [step for step in own if self._brought_by(step) in mention.nouns]
        return next(iter((*named, *own, *laid)), None)

    def _brought_by(self, step: Step) -> str:
        """The id of the source that a placement lays in, as it was brought or cut out; empty if it was made here."""
        taken = step.inputs.get("element", "")
        named = {one.name: one for one in self.steps if one.maker in self.makers and self.makers[one.maker].cuts}
        while taken in named:
            taken = named[taken].inputs["plate"]
        return taken.removeprefix(SOURCE) if taken.startswith(SOURCE) else ""

    def _free(self, name: str) -> str:
        return free_name(self.steps, name)

    # -- where -----------------------------------------------------------------------------------

    def _stands(self, mention: Mention, maker: Maker, wind: float) -> list[Stand]:
        on_ground = self._lies_on_ground(maker, mention)
        return stands(mention.place, self.reading, wind=wind, on_ground=on_ground, is_near=maker.is_near)

    def _foot(self, maker: Maker, mention: Mention) -> Any:
        """Where in its box the element stands: as its noun says, else as the maker does."""
        said = (change.value for change in mention.changes if change.parameter == "foot")
        return next(said, self._default(maker, "foot"))

    def _lies_on_ground(self, maker: Maker, mention: Mention) -> bool:
        foot = self._foot(maker, mention)
        return foot is not None and foot[1] >= 0.99

    def _wind(self, maker: Maker, mention: Mention) -> float:
        said = [change.value for change in mention.changes if change.parameter == "wind"]
        return float(said[-1] if said else self._default(maker, "wind") or 0.0)

    def _size(self, maker: Maker, mention: Mention, stand: Stand) -> dict[str, Any]:
        """The element's size in the plate, from its usual one in a picture 1280 wide."""
        factor = self.reading.plate_width_px / 1280 * stand.size
        if self._stands_wide(maker, mention):
            factor = max(
                factor, 1.3 * self.reading.plate_width_px / max(float(self._default(maker, "width_px") or 1280), 1)
            )
        sized = {}
        for name in ("width_px", "height_px"):
            if (value := self._default(maker, name)) is not None:
                sized[name] = float(value) * factor
        return sized

    def _stands_wide(self, maker: Maker, mention: Mention) -> bool:
        """Whether it goes from edge to edge: what lies on the ground does, unless its place is part of the picture."""
        place = mention.place
        everywhere = place is None or (place.target in ("ground", "foreground", "bottom") and not place.side)
        return everywhere and self._lies_on_ground(maker, mention)

    def _footed(self, maker: Maker, mention: Mention, params: dict[str, Any], wind: float) -> dict[str, Any]:
        """Room on the side that the wind blows to."""
        foot = self._foot(maker, mention)
        if foot is None:
            return params
        x = 0.5 if abs(wind) < 0.15 else min(foot[0], 1 - foot[0]) if wind > 0 else max(foot[0], 1 - foot[0])
        return {**params, "foot": [rounded(x), foot[1]]}

    def _roomy(self, maker: Maker, params: dict[str, Any], stand: Stand, wind: float) -> dict[str, Any]:
        """A wider box of the same gas, so that a plume leaves the picture before it leaves the box."""
        size = params.get("size", self._default(maker, "size"))
        if abs(wind) < 0.5 or size is None or not {"width_px", "foot"} <= params.keys():
            return params
        width, foot = float(params["width_px"]), params["foot"]
        ahead = self.reading.plate_width_px - stand.at[0] if wind > 0 else stand.at[0]
        behind = (foot[0] if wind > 0 else 1 - foot[0]) * width
        wider = min(1.4 * width, behind + ahead + 0.08 * self.reading.plate_width_px)
        if wider <= width:
            return params
        share = behind / wider
        place = [rounded(share if wind > 0 else 1 - share), foot[1]]
        return {**params, "width_px": rounded(wider), "size": rounded(size * width / wider), "foot": place}

    # -- numbers ---------------------------------------------------------------------------------

    def _default(self, maker: Maker, name: str) -> Any:
        return next((parameter.default for parameter in maker.parameters() if parameter.name == name), None)

    def _params(self, maker: Maker, mention: Mention, start: dict[str, Any], *, facts: bool = True) -> dict[str, Any]:
        """A step's parameters: the plate's facts, what the nouns bring, what the words change, how bold it is."""
        specs = {parameter.name: parameter for parameter in maker.parameters()}
        params = {**(facts_of(maker, self.reading) if facts else {}), **start}
        told: dict[tuple[str, bool], dict[str, tuple[Any, Any]]] = {}
        for change in mention.changes:
            if change.parameter not in specs:
                continue
            spec = specs[change.parameter]
            before = params.get(change.parameter, spec.default)
            # a parameter that says how bold it gets is exaggerated by that, and not by its words as well
            power = self.tone.power if spec.bold == 1 else 1.0
            after = bounded(maker, spec, changed(before, change, power, free=self.free))
            params[change.parameter] = after
            if after != before or not change.noun:
                told.setdefault((change.words, change.noun), {})[change.parameter] = (before, after)
        self._tell(told)
        self._time(maker, mention, params)
        touched = {change.parameter for change in mention.changes if facts or not change.noun}
        every = (maker.role in ("element", "placement") and facts) or self.free
        if self.free and any(change.exact for change in mention.changes):
            numbers = ", ".join(dict.fromkeys(change.words for change in mention.changes if change.exact))
            way = "under" if self.tone.lean < 0 else "over"
            self.reasons.append(f"“{numbers}” was said exactly; this reading goes {way} it, to compare.")
        params |= self._exaggerated(maker, params, touched=None if every else touched, mention=mention)
        checked = {name: bounded(maker, specs[name], value) for name, value in params.items()}
        try:
            maker.checked(checked)
        except ParameterError as error:
            raise NoteError(f"note: {error.what}", error.fix, **error.about) from error
        return {
            name: value
            for name, value in checked.items()
            if name in start or specs[name].plate or not is_same(value, specs[name].default)
        }

    def _time(self, maker: Maker, mention: Mention, params: dict[str, Any]) -> None:
        """When it begins and ends: in seconds for what is made, in frames for what is brought in."""
        specs = {parameter.name: parameter for parameter in maker.parameters()}
        began, rate, first = 0.0, float(self.reading.span.rate_fps), self.reading.span.start
        if mention.start:
            began = self._seconds(mention.start)
        elif "until" in specs:
            began = float(params.get("at", 0.0))
        elif params.get("first_frame") is not None:
            began = (params["first_frame"] - first) / rate
        ended = self._seconds(mention.stop) + (began if mention.stop.since_start else 0) if mention.stop else None
        if ended is not None and ended <= began:
            raise NoteError(
                f"note: it is to end {ended:g} s after the first frame; it begins at {began:g} s.",
                "Let it end later or begin sooner.",
            )
        told = []
        if mention.start:
            told.append(f"starts {began:g} s")
            if "at" in specs and specs["at"].unit == "s":
                params["at"] = bounded(maker, specs["at"], began)
            elif "first_frame" in specs:
                params["first_frame"] = first + round(began * rate)
        if ended is not None:
            told.append(f"ends {ended:g} s")
            if "until" in specs:
                params["until"] = bounded(maker, specs["until"], ended)
            elif "last_frame" in specs:
                params["last_frame"] = first + round(ended * rate)
        if told:
            self.reasons.append(f"It {' and '.join(told)} after the first frame.")

    def _seconds(self, moment: Moment) -> float:
        rate = float(self.reading.span.rate_fps)
        if moment.seconds is not None:
            return moment.seconds
        if moment.frames_in is not None:
            return moment.frames_in / rate
        return max(0.0, ((moment.frame or 0) - self.reading.span.start) / rate)

    def _exaggerated(
        self, maker: Maker, params: Mapping[str, Any], *, touched: set[str] | None, mention: Mention | None = None
    ) -> dict[str, Any]:
        """What a bold reading turns up and a restrained one down, by what each parameter declares."""
        changes = mention.changes if mention else ()
        exact = {change.parameter for change in changes if change.exact}
        fewer = {change.parameter for change in changes if change.how == "times" and change.value < 1}
        found = {}
        for parameter in maker.parameters():
            value = params.get(parameter.name, parameter.default)
            if parameter.bold == 1 or parameter.name in exact or not isinstance(value, (int, float)):
                continue
            if touched is not None and parameter.name not in touched:
                continue
            # what the note asks to be less, a bold reading makes less still
            power = -self.tone.lean if parameter.name in fewer else self.tone.lean
            found[parameter.name] = bounded(maker, parameter, value * parameter.bold**power)
        return found

    def _tell(self, told: Mapping[tuple[str, bool], Mapping[str, tuple[Any, Any]]]) -> None:
        for (words, noun), changes in told.items():
            parts = [said(name, before, after) for name, (before, after) in changes.items()]
            if noun and len(parts) > 3:
                parts = [*parts[:3], f"{len(parts) - 3} more of its own"]
            says = f"“{words}” {', '.join(parts)}."
            if says not in self.reasons:
                self.reasons.append(says)

    def _tell_unknown(self) -> None:
        self.reasons += list(self.heard.remarks)
        for item in self.heard.unknown:
            if item.text[:1].isalnum():
                hint = (
                    f" Did you mean {' or '.join(f'“{word}”' for word in item.did_you_mean)}?"
                    if item.did_you_mean
                    else ""
                )
                self.reasons.append(f"“{item.text}” was not understood: {item.why}.{hint}")

    # -- revising --------------------------------------------------------------------------------

    def _revise(self, mention: Mention) -> None:
        """Change the step that is there already by what the note says of it."""
        step = self._step_for(mention)
        assert step
        maker = self.makers[mention.maker]
        said = [change for change in mention.changes if not change.noun]
        if not said and not (mention.moved or mention.place or mention.start or mention.stop):
            said = [change for change in mention.changes if self._brings_more(maker, step, change)]
        quiet = mention.model_copy(update={"changes": tuple(said)})
        if said or mention.start or mention.stop:
            params = self._params(maker, quiet, dict(step.params), facts=False)
            if any(change.parameter == "wind" for change in said):
                params = self._footed(maker, quiet, params, self._wind(maker, quiet))
            self._replace(step, params)
            self._keep_foot(step.name, params)
        if maker.role == "treatment" and (found := self._brought_inputs(maker, mention)):
            now = next(one for one in self.steps if one.name == step.name)
            self._replace(now, now.params, {**now.inputs, **found})
        if mention.moved or mention.place:
            self._move(step, mention, maker)

    def _brings_more(self, maker: Maker, step: Step, change: Change) -> bool:
        """A noun named again adds what was not there (fire to smoke) and takes nothing away."""
        now = step.params.get(change.parameter, self._default(maker, change.parameter))
        if isinstance(now, (int, float)) and isinstance(change.value, (int, float)):
            return change.value > now
        return change.how == "set" and not isinstance(change.value, (int, float))

    def _move(self, step: Step, mention: Mention, maker: Maker) -> None:
        laid = step if maker.role == "placement" else self._laid(step)
        if laid is None:
            return
        params = dict(laid.params)
        if mention.place:
            stand = self._stands(mention, maker, float(step.params.get("wind", 0.0)))[0]
            params |= {"at": [rounded(stand.at[0]), rounded(stand.at[1])], "behind": 1.0 if stand.is_behind else 0.0}
            self.reasons.append(stand.why)
            placing = self.makers[laid.maker]
            inputs = {name: one for name, one in laid.inputs.items() if name != "foreground"}
            found = self._inputs(placing, with_foreground=stand.is_behind)
            inputs |= {"foreground": found["foreground"]} if "foreground" in found else {}
            self._replace(laid, params, inputs)
            return
        right, up, away = mention.moved or (0, 0, 0)
        reach = 0.1 * self.tone.power
        x, y = params.get("at") or (self.reading.plate_width_px / 2, self.reading.plate_height_px / 2)
        x = min(max(x + right * reach * self.reading.plate_width_px, 0), self.reading.plate_width_px)
        y = min(max(y - up * reach * self.reading.plate_height_px, 0), self.reading.plate_height_px)
        params["at"] = [rounded(x), rounded(y)]
        if away:
            params["scale"] = rounded(
                float(params.get("scale", 1.0)) * (0.75 if away > 0 else 1 / 0.75) ** self.tone.power
            )
        self.reasons.append(f"It was moved to {x:.0f},{y:.0f} px.")
        self._replace(laid, params)

    def _laid(self, element: Step) -> Step | None:
        """The step that lays an element into the plate."""
        return next((one for one in self.steps if one.inputs.get("element") == element.name), None)

    def _keep_foot(self, element: str, params: Mapping[str, Any]) -> None:
        for step in list(self.steps):
            if step.inputs.get("element") == element and "foot" in step.params and "foot" in params:
                self._replace(step, {**step.params, "foot": params["foot"]})

    def _replace(self, step: Step, params: Mapping[str, Any], inputs: Mapping[str, str] | None = None) -> None:
        changed = step.but(params=dict(params), inputs=dict(inputs if inputs is not None else step.inputs))
        self.steps[next(index for index, one in enumerate(self.steps) if one.name == step.name)] = changed

    def _remove(self, mention: Mention) -> None:
        step = self._step_for(mention)
        names = " and ".join(mention.nouns)
        if step is None:
            self.reasons.append(f"There is no {names}, as asked.")
            return
        maker = self.makers[mention.maker]
        amounts = {spec.name for spec in maker.parameters() if spec.low == 0 and is_number(spec.default)}
        brought = [
            change.parameter for change in mention.changes if change.how == "set" and change.parameter in amounts
        ]
        main = {next((key for key in effects if key in amounts), "") for effects in maker.words.nouns.values()}
        # "no fire" of a step that also makes smoke only puts the fire out
        rest = [
            key
            for key in main
            if key and key not in brought[:1] and float(step.params.get(key, self._default(maker, key)) or 0) > 0
        ]
        if maker.role == "element" and rest and brought:
            self._replace(step, {**step.params, **dict.fromkeys(brought[:1], 0.0)})
            self.reasons.append(f"“no {names}” set {brought[0]} to 0.")
            return
        laid = [] if maker.cuts else [one.name for one in self.steps if one.inputs.get("element") == step.name]
        goes = [step.name, *laid]
        self.steps, self.current = take_out(self.steps, self.current, goes)
        self.reasons.append(f"“no {names}” took the step {step.name} out.")

    def _turn_sun(self) -> None:
        if self.heard.sun is None:
            return
        right, up, away = self.heard.sun
        vector = {
            "sun_from_x": 0.8 * right,
            "sun_from_y": 0.9 if up > 0 else 0.45,
            "sun_from_z": 0.8 * away or (-0.35 if right else 0.0),
        }
        for step in list(self.steps):
            maker = self.makers.get(step.maker)
            if maker and "sun_from_x" in maker.params.model_fields:
                self._replace(step, {**step.params, **vector})
        self.reasons.append("The light comes from where the note says, not from where the plate seems to have it.")

    def _drop_unused(self) -> None:
        """A matte or a track that nothing takes is not made."""
        keep = {step.name for step in self.previous.steps} if self.previous else set()
        before = -1
        while before != len(self.steps):
            before, used = len(self.steps), {name for step in self.steps for name in step.inputs.values()}
            self.steps = [
                step
                for step in self.steps
                if step.name in used
                or step.name == self.current
                or (step.name in keep and step.maker not in self.makers)
            ]
        self.steps = in_order(sorted(self.steps, key=lambda step: step.name == self.current))


def vocabulary(makers: Mapping[str, Maker]) -> dict[str, dict[str, list[str]]]:
    """Every word that is answered to: by maker, and under "general" what holds for all."""
    from manyhands.propose import english

    found = {
        maker.name: {
            "nouns": sorted(maker.words.nouns),
            "adjectives": sorted(maker.words.adjectives),
            "circumstances": sorted(maker.words.circumstances),
            "places": sorted(maker.words.places),
            "things": sorted(maker.words.things),
        }
        for maker in makers.values()
    }
    found["general"] = {
        "degrees": sorted(
            {*english.DEGREES, *english.RAISING, *english.QUANTITIES, *english.RATIOS, *english.SOFTENED}
        ),
        "colours": sorted(english.COLOURS),
        "directions": sorted(english.DIRECTIONS),
        "relations": sorted(english.RELATIONS),
        "places": sorted(english.TARGETS),
        "strengths": sorted(english.STRENGTHS),
        "units": sorted(english.UNITS),
        "refusals": sorted({*english.REFUSALS, *english.FORBIDDING, *english.KEEPING, *english.AS_IT_IS}),
        "times": sorted({*english.BEGINNINGS, *english.ENDINGS, *english.UNTIL}),
    }
    return found
