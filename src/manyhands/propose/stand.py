"""Where an element is to stand in a plate, and how big it is there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from manyhands.kit.plate import Point, Reading, Top
from manyhands.propose.heard import Place

ROOM_ABOVE = 0.2  # of the picture's height: what a plume needs to be seen


@dataclass(frozen=True)
class Stand:
    """A place for an element's foot.

    ``is_behind`` says that what stands before the sky hides it; ``size`` is its size beside that of
    an element at the middle distance; ``rank`` which of several alike this is.
    """

    at: Point
    is_behind: bool
    size: float
    why: str
    rank: int = 0
    others: int = 0


def stands(
    place: Place | None, reading: Reading, *, wind: float, on_ground: bool, is_near: bool = False
) -> list[Stand]:
    """The places that fit what was asked, the likeliest first; there is always one.

    Args:
        wind: to the right; a plume stands on the side of a roof from which it blows over open sky.
        on_ground: the element lies on the ground when nothing is said.
        is_near: it stands among the people in the shot: in the middle when nothing is said.
    """
    if place is None:
        place = Place(relation="on", target="middle" if is_near else "ground" if on_ground else "roof", words="")
    target = place.target
    if target in ("roof", "building", "tower", "tree"):
        return _on_top(place, reading, wind)
    stand = _elsewhere(place, reading)
    if is_near and target in ("left", "right", "horizon", "background"):
        stand = _among_people(stand, place, reading)
    return [_spread(stand, reading) if on_ground and target in ("ground", "foreground", "bottom") else stand]


def _spread(stand: Stand, reading: Reading) -> Stand:
    """What lies on the ground reaches from below the picture's lower edge: a strip across its middle would float."""
    return replace(stand, at=(stand.at[0], 1.08 * reading.plate_height_px), why=f"{stand.why[:-1]}, from edge to edge.")


def _among_people(stand: Stand, place: Place, reading: Reading) -> Stand:
    """On that side of the picture, as high as people in it are."""
    x, y = stand.at[0], 0.6 * reading.plate_height_px
    if place.target in ("horizon", "background"):
        return replace(stand, at=(x, min(stand.at[1], y)), is_behind=False)
    why = f"“{place.words}”: it stands at the {place.target}, in front of everything ({x:.0f},{y:.0f} px)."
    return Stand((x, y), False, 1.0, why)


def _on_top(place: Place, reading: Reading, wind: float) -> list[Stand]:
    kinds = {"roof": ("roof",), "building": ("roof", "tower"), "tower": ("tower",), "tree": ("tree",)}[place.target]
    found = [top for top in reading.tops if top.kind in kinds]
    near = [top for top in reading.tops if top.kind != "tree"]
    said = f"“{place.words}”" if place.words else "no place was named"
    instead = ""
    if not found and near and place.target != "tree":
        found, instead = near, f"No {place.target} was found on the skyline; a {near[0].kind} stands in for it. "
    if not found:
        return [_nothing_there(place, reading)]
    order = list(range(len(found)))
    rank = place.rank or {"left": -1, "right": -2, "": 0}[place.side]
    if rank:
        sides = sorted(order, key=lambda index: found[index].at[0])
        wanted = {-1: sides[0], -2: sides[-1]}.get(rank, min(max(rank, 0), len(found) - 1))
        order = [wanted]
    return [
        _at_top(place, found[index], reading, wind, said, instead, number, len(order) - 1)
        for number, index in enumerate(order)
    ]


def _at_top(
    place: Place, top: Top, reading: Reading, wind: float, said: str, instead: str, rank: int, others: int
) -> Stand:
    height = reading.plate_height_px
    lee = _with_room(top, height) if abs(wind) < 0.15 else 0.68 if wind > 0 else 0.32
    x, y = top.point(0.5 if top.kind == "tower" else lee)
    size = min(1.4, max(0.45, (top.width_px / (0.36 * reading.plate_width_px)) ** 0.5))
    found = "was found" if top.sure > 0.6 else "may have been found"
    name = f"{top.kind} {found} at {x:.0f},{y:.0f} px, {top.width_px:.0f} px wide ({top.why})"
    why = f"{instead}{said[0].upper()}{said[1:]}: a {name}"
    left, right = top.along[0][0], top.along[-1][0]
    if place.relation == "behind":
        return Stand((x, y + 0.07 * height), True, 0.85 * size, f"{why}; it rises from behind it.", rank, others)
    if place.relation in ("foot", "front"):
        ground = reading.ground_px
        return Stand((x, ground), False, size, f"{why}; its foot is taken to be at row {ground:.0f}.", rank, others)
    if place.relation in ("beside", "left of", "right of"):
        away = 0.04 * reading.plate_width_px
        column = left - away if place.relation == "left of" else right + away
        column = min(max(column, 0.0), float(reading.plate_width_px))
        low = min(reading.ground_px, reading.skyline_at(column) + 0.05 * height)
        return Stand((column, low), True, 0.8 * size, f"{why}; beside it, behind what stands there.", rank, others)
    blows = ""
    if abs(wind) >= 0.15:
        side = "right" if wind > 0 else "left"
        blows = f"; the wind blows to the {side}, so it stands on that side and the plume crosses the open sky"
    return Stand((x, y + 0.012 * height), True, size, f"{why}{blows}.", rank, others)


