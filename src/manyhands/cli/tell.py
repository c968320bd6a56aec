"""Results in plain sentences, for people at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from manyhands.cli.adjusting import adjustments_told
from manyhands.cli.show import clock, percent, table
from manyhands.core.currency import money

if TYPE_CHECKING:
    from manyhands.actions.delivery import Delivery
    from manyhands.actions.proposals import Answer, Offer
    from manyhands.actions.takes import Looks
    from manyhands.actions.untouched import Untouched
    from manyhands.actions.ways import Choice, Touched
    from manyhands.core.decision import Decision
    from manyhands.core.extent import Extent
    from manyhands.core.maker import Maker
    from manyhands.core.recipe import Recipe
    from manyhands.core.take import Take
    from manyhands.deliver.report import Report
    from manyhands.media.footage import Footage


def footage_told(footage: Footage) -> str:
    """Its size and its frames, in one line."""
    size, span = f"{footage.width}x{footage.height}", footage.span
    if footage.numbers is not None:
        shown = ", ".join(map(str, footage.numbers[:8])) + (" …" if len(footage.numbers) > 8 else "")
        return f"{size}, {len(footage.numbers)} frames of their own: {shown}"
    return f"{size}, {span.length} frames at {span.rate_fps} fps"


def proposals_told(answer: Answer, offers: Sequence[Offer]) -> str:
    """What was understood of a note, what was not, and the recipes with their reasons."""
    heard = answer.understanding
    if answer.set_by:
        told = adjustments_told(answer) or [f"{answer.set_by} set {', '.join(answer.settings)}."]
        return "\n".join([*told, *_offers_told(answer, offers)])
    lines = ["Understood:", *[f"  “{item.text}”  {item.meaning}" for item in heard.understood]]
    if heard.unknown:
        lines.append("NOT understood, and not acted on:")
        for item in heard.unknown:
            hint = f"; did you mean {' or '.join(item.did_you_mean)}?" if item.did_you_mean else ""
            lines.append(f"  “{item.text}”  {item.why}{hint}")
    small = dict.fromkeys(item.text for item in heard.filler if item.text[:1].isalnum())
    if small:
        lines.append(f"Passed over, as small words: {', '.join(small)}.")
    lines += [f"Remark: {remark}" for remark in heard.remarks]
    return "\n".join([*lines, *_offers_told(answer, offers), *ways_told(answer.ways)])


KINDS = {"plate": "from the plate"}


def ways_told(ways: Sequence[Choice]) -> list[str]:
    """Every way to what a note wants: who, how to ask for it, what it costs, sends and touches, and why it is there."""
    lines = ["", "Ways to what the note wants, in the order of the house:"] if ways else []
    for way in ways:
        cost = "costs nothing" if way.minor_most == 0 else "its price is not known"
        cost = f"at most {money(way.minor_most, way.currency)}" if way.minor_most else cost
        takes = f"about {clock(way.seconds)}" if way.seconds is not None else "time not known"
        leaves = "something leaves this machine" if way.leaves else "nothing leaves this machine"
        who, what = " and ".join(way.makers), " and ".join(way.purposes)
        lines.append(f"  {way.rank}. {KINDS.get(way.kind, way.kind)}: {who}, to {what}; {cost}; {takes}; {leaves}")
        lines.append(_indented(f"why here: {way.why}"))
        if way.lacks:
            lines.append(_indented(f"! not as things stand: {way.lacks}"))
        elif way.name:
            lines.append(_indented(f"take it: run it as “{way.name}”"))
        elif way.say:
            lines.append(_indented(f"take it: say “{way.say}” in the note"))
        lines += [_indented(f"leaves: {one}") for one in way.leaves]
        lines += [_indented(f"trained on: {one}") for one in way.trained_on]
        lines += [_indented(f"! {one}") for one in way.remarks]
        if way.rules:
            lines.append(_indented(f"rules: {rules_told(way.rules)}"))
    if any(rule.missing for way in ways for rule in way.rules):
        lines += [
            "",
            "A rule with ? waits for what nobody has said yet: manyhands policy show PACK tells what it wants.",
        ]
    return lines


def rules_told(rules: Sequence[Touched]) -> str:
    """The rules that are touched, by pack: what follows from each, or a ? where that cannot be told yet."""
    packs = {
        pack: ", ".join(
            f"{rule.rule}?" if rule.missing else f"{rule.rule} {rule.verdict}" for rule in rules if rule.pack == pack
        )
        for pack in dict.fromkeys(rule.pack for rule in rules)
    }
    return "; ".join(f"{pack} {told}" for pack, told in packs.items())


def recipe_told(recipe: Recipe) -> list[str]:
    """A recipe as a list: a line a step, with what is not as its maker has it by itself."""
    from manyhands.makers import all_makers
    from manyhands.propose.wording import lines_of

    return [_indented(" · ".join((name, *says))) for name, says in lines_of(recipe, all_makers()).items()]


def _offers_told(answer: Answer, offers: Sequence[Offer]) -> list[str]:
    lines = []
    for offer in offers:
        lines += ["", f"{offer.recipe.name}   ({offer.recipe.id})", *recipe_told(offer.recipe)]
        lines += [_indented(f"· {reason}") for reason in offer.recipe.why]
        lines += [_indented(f"! {found}") for found in offer.findings]
        lines += [_indented(f"$ {step} {line}") for step, quote in offer.prices.items() for line in quote.told()]
        if offer.extent:
            lines += [f"    {extent_told(offer.extent)}", f"    look: {offer.preview}"]
        elif offer.prices:
            lines += ["    no moving preview before it is paid for: nothing is sent before you agree, by run --agree"]
        elif offer.is_complete:
            lines += ["    what it needs was paid for and lies here; run it to see it"]
    if not offers:
        lines += ["", "Proposed: " + ", ".join(answer.recipes)]
    return lines


def take_told(take: Take, looks: Looks | None) -> str:
    """A take's figures, and where to look at it."""
    lines = [
        f"Take {take.id}: {take.width}x{take.height}, frames {take.span.start} to {take.span.end}, "
        f"made in {clock(take.seconds)}.",
        f"  {extent_told(take.extent)}",
        *hands_told(take.extent),
    ]
    if take.cost_minor:
        lines.append(f"  billed by hosted services: {money(take.cost_minor, take.currency)}")
    if looks:
        lines += [_indented(f"! {found}") for found in looks.findings]
        lines += [
            f"  preview, wiping from the plate to the take: {looks.preview}",
            f"  contact sheet:                              {looks.contact_sheet}",
            f"  whose hands, frame {looks.frame}:                    {looks.heat_map}",
        ]
    return "\n".join(lines)


