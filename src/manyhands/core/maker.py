"""Maker: a named, versioned function from clips, parameters and a seed to a clip.

Everything else about a maker (command-line flags, forms, reference page, cache key, promise tests)
is derived from what stands here: its name, its ``Params``, its signature and its docstring.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import ParameterError
from manyhands.core.grant import Need
from manyhands.core.hand import Hand, Origin
from manyhands.core.span import Span
from manyhands.core.spend import Quote
from manyhands.core.track import Track
from manyhands.core.words import Words

Bell = Callable[[int, int], None]
"""``bell(done, of)``: says how far the work is; raises Stopped when somebody asked to stop."""

Kind = Literal["simulated", "plate", "taught", "open-weight", "hosted"]
"""How a maker comes by its pictures, in the order in which a person is offered it: worked out by a procedure; taken or
changed from the plate's own pixels; learnt from what a person painted for this shot; drawn by a model that others
trained, on this machine; or by one on somebody else's."""

Purpose = Literal["add", "take out", "change", "matte", "enlarge", "retime", "steady", "generate", "perform"]
"""What a person may want a maker for: to add what was not there, to take out what was, to change what stays, to tell
one thing from the rest, more pixels, another pace, a calmer camera, a picture of its own, a performance."""

Role = Literal["element", "treatment", "matte", "track", "placement"]
"""What a maker is for.  An *element* is a layer of its own; a *treatment* changes the plate it is
given; a *matte* and a *track* help others and have no pixels in the result; the *placement* lays an
element into a plate."""


class MakerParams(BaseModel):
    """The parameters of a maker: frozen, bounded, refusing names that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _each_part_within(cls, value: Any, info: ValidationInfo) -> Any:
        """Bounds of a colour hold for each of its parts."""
        about = _about(cls.model_fields[str(info.field_name)])
        low, high = about.get("low"), about.get("high")
        if isinstance(value, tuple) and low is not None and not all(low <= part <= high for part in value):
            raise ValueError(f"each part must lie between {low:g} and {high:g}")
        return value

    def scaled(self, factor: float) -> Self:
        """The same look on a plate ``factor`` times the size: lengths in pixels follow."""
        changes = {}
        for name, info in type(self).model_fields.items():
            about = _about(info)
            value = getattr(self, name)
            if about.get("unit") == "shapes":
                changes[name] = value.scaled(factor)
            elif about.get("unit") == "px" and value is not None:
                scaled = _each(value, lambda part: part * factor)
                changes[name] = _each(scaled, round) if info.annotation is int else scaled
            elif about.get("detail"):
                changes[name] = max(about["low"], round(value * factor ** about["detail"]))
        return self.model_copy(update=changes)


def _each(value: Any, change: Callable[[float], float]) -> Any:
    return tuple(change(part) for part in value) if isinstance(value, tuple) else change(value)


def number(
    default: float | None,
    *,
    low: float,
    high: float,
    unit: str,
    about: str,
    bold: float = 1.0,
    plate: str = "",
    detail: float = 0.0,
) -> Any:
    """A bounded number.

    Args:
        unit: what it counts; ``px`` follows the size of the plate in a draft.
        bold: the factor by which a bold reading of a note exaggerates it (a restrained one divides).
        plate: the fact of the plate's reading that proposes its value, e.g. ``sun_azimuth_deg``.
        detail: the power of the draft's scale that this follows, for sizes of a grid.
    """
    extra: Any = {"unit": unit, "bold": bold, "plate": plate, "detail": detail, "low": low, "high": high}
    return Field(default, ge=low, le=high, description=about, json_schema_extra=extra)


def share(default: float, about: str, *, bold: float = 1.0, plate: str = "") -> Any:
    """A number from 0 to 1."""
    return number(default, low=0, high=1, unit="share", about=about, bold=bold, plate=plate)


def choice(default: str, about: str) -> Any:
    """One of the names that the field's Literal lists."""
    return Field(default, description=about, json_schema_extra={"unit": "name"})


def flag(default: bool, about: str) -> Any:
    """Yes or no."""
    return Field(default, description=about, json_schema_extra={"unit": "yes or no"})


def text(default: str, about: str, *, plate: str = "") -> Any:
    """Free text."""
    return Field(default, description=about, max_length=1000, json_schema_extra={"unit": "text", "plate": plate})


