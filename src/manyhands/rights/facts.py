"""Everything that a rule may ask, in one closed list; a pack that asks for anything else is refused.

What the program works out by itself is marked as ``derived`` and cannot be said by anybody.  All else is a question
that a person can answer, of one shot or of the whole production, with a reason.
"""

from __future__ import annotations

from typing import get_args

from manyhands.core.hand import Origin
from manyhands.core.maker import Kind, Purpose
from manyhands.rights.conditions import Fact


def _known(kind: type, about: str, of: tuple[str, ...] = ()) -> Fact:
    return Fact(kind, about, of, derived=True)


def _asked(about: str) -> Fact:
    return Fact(bool, about)


USE: dict[str, Fact] = {
    "maker": _known(str, "the maker's name"),
    "kind": _known(str, "how it comes by its pictures", get_args(Kind)),
    "purpose": _known(str, "what it is used for", get_args(Purpose)),
    "origin": _known(str, "whose hand its pixels are", get_args(Origin)),
    "leaves_machine": _asked("something of the production is sent to others"),
    "keeps_input": _asked("whoever it is sent to keeps it or uses it again"),
    "trains_on_input": _asked("whoever it is sent to trains on it"),
    "training_known": _asked("its makers say what it was trained on"),
    "training_cleared": _asked("everything that it was trained on was cleared for that"),
    "may_be_final": _asked("its licence lets what it makes be part of a delivered picture"),
    "is_marked": _known(bool, "what it makes is delivered with a signed mark that a machine can read"),
    "is_checked": _asked("somebody has checked this step for what goes in, for consents and for what comes out"),
}
"""The facts of one use of a maker.  The program knows some of them for some makers; a person says the others."""

PERSON: dict[str, Fact] = {
    "person": _known(str, "the person's name"),
    "has_consented": _known(bool, "a consent of theirs to just this is recorded and valid, or their estate's"),
    "is_replica": _asked("their face, body or voice is made where it was not filmed or recorded"),
    "is_minor": _asked("they are not of age"),
    "is_deceased": _asked("they are dead"),
    "consent_apart": _asked("they signed the consent apart, clear and conspicuous, and not within other terms"),
    "use_described": _asked("what they signed describes the intended use with reasonable precision"),
    "has_representation": _asked("a lawyer or a union stood by them when they agreed"),
    "is_exempt": _asked(
        "an exemption that is written down holds: as scripted, performed and recorded; unsafe for a human; not "
        "recognisable; or customary post-production"
    ),
    "is_outside_scope": _asked("it goes beyond what they agreed to: another production, or another use"),
    "is_scanned": _asked("they were scanned for it"),
    "told_48h_before": _asked("they were told at least 48 hours before, or at their hiring where that was later"),
    "scan_reason_stated": _asked("the reason of business for scanning them is written down"),
    "pay_agreed": _asked("their pay for it is settled: days they would have worked, or what was bargained"),
    "replica_secured": _asked("what was scanned or learnt of them is kept under the security that was agreed"),
    "fills_background_count": _asked("they are a background actor whose replica is counted among those hired"),
    "replaces_in_person": _asked("it takes the place of work that they would have done in person"),
}
"""The facts of one person of whom something is made or changed."""

TASK: dict[str, Fact] = {
    "task": _known(str, "the task's id"),
    "is_acknowledged": _known(bool, "its person, or one of their department, has acknowledged that a maker does it"),
    "is_overridden": _known(bool, "they said no, or nothing for a week, and a producer went on with a reason"),
}
"""The facts of one task whose work a take does without its person."""