def decision_told(decision: Decision) -> str:
    """What was decided, and whether the record can say that the person had seen the take."""
    told = f"{decision.by.name}: {decision.verdict} {decision.take}. Oversight: {decision.oversight.replace('_', ' ')}."
    if decision.seen:
        return told
    return (
        f"{told}\n  Recorded as UNSEEN: the log does not say that {decision.by.name} was shown this take, or it was "
        f"said to be unseen.\n  Look at it, then decide again: manyhands take show {decision.take}"
    )


def untouched_told(found: Untouched) -> str:
    """How much of a take is the camera's by number, and all in which the record errs."""
    least = min(found.frames, key=lambda one: one.same_ppm)
    lines = [
        f"{found.take}: {found.same_tiles} of {found.tiles} tiles of {found.tile_px} px are the camera's, bit for bit: "
        f"{percent(found.same_ppm)} of all pixels; least in frame {least.frame}: {percent(least.same_ppm)}.",
        f"  The authorship says so of {percent(found.said_ppm)} of the pixels"
        + (f"; a lock kept hashes of {found.hashed_tiles} tiles." if found.hashed_tiles else "."),
    ]
    if not found.faults:
        return "\n".join([*lines, "  Wherever the record says that nobody touched the plate, its pixels stand."])
    more = len(found.faults) - MOST_FAULTS
    told = [*found.faults[:MOST_FAULTS], *([f"And {more} more: --json tells all."] if more > 0 else [])]
    return "\n".join([*lines, "The record does NOT hold:", *map(_indented, told)])


MOST_FAULTS = 12


