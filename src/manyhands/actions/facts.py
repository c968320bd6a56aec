"""What is known of a shot that rules may ask: what the program works out by itself, and what people have said.

The program reads the recipe, the take's shares, the decisions and the recorded consents.  All else is said by a person,
of one shot or of the whole production, with a reason; what the program knows cannot be said otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from manyhands.actions.consents import kept_name
from manyhands.actions.decisions import decisions
from manyhands.actions.slate import Slate, boxes, chosen, given_to_models, slate
from manyhands.actions.statements import ANSWERS, Statement, answers, named_statements, sayable
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError
from manyhands.core.extent import PPM
from manyhands.core.grant import Need
from manyhands.core.hand import Hand
from manyhands.core.maker import AboutModel, Maker, Purpose
from manyhands.core.names import is_same_name
from manyhands.core.recipe import Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.makers import all_makers, find_maker
from manyhands.rights import Registry
from manyhands.rights.facts import FACTS, PERSON, USE

ALTERED_PPM = 10_000
"""From so much of somebody's box on, drawn by models, they count as altered: a hundredth, as of a pixel's touch."""


def take_of(studio: Studio, shot: Shot) -> Take | None:
    """The take of a shot that rules are held against: the accepted one, else the last."""
    return chosen(studio, {shot.id}, {shot.id: decisions(studio, shot.id)}).get(shot.id)


def facts_of(known: Slate, shot: Shot) -> dict[str, Any]:
    """All that is known of a shot's take: what the program works out, and what people have said of the rest.

    What is said of the shot goes before what is said of the whole production.  A take is meant for the final unless
    somebody says that it is not.
    """
    facts = _with_said(known, shot, worked_out(known, shot))
    return {**facts, **_marked(known, shot, facts["people"] or [])} if shot.id in known.takes else facts


def facts_ahead(
    known: Slate, shot: Shot, uses: Sequence[Mapping[str, Any]], needs: Sequence[Need] = ()
) -> dict[str, Any]:
    """What is known of a shot before anything of it is made, from who would have a part in it."""
    return _with_said(known, shot, _parts(known, shot, uses, needs))


def _with_said(known: Slate, shot: Shot, worked: Mapping[str, Any]) -> dict[str, Any]:
    """What the program works out, with what people have said beside it; nothing worked out: there is no take yet."""
    every = known.said_of(shot.id)
    said = _by_whom(every)
    facts = {
        "is_final": True,
        **said.get("", {}),
        **{name: value for name, value in worked.items() if value is not None},
    }
    if worked:
        facts["uses"] = [_with(use, said, str(use["maker"])) for use in worked["uses"]]
    people = [_with(one, said, str(one["person"])) for one in worked.get("people", ())]
    for whom in dict.fromkeys(one.of for one in every if one.shot and one.fact in PERSON):
        if not any(_is_of(one, whom) for one in people):
            told = _with({"person": whom}, said, whom)
            people.append({**told, "has_consented": _agreed(known.held, whom, told.get("is_replica"))})
    is_told = bool(people) or facts.get("alters_performance") is False
    consents = [one["has_consented"] for one in people]
    agreed = None if not consents or (None in consents and False not in consents) else all(consents)
    return {**facts, "people": people if is_told else None, "performance_consent": agreed}


def worked_out(known: Slate, shot: Shot) -> dict[str, Any]:
    """What the program knows of a shot's take by itself; None where it does not know, empty where there is no take."""
    take = known.takes.get(shot.id)
    if take is None:
        return {}
    recipe = known.recipes[take.recipe]
    sources = [known.sources[id_] for id_ in (shot.plate, *recipe.sources)]
    uses = [*uses_of(recipe.steps), *(_brought(source) for source in sources if source.made_by)]
    needs = [need for step in recipe.steps for need in _needs(step)]
    verdicts = [item for item in known.decisions.get(shot.id, ()) if item.take == take.id]
    stands = bool(verdicts) and verdicts[-1].verdict == "accept"
    director = [item for item in verdicts if _directs(known, item.by)]
    return {
        **_parts(known, shot, uses, needs, seen=_taken_from(known, recipe)),
        "tasks": list(known.tasks.get(shot.id, ())),
        "trained_share": take.extent.of("trained") / PPM,
        "approved_by_person": stands,
        "approved_by_director": stands and bool(director) and director[-1].verdict == "accept",
    }