def model(default: str, about: str) -> Any:
    """The name of a model on this machine (``openweight.cards``); in a recipe it comes with a hash of its weights."""
    return Field(default, description=about, max_length=100, json_schema_extra={"unit": "model"})


def file(default: str, about: str) -> Any:
    """A file that the maker declares it reads: its path, or ``source:ID`` of one in the production."""
    return Field(default, description=about, max_length=1000, json_schema_extra={"unit": "file"})


Colour = tuple[float, float, float]


def colour(default: Colour, about: str, *, plate: str = "") -> Any:
    """A colour: scene-linear ACEScg red, green and blue."""
    extra: Any = {"unit": "ACEScg", "plate": plate, "low": 0, "high": 100}
    return Field(default, description=about, json_schema_extra=extra)


Point = tuple[float, float]


def point(default: Point | None, about: str, *, plate: str = "") -> Any:
    """A place in the plate, in pixels from its top left corner; it follows the plate's size."""
    return Field(default, description=about, json_schema_extra={"unit": "px", "plate": plate})


Box = tuple[float, float, float, float]


def box(default: Box | None, about: str, *, plate: str = "") -> Any:
    """A rectangle in the plate: left, top, width and height in pixels; it follows the plate's size."""
    return Field(default, description=about, json_schema_extra={"unit": "px", "plate": plate})


Outline = tuple[float, ...]


def outline(default: Outline, about: str, *, plate: str = "") -> Any:
    """A polygon in the plate: x and y of each corner in turn, in pixels; it follows the plate's size."""
    return Field(default, description=about, json_schema_extra={"unit": "px", "plate": plate})


def part_of_picture(default: Point, about: str) -> Any:
    """A place in a picture as shares of its width and height, from its top left corner."""
    return Field(default, description=about, json_schema_extra={"unit": "share of the picture"})


def drawing(default: Any, about: str) -> Any:
    """Shapes drawn in the plate: a frozen value of its own kind, which is written in a line or as JSON.

    It checks itself, says itself in a line (``str``) and follows the plate's size (``scaled``).
    """
    return Field(default, description=about, json_schema_extra={"unit": "shapes"})


def _about(info: FieldInfo) -> dict[str, Any]:
    extra = info.json_schema_extra
    return dict(extra) if isinstance(extra, dict) else {}


@dataclass(frozen=True)
class Parameter:
    """One parameter, as a form, a flag or a page shows it."""

    name: str
    default: Any
    unit: str
    about: str
    low: float | None
    high: float | None
    names: tuple[str, ...]
    bold: float
    plate: str


@dataclass(frozen=True)
class Input:
    """One clip or track that a maker takes."""

    name: str
    kind: Literal["clip", "track"]
    needed: bool


