"""What stands in quotation marks in a note is for a model to read, and not for us: "generate “a dragon lands”"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from manyhands.core.maker import Maker
from manyhands.propose.heard import Change, Heard, Understanding

PROMPT = "prompt"
_QUOTED = re.compile(r'"([^"]{2,})"|“([^”]{2,})”|„([^“”]{2,})[“”]|«([^»]{2,})»')


def without_prompts(note: str) -> str:
    """The note with blanks for what stands in quotation marks, and for these; as long as it was."""
    return _QUOTED.sub(lambda found: " " * len(found.group()), note)


def words_for(note: str) -> str:
    """What a model is told of a note: what stands in quotation marks in it, or else all of it."""
    return " ".join(next(filter(None, one.groups())).strip() for one in _QUOTED.finditer(note)) or note.strip()


def asks_a_model(note: str, makers: Mapping[str, Maker]) -> str:
    """How a note would ask a model to draw what it says; empty where no maker draws from words."""
    nouns = [
        noun
        for maker in makers.values()
        if PROMPT in maker.params.model_fields and "generate" in maker.purposes
        for noun in maker.words.nouns
    ]
    said = words_for(note).rstrip(".!").replace('"', "")
    return f'{min(nouns, key=len)} "{said}"' if nouns and len(said) <= 60 else ""


def with_prompts(heard: Understanding, note: str, makers: Mapping[str, Maker]) -> Understanding | None:
    """What was heard beside the quotations, which go to the first maker that takes a prompt; None if none does.

    Args:
        heard: of the note without them.
    """
    takes = [
        number
        for number, mention in enumerate(heard.mentions)
        if PROMPT in makers[mention.maker].params.model_fields and not (mention.removed or mention.kept)
    ]
    if not takes:
        return None
    found = list(_QUOTED.finditer(note))
    text = words_for(note)
    change = Change(parameter=PROMPT, how="set", value=text, words=text, exact=True)
    mention = heard.mentions[takes[0]]
    mention = mention.model_copy(update={"changes": (*mention.changes, change)})
    said = [
        Heard(text=one.group(), start=one.start(), end=one.end(), meaning=f"what {mention.maker} is told")
        for one in found
    ]
    return heard.but(
        note=note,
        understood=tuple(sorted((*heard.understood, *said), key=lambda one: one.start)),
        mentions=tuple(mention if number == takes[0] else one for number, one in enumerate(heard.mentions)),
    )