def _parts(
    known: Slate,
    shot: Shot,
    uses: Sequence[Mapping[str, Any]],
    needs: Sequence[Need],
    *,
    seen: Iterable[str] = (),
) -> dict[str, Any]:
    """What follows from who has a part: a procedure plays nobody and is no model's light; of a model a person says.

    Where somebody has looked and nobody recognisable is seen, there is no playing to touch.
    Args:
        seen: who is seen in what a model was given beside the plate.
    """
    is_model = any(use["origin"] == "trained" for use in uses)
    is_nobody = {one.says for one in known.depictions.get(shot.id, ())} == {"nobody"}
    asked = [_depicted(known.held, name, needs) for name in dict.fromkeys(name for name, _ in needs)]
    given = [
        {"person": name, "has_consented": _agreed(known.held, name, None)}
        for name in seen
        if not any(_is_of(one, name) for one in asked)
    ]
    return {
        "uses": list(uses),
        "tasks": [],  # where nothing is made yet, nobody's work is done
        "people": [*asked, *given],
        "alters_performance": True if needs else None if is_model and (given or not is_nobody) else False,
        "trained_share": None if is_model else 0.0,
        "alters_marked": None if is_model and boxes(known.depictions.get(shot.id, ())) else False,
    }


def _taken_from(known: Slate, recipe: Recipe) -> list[str]:
    """Who is seen or heard in the sources, beside the plate, that a model is given."""
    parties = dict.fromkeys(
        one.party for id_ in given_to_models(recipe) for one in known.of_sources.get(id_, ()) if one.party
    )
    return [known.name_of(party) for party in parties]