def _with_room(top: Top, height: int) -> float:
    """How far along a top it stands: the middle, or where the picture has room above it, as on a peaked roof's side."""
    shares = sorted((step / 20 for step in range(2, 19)), key=lambda share: abs(share - 0.5))
    return next((share for share in shares if top.point(share)[1] > ROOM_ABOVE * height), 0.5)


def _nothing_there(place: Place, reading: Reading) -> Stand:
    said = (
        f"“{place.words}”: no {place.target} was found in this plate"
        if place.words
        else "No roof was found in this plate"
    )
    width, height = reading.plate_width_px, reading.plate_height_px
    if reading.has_sky:
        rows = list(reading.skyline)
        inner = range(len(rows) // 8, len(rows) - len(rows) // 8)
        # what rises from the picture's very top is out of the picture at once
        with_room = [index for index in inner if rows[index] > ROOM_ABOVE * height]
        column = min(with_room or inner, key=lambda index: rows[index])
        x = (column + 0.5) * width / len(rows)
        return Stand(
            (x, rows[column] + 0.012 * height),
            True,
            0.8,
            f"{said}; it stands at the highest point of the skyline that has room above it instead.",
        )
    return Stand(
        (0.5 * width, 0.72 * height),
        False,
        0.9,
        f"{said}; it stands in the middle of the picture, in front of everything, instead.",
    )


def _elsewhere(place: Place, reading: Reading) -> Stand:
    """The horizon, the ground, the corners: places that every picture has."""
    width, height = float(reading.plate_width_px), float(reading.plate_height_px)
    horizon, ground, low = reading.horizon_px, reading.ground_px, 0.94 * height
    seen = "" if reading.horizon_sure > 0.35 else ", which is a guess here"
    free = _freest(reading)
    line = reading.skyline_at
    known: dict[str, tuple[float, float, bool, float, str]] = {
        "horizon": (free, horizon + 0.004 * height, True, 0.4, f"on the horizon at row {horizon:.0f}{seen}"),
        "background": (free, line(free) + 0.01 * height, True, 0.45, "far off, behind all that stands before the sky"),
        "sky": (free, max(0.3 * height, 0.55 * line(free)), True, 0.7, "in the open sky, behind what stands before it"),
        "water": (
            free, horizon + 0.3 * (height - horizon), False, 0.6,
            f"below the horizon at row {horizon:.0f}{seen}; water is not told from land, so look whether it lies right",
        ),
        "ground": (
            0.5 * width, ground if place.words else low, False, 1.0, "on the ground, in front of everything",
        ),
        "foreground": (0.5 * width, 0.99 * height, False, 1.5, "close by, in front of everything"),
        "middle": (0.5 * width, 0.6 * height, False, 1.0, "in the middle, in front of everything"),
        "bottom": (0.5 * width, 0.97 * height, False, 1.0, "at the bottom, in front of everything"),
        "top": (0.5 * width, max(line(0.5 * width), 0.25 * height), True, 0.8, "at the top, behind the skyline"),
    }  # fmt: skip
    if place.target in known:
        x, y, behind, size, why = known[place.target]
        x = {"left": 0.2 * width, "right": 0.8 * width, "": x}[place.side]
    else:
        row, _, side = place.target.rpartition(" ")
        x = (0.2 if side == "left" else 0.8) * width
        y = {"top": max(line(x), 0.25 * height), "bottom": 0.95 * height, "": line(x) + 0.03 * height}[row]
        behind, size = row != "bottom", 0.8
        why = f"at the {place.target}, {'behind the skyline' if behind else 'in front of everything'}"
    behind = behind and reading.has_sky and place.relation != "front"
    said = f"“{place.words}”" if place.words else "No place was named"
    return Stand((x, y), behind, size, f"{said}: it stands {why} ({x:.0f},{y:.0f} px).")


def _freest(reading: Reading) -> float:
    """The column over which the sky comes down lowest, away from the picture's edges."""
    rows = reading.skyline
    edge = len(rows) // 8
    width = max(3, len(rows) // 10)
    column = max(range(edge, len(rows) - edge), key=lambda index: sum(rows[max(0, index - width) : index + width + 1]))
    return (column + 0.5) * reading.plate_width_px / len(rows)