FACTS: dict[str, Fact] = {
    "uses": Fact(list, "every use of a maker in the shot", USE, derived=True),
    "people": Fact(list, "every person whose looks, voice or playing is made or changed", PERSON, derived=True),
    "tasks": Fact(list, "every open task whose work the take does without its person", TASK, derived=True),
    # what is made
    "is_final": _asked("what is made is meant for the delivered picture, and not only for trying"),
    "trained_share": _known(float, "how much of the picture's light comes from trained models, over all frames"),
    "looks_real": _asked("it shows persons, places or events that may be taken for real ones"),
    "is_key_element": _asked("it is a main character, a key visual or a central setting"),
    "is_prominent": _asked("what a model made stands out on the screen or matters to the story"),
    "is_more_than_minimal": _asked("what a model made is more than a trifle of the work, as somebody judged"),
    "changes_meaning": _asked("the change makes the picture mean something else than what was filmed"),
    "human_changed": _asked("a person's own meaningful work can be seen in it: paint, selection, comp by hand"),
    "recreates_others_work": _asked("it recreates what somebody else holds rights to"),
    "refers_to_others": _asked("a prompt or reference names others' works, public figures or the dead"),
    "gives_protected_input": _asked("what goes into a model is the commissioner's own or tells of persons"),
    # performances
    "alters_performance": _asked("a performer's face, voice or playing is made or changed"),
    "performance_consent": _known(bool, "each performer whose performance is touched has agreed to just this"),
    "alters_marked": _known(bool, "a model made or changed a hundredth or more of a box in which somebody was marked"),
    "marked_consent": _known(bool, "everybody in whose box a model did that has agreed to be altered"),
    "changes_delivery": _asked("the tone, delivery or intent of a performance is changed significantly"),
    "prompt_names_performer": _asked("a prompt names a performer, of whom eyes, nose, mouth or ears are recognised"),
    "has_synthetic_performer": _asked("a human role is played by a figure that is wholly digital and no performer"),
    "added_value_stated": _asked("the significant additional value of the synthetic performer is written down"),
    "quality_tested": _asked("early tests of a replica's quality were made and recorded"),
    # the work
    "is_fiction": _asked("the work is evidently artistic, satirical or fictional"),
    "is_screen_work": _asked("the work is a film, a series or a game"),
    "is_comment_or_biography": _asked("it is news, comment, satire, documentary or biography, or incidental"),
    "is_advertisement": _asked("it is a commercial advertisement, and not a trailer of the work that it shows"),
    "script_is_human": _asked("the screenplay was written by people"),
    # who was told, who agreed
    "commissioner_told": _asked("whoever commissioned the work was told of the use, in writing, before it"),
    "commissioner_approved": _asked("whoever commissioned the work has approved the use in writing"),
    "legal_reviewed": _asked("a lawyer has reviewed it"),
    "union_told": _asked("the union or guild concerned was given notice of it"),
    "writer_told": _asked("the writer was told which of the text given to them a model made, and of the tools"),
    "director_consulted": _asked("the director was consulted before a model touched creative elements"),
    "director_told_at_hiring": _asked("the director was told, while being engaged, whether and how AI is used"),
    "approved_by_person": _known(bool, "a named person has accepted the take"),
    "approved_by_director": _known(bool, "a director has accepted the take"),
    "tracker_named": _asked("a named person keeps track of every use of a model"),
    "claim_limited": _asked("the registration of copyright says what a model made and leaves it out of the claim"),
    # the audience, and marks
    "audience_told": _asked("the audience is told: a label, a card or a line in the credits"),
    "told_on_material": _asked("the audience is told on the picture itself or right beside it"),
    "label_is_placed": _asked("the label comes at first sight and again after breaks, for every kind of viewer"),
    "models_in_credits": _asked("the end credits name the models, as they do music and archives"),
    "marks_kept": _asked("every mark of origin on what came in is kept on what goes out"),
    "is_provider": _asked("whoever delivers offers the generator itself to others under their own name"),
    "is_watermarked": _asked("what a model made carries a watermark that nobody sees and a machine can read"),
    # labour
    "replaces_covered_work": _asked("work that a union covers is replaced or much changed by it"),
    "operated_by_crew": _asked("a named and paid member of the crew works the model, in a covered role"),
    "requires_model_use": _asked("a writer or one of the crew is required to use a model or to prompt one"),
    "employer_allows": _asked("the employer has a policy on AI, and it allows this use"),
    "employer_indemnifies": _asked("the employer answers for what comes of a use that it allowed"),
    "credits_model": _asked("a model is credited, or counted, as an author or as one of the crew"),
    "gives_writer_generated_text": _asked("a writer is given text that a model made"),
    "writer_uses_model": _asked("a writer uses a model for the writing"),
    "trains_on_scripts": _asked("scripts are used to train a model without their writers' authorisation"),
    "licenses_for_training": _asked("work of performers, writers or the director is licensed to train on"),
    "is_strike": _asked("a union that the work falls under is on strike"),
    "publishes_model": _asked("a model that was taught here is offered to the public"),
    "training_published": _asked("a summary of what it was taught on is published with it"),
}