def _marked(known: Slate, shot: Shot, told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What models drew where somebody was marked in the take; whom they changed counts among the people of it."""
    shares = known.marked.get(shot.id, {})
    altered = [known.name_of(party) for party, ppm in shares.items() if ppm is not None and ppm >= ALTERED_PPM]
    agreed = {name: known.held.ruled("likeness_alter", person=name).verdict == "allow" for name in altered}
    more = [
        {"person": name, "has_consented": word}
        for name, word in agreed.items()
        if not any(_is_of(one, name) for one in told)
    ]
    is_open = None in shares.values()
    return {
        "alters_marked": True if altered else None if is_open else False,
        "marked_consent": False if not all(agreed.values()) else None if is_open else True,
        **({"people": [*told, *more]} if more else {}),
    }


def uses_of(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Every maker's part in a recipe, as facts for rules."""
    makers = [(step, find_maker(step.maker)) for step in steps]
    return [
        use_of(maker, maker.purpose_of(step.params, step.inputs), maker.about_model(maker.checked(step.params)))
        for step, maker in makers
    ]


def use_of(maker: Maker, purpose: Purpose, model: AboutModel) -> dict[str, Any]:
    """A maker's part, as facts for rules; what has no pixels in the picture counts as a matte."""
    leaves = maker.quote is not None
    is_model = maker.origin == "trained"
    return {
        "maker": maker.name,
        "kind": maker.kind,
        "purpose": "matte" if maker.role in ("matte", "track") else purpose,
        "origin": maker.origin,
        "leaves_machine": leaves,
        "keeps_input": model.keeps_input if leaves else False,
        "trains_on_input": model.trains_on_input if leaves else False,
        "training_known": model.is_stated if is_model else True,
        "training_cleared": model.is_cleared if is_model else True,
        "may_be_final": model.may_be_final if is_model else True,
        "is_marked": True,  # every master is signed with what made it
    }


def _brought(source: Source) -> dict[str, Any]:
    """What a model made elsewhere and a person brought in: little is known of it, and it counts as somebody else's."""
    known = {"maker": source.made_by, "kind": "hosted", "purpose": "change", "origin": "trained", "is_marked": True}
    asked = ("leaves_machine", "keeps_input", "trains_on_input", "training_known", "training_cleared", "may_be_final")
    return {**known, **dict.fromkeys(asked)}


def _needs(step: Step) -> tuple[Need, ...]:
    maker = find_maker(step.maker)
    return maker.consents(maker.checked(step.params))


def _directs(known: Slate, by: Hand) -> bool:
    return by.id in known.members and "director" in known.members[by.id].roles


def _depicted(held: Registry, name: str, needs: Sequence[Need]) -> dict[str, Any]:
    """A person whom a maker names, and whether all that is made of them was agreed to."""
    scopes = [scope for whom, scope in needs if is_same_name(whom, name)]
    return {
        "person": name,
        "is_replica": any(scope.endswith("_replica") for scope in scopes),
        "has_consented": all(held.ruled(scope, person=name).verdict == "allow" for scope in scopes),
    }


# --- what was said ----------------------------------------------------------------------------

_Said = dict[str, dict[str, bool]]
"""What was said, by whom it is said of; empty is the shot itself."""


def _by_whom(every: Sequence[Statement]) -> _Said:
    found: _Said = {}
    for one in every:
        whom = next((name for name in found if name and is_same_name(name, one.of)), one.of)
        found.setdefault(whom, {})[one.fact] = bool(one.value)
    return found


def _with(known: Mapping[str, Any], said: _Said, name: str) -> dict[str, Any]:
    """A use or a person with what was said of it beside what is known."""
    told = next((facts for whom, facts in said.items() if whom and is_same_name(whom, name)), {})
    return {**known, **{fact: value for fact, value in told.items() if known.get(fact) is None}}


def _agreed(held: Registry, whom: str, is_replica: bool | None) -> bool | None:
    """Whether somebody whom no maker names has agreed, as far as that can be said."""
    replica, voice, altered = (
        held.ruled(scope, person=whom).verdict == "allow"
        for scope in ("likeness_replica", "voice_replica", "likeness_alter")
    )
    replica = replica or voice
    if is_replica is None:
        return True if replica and altered else None if replica or altered else False
    return replica if is_replica else altered


def _is_of(one: Mapping[str, Any], of: str) -> bool:
    return is_same_name(str(one.get("maker") or one.get("person")), of)


# --- saying -----------------------------------------------------------------------------------


def say(
    studio: Studio, by: Hand, given: Mapping[str, str], *, why: str, shot_id: str = "", of: str = ""
) -> list[Statement]:
    """Record what a person says of a shot, or of the whole production.

    Args:
        given: ``yes``, ``no`` or ``unknown`` by the name of a fact.
        of: the maker or the person that it is said of, for a fact of these; where it is open of one maker of the
            shot only, that one is meant.
    Raises: RoleError; NotFoundError; InputError for a fact that does not exist or that the program knows otherwise, for
    an answer that is none, or no reason.
    """
    studio.check(by, "say")
    shot = studio.production.get(Shot, shot_id) if shot_id else None
    if not why.strip():
        raise InputError("policy say: it has no reason.", 'Add --why "…": the record is nothing without it.')
    if not answers(f"{name}={answer}" for name, answer in given.items()):
        raise InputError("policy say: no fact is named.", "Write NAME=yes, NAME=no or NAME=unknown.")
    known = worked_out(slate(studio, [shot]), shot) if shot else {}
    said = []
    for name, answer in given.items():
        whom = of or _meant(known, name)
        value = ANSWERS[answer]
        _check_sayable(known, name, whom, value)
        whom = kept_name(studio, whom) if whom and name in PERSON else whom
        said.append(Statement(shot=shot_id, of=whom, fact=name, value=value, why=why.strip(), by=by, at=studio.clock()))
    told = [{"of": one.of, "fact": one.fact, "value": one.value} for one in said]
    with studio.act("say", by, shot=shot_id, why=why.strip(), said=told) as t:
        for one in said:
            t.put(one, one.id, shot=shot_id)
    return named_statements(studio, said)


def _meant(known: Mapping[str, Any], name: str) -> str:
    """The one maker of a shot of which a fact is not known; empty where there is none, or several."""
    open_ = {str(use["maker"]) for use in known.get("uses", ()) if name in USE and use.get(name) is None}
    is_model = {str(use["maker"]) for use in known.get("uses", ()) if use["origin"] == "trained"}
    meant = open_ & is_model or open_
    return meant.pop() if len(meant) == 1 else ""


def _check_sayable(known: Mapping[str, Any], name: str, of: str, value: bool | None) -> None:
    """Refuse what is said of the wrong kind of thing, and what the program knows otherwise.  Raises: InputError."""
    about = sayable(name).about
    if (name in FACTS) is bool(of):
        whom = "a maker" if name in USE else "a person"
        told = "of nobody in particular; leave --of out" if of else f"a fact of {whom}; add --of NAME"
        raise InputError(f"{name}: it is {told}.", f"It says that {about}.")
    if of:
        known = next((one for many in ("uses", "people") for one in known.get(many, ()) if _is_of(one, of)), {})
    if of in all_makers() and not known:
        maker = find_maker(of)
        known = use_of(maker, (*maker.purposes, "change")[0], maker.about_model(maker.checked({})))
    if known.get(name) not in (None, value):
        whom = f" of {of}" if of else ""
        raise InputError(
            f"{name}: it is known{whom} to be {'yes' if known[name] else 'no'}.",
            "Nobody has to say it; what the program knows counts.",
        )