@dataclass(frozen=True)
class AboutModel:
    """What is known of the model behind a maker's pictures; None where nobody says.

    Args:
        trained_on: in a sentence, as its makers state it; empty for a procedure, which was trained on nothing.
        is_stated: its makers say what it was trained on.
        is_cleared: all of that was cleared for it.
        may_be_final: its licence lets what it makes be part of a delivered picture.
        keeps_input, trains_on_input: whoever is sent something keeps it, or trains on it.
        remarks: what else a person should know of it before they choose it, on this machine.
    """

    trained_on: str = ""
    is_stated: bool | None = None
    is_cleared: bool | None = None
    may_be_final: bool | None = None
    keeps_input: bool | None = None
    trains_on_input: bool | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Maker:
    """One maker: what it is called, what it takes, what it promises, and the function itself."""

    name: str
    version: int
    origin: Origin
    role: Role
    about: str
    manual: str
    params: type[MakerParams]
    inputs: tuple[Input, ...]
    gives: Literal["clip", "track"]
    words: Words
    fills: str
    cuts: bool
    keeps: bool
    repeats: bool
    shifts: bool
    resizes: bool
    is_near: bool
    scope: str
    needs: tuple[str, ...]
    consents: Callable[[Any], tuple[Need, ...]]
    quote: Callable[[Any, Span, int, int], Quote] | None
    ready: Callable[[], None]
    purposes: tuple[Purpose, ...]
    set_for: Callable[[Purpose, Collection[str]], Mapping[str, Any]]
    about_model: Callable[[Any], AboutModel]
    seconds: Callable[[Any, int, int], float]
    function: Callable[..., Any]

    @property
    def id(self) -> str:
        return f"{self.name}@{self.version}"

    @property
    def hand(self) -> Hand:
        return Hand(
            id=f"{self.origin}:{self.name}:{self.version}",
            origin=self.origin,
            name=self.name,
            version=str(self.version),
        )

    @property
    def kind(self) -> Kind:
        """How it comes by its pictures, from what it declares that it needs and is."""
        if "network" in self.needs:
            return "hosted"
        if "weights" in self.needs:
            return "open-weight"
        if self.origin == "trained":
            return "taught"
        return "simulated" if "add" in self.purposes else "plate"

    def hand_for(self, params: MakerParams) -> Hand:
        """The hand of what it makes with these: that of the model that draws, where one of them names a model."""
        name, _, pin = self.model_of(params).partition("@")
        if not name:
            return self.hand
        version = pin[:12] or str(self.version)
        return Hand(id=f"{self.origin}:{name}:{version}", origin=self.origin, name=name, version=version)

    def model_of(self, params: MakerParams) -> str:
        """The model on this machine that these name, with the beginning of its hash; empty if they name none."""
        return "".join(str(getattr(params, each.name)) for each in self.parameters() if each.unit == "model")

    def purpose_of(self, params: Mapping[str, Any], given: Collection[str]) -> Purpose:
        """What it is wanted for, by what it is set to; ``given`` are the inputs that it has."""
        checked = self.checked(params)
        fits = [
            purpose
            for purpose in self.purposes
            if all(getattr(checked, name) == value for name, value in self.set_for(purpose, given).items())
        ]
        return (*fits, *self.purposes[-1:], "change")[0]

    def parameters(self) -> tuple[Parameter, ...]:
        """Every parameter with its bounds, unit and meaning, in the order they are declared."""
        found = []
        for name, info in self.params.model_fields.items():
            extra = _about(info)
            names = get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
            found.append(
                Parameter(
                    name,
                    info.default,
                    str(extra.get("unit", "")),
                    info.description or "",
                    extra.get("low"),
                    extra.get("high"),
                    tuple(names),
                    float(extra.get("bold", 1.0)),
                    str(extra.get("plate", "")),
                )
            )
        return tuple(found)

    def checked(self, params: Mapping[str, Any]) -> MakerParams:
        """The parameters as a frozen value.

        Raises: ParameterError that names the parameter, its value, its bounds and its meaning.
        """
        try:
            return self.params.model_validate(dict(params))
        except ValidationError as error:
            raise self._refusal(error.errors()[0], params) from None

    def _refusal(self, fault: Any, params: Mapping[str, Any]) -> ParameterError:
        name = str(fault["loc"][0]) if fault["loc"] else "parameters"
        known = {parameter.name: parameter for parameter in self.parameters()}
        if name not in known:
            return ParameterError(
                f"{self.name}: {name} is not one of its parameters.",
                f"It has: {', '.join(known)}.",
                maker=self.name,
                parameter=name,
            )
        spec = known[name]
        if spec.names:
            limit = f"it must be one of {', '.join(map(str, spec.names))}"
        elif spec.low is not None:
            limit = f"it must lie between {spec.low:g} and {spec.high:g}"
        else:
            limit = fault["msg"].removeprefix("Value error, ").lower()
        unit = (
            "" if spec.unit in ("share", "name", "yes or no", "text", "file", "model", "shapes") else f" ({spec.unit})"
        )
        value = params[name] if spec.unit == "shapes" else fault["input"]
        return ParameterError(
            f"{self.name}: {name} is {value!r}; {limit}{unit}.",
            f"It is {spec.about}.",
            maker=self.name,
            parameter=name,
            value=repr(value),
            low=spec.low,
            high=spec.high,
        )

    def make(self, inputs: Mapping[str, Clip | Track | None], params: MakerParams, rng: Chance, bell: Bell) -> Any:
        """The clip or track that this maker makes of its inputs; frames are computed when asked for."""
        given = {item.name: inputs.get(item.name) for item in self.inputs}
        for item in self.inputs:
            if item.needed and given[item.name] is None:
                raise ParameterError(
                    f"{self.name}: the input {item.name} is missing.",
                    f"Name a step or the plate as its {item.name}.",
                    maker=self.name,
                )
        return self.function(**given, p=params, rng=rng, bell=bell)