def extent_told(extent: Extent) -> str:
    """The extent by kind of origin, the human share first."""
    camera, people = extent.of("camera"), extent.of("person")
    return (
        f"camera {percent(camera)}, people {percent(people)}, procedures without a trained model "
        f"{percent(extent.of('procedure'))}, trained models {percent(extent.of('trained'))}; "
        f"altered {percent(extent.changed_ppm)}"
    )


def hands_told(extent: Extent) -> list[str]:
    """One line for each hand that made or altered anything."""
    rows = [
        (
            f"  {part.hand.name} {part.hand.version}".rstrip(),
            part.hand.origin,
            percent(part.origin_ppm),
            percent(part.altered_ppm),
            f"{part.frames} of {extent.frames}",
        )
        for part in extent.hands
        if part.frames
    ]
    return table(("  hand", "kind", "share", "altered", "frames"), rows).splitlines()


def delivery_told(delivery: Delivery) -> str:
    """Everything that a delivery wrote, as paths to open."""
    paths = [
        ("master, with Content Credentials", delivery.master),
        ("the page for the audience", delivery.disclosure_page),
        ("its data", delivery.disclosure_data),
        ("cue sheet", delivery.cue_sheet),
        ("contact sheet", delivery.contact_sheet),
        ("preview", delivery.preview),
        ("root certificate, to give away", delivery.root),
        *[("sidecar", path) for path in delivery.sidecars],
    ]
    rows = [(f"  {what}", str(path)) for what, path in paths]
    width = max(len(what) for what, _ in rows)
    told = [delivery.report.sentence, *[f"{what.ljust(width)}  {path}" for what, path in rows]]
    if delivery.papers_wanted:
        papers = ", ".join(delivery.papers_wanted)
        told.append(f"Rules want papers beside it: {papers}. Write them: manyhands policy papers --out FOLDER")
    return "\n".join(told)


def report_told(report: Report) -> str:
    """What the verifier found, the state first."""
    lines = [f"{report.state.upper()}: {report.sentence}"]
    lines += [f"  {finding.weight}: {finding.words}" for finding in report.findings]
    if report.signer:
        lines.append(f"  signed by {report.signer.name} ({report.signer.issuer})")
    lines += [f"  went in: {item.title} ({item.relationship}), {item.state}" for item in report.went_in]
    lines += [f"  done: {item.action} by {item.agent}" for item in report.done]
    if report.film and report.state != "broken":
        lines.append(f"  {report.film.description}")
        lines += [
            f"  tells of: {shot.shot}, {shot.frame_count} frames, {shot.master.name}" for shot in report.film.shots
        ]
    if report.measured != "not measured":
        lines.append(f"  figures measured again: {report.measured}")
    return "\n".join(lines)


def makers_told(makers: Sequence[Maker]) -> str:
    """A line for each maker."""
    rows = [(f"{maker.name} {maker.version}", maker.role, maker.origin, maker.about) for maker in makers]
    return table(("maker", "for", "origin", "about"), rows)


def maker_told(maker: Maker) -> str:
    """One maker: what it promises, its parameters, its words."""
    rows = [
        (f"  {item.name}", _value(item.default), _bounds(item), item.unit, item.about) for item in maker.parameters()
    ]
    words = [
        f"  {kind}: {', '.join(sorted(known))}"
        for kind, known in (
            ("nouns", maker.words.nouns),
            ("adjectives", maker.words.adjectives),
            ("circumstances", maker.words.circumstances),
            ("places", maker.words.places),
            ("things", maker.words.things),
        )
        if known
    ]
    inputs = ", ".join(item.name + ("" if item.needed else " (may be left out)") for item in maker.inputs)
    return "\n".join(
        [
            f"{maker.name} {maker.version}: {maker.role}, {maker.origin}",
            "",
            maker.manual,
            "",
            f"Takes: {inputs}.",
            "",
            table(("  parameter", "default", "bounds", "unit", "meaning"), rows),
            *(["", "Answers to:", *map(_indented, words)] if words else []),
        ]
    )


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(f"{part:g}" for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _bounds(item: Any) -> str:
    if item.names:
        return " | ".join(item.names)
    return "" if item.low is None else f"{item.low:g} to {item.high:g}"


def _indented(text: str) -> str:
    return textwrap.fill(text, width=100, initial_indent="    ", subsequent_indent="      ")