def _purposes(role: Role, *, cuts: bool) -> tuple[Purpose, ...]:
    """What a maker is wanted for that says nothing of it."""
    found: dict[Role, tuple[Purpose, ...]] = {"element": ("add",), "treatment": ("change",), "matte": ("matte",)}
    return ("matte",) if cuts else found.get(role, ())


def maker(
    name: str,
    *,
    version: int,
    origin: Origin = "procedure",
    role: Role = "treatment",
    words: Words | None = None,
    fills: str = "",
    cuts: bool = False,
    keeps: bool = False,
    repeats: bool = True,
    shifts: bool = False,
    resizes: bool = False,
    is_near: bool = False,
    scope: str = "composite",
    needs: tuple[str, ...] = (),
    consents: Callable[[Any], tuple[Need, ...]] = lambda params: (),
    quote: Callable[[Any, Span, int, int], Quote] | None = None,
    ready: Callable[[], None] = lambda: None,
    purposes: tuple[Purpose, ...] | None = None,
    set_for: Callable[[Purpose, Collection[str]], Mapping[str, Any]] = lambda purpose, given: {},
    about_model: Callable[[Any], AboutModel] = lambda params: AboutModel(),
    seconds: Callable[[Any, int, int], float] = lambda params, width, height: 3e-8 * width * height,
) -> Callable[[Callable[..., Any]], Maker]:
    """Declare a maker; the decorated name becomes a :class:`Maker`.

    Args:
        version: grows when the same parameters and seed give other pixels.
        fills: the input of other makers that it makes by itself, from the plate alone, when a note needs it.
        cuts: its element is cut out of the footage that it is given as plate, whose light it stays.
        keeps: its frames cost enough to be kept in the production's cache.
        repeats: the same inputs and seed give the same pixels.
        shifts: its frames come from other frames of its inputs (a retime).
        resizes: its frames have another size than its inputs (an enlargement).
        is_near: an element that stands among the people in the shot, and not on or behind the skyline.
        scope: what it does with the footage it is given, in the order of ``rights``.
        needs: what must be at hand: a GPU, a key, weights.
        consents: whose consent it needs to what, from its parameters; without these it is neither proposed nor run.
        quote: what it costs at most, from (params, the plate's span, width, height), where it costs something; it is
            made only under an agreement, and what it bought is kept apart from what can be made again.
        ready: raises what is missing of what it needs, before anybody agrees to a price.
        purposes: what a person may want it for; where nothing is said, an element adds and a treatment changes.
        set_for: the parameters that serve a purpose, from (purpose, the inputs that it will be given).
        about_model: what is known of the model that makes its pictures, from its parameters.
        seconds: what one frame costs on one core, from (params, width, height).
    """

    def declare(function: Callable[..., Any]) -> Maker:
        hints = get_type_hints(function)
        inputs, params = [], None
        for parameter in inspect.signature(function).parameters.values():
            kinds = _members(hints[parameter.name])
            if Clip in kinds or Track in kinds:
                kind: Literal["clip", "track"] = "clip" if Clip in kinds else "track"
                inputs.append(Input(parameter.name, kind, needed=type(None) not in kinds))
            elif isinstance(kinds[0], type) and issubclass(kinds[0], MakerParams):
                params = kinds[0]
        if params is None:
            raise TypeError(f"maker {name}: give it an argument p with a MakerParams type")
        manual = inspect.getdoc(inspect.getmodule(function)) or inspect.getdoc(function) or ""
        return Maker(
            name=name,
            version=version,
            origin=origin,
            role=role,
            about=manual.split("\n\n")[0].replace("\n", " "),
            manual=manual,
            params=params,
            inputs=tuple(inputs),
            gives="track" if Track in _members(hints["return"]) else "clip",
            words=words or Words(),
            fills=fills,
            cuts=cuts,
            keeps=keeps,
            repeats=repeats,
            shifts=shifts,
            resizes=resizes,
            is_near=is_near,
            scope=scope,
            needs=needs,
            consents=consents,
            quote=quote,
            ready=ready,
            purposes=_purposes(role, cuts=cuts) if purposes is None else purposes,
            set_for=set_for,
            about_model=about_model,
            seconds=seconds,
            function=function,
        )

    return declare


def _members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (types.UnionType, Union) else (hint,)
