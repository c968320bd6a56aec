"""The general words of a note: degrees, amounts, colours, directions, places, times; no effect by name.

What smoke or a sky is, its maker declares; here stands only what English says of anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

Colour = tuple[float, float, float]

DEGREES = {
    "slightly": 0.5, "a little": 0.5, "a little bit": 0.45, "a bit": 0.5, "a touch": 0.4, "a tad": 0.4,
    "a hair": 0.3, "somewhat": 0.65, "subtly": 0.4, "gently": 0.5, "mildly": 0.6, "barely": 0.3, "faintly": 0.4,
    "moderately": 0.8, "fairly": 0.9, "rather": 1.0, "quite": 1.15, "pretty": 1.2, "clearly": 1.2,
    "considerably": 1.5, "noticeably": 1.2, "significantly": 1.5, "substantially": 1.5, "very": 1.6, "really": 1.6,
    "much": 1.5, "far": 1.6, "a lot": 1.6, "way": 1.7, "so": 1.3, "strongly": 1.6, "heavily": 1.7, "deeply": 1.6,
    "dramatically": 1.9, "super": 1.9, "even": 1.2, "still": 1.1, "hugely": 2.0, "extremely": 2.2, "insanely": 2.4,
    "incredibly": 2.2,
    "terribly": 1.9, "massively": 2.2, "completely": 2.2, "totally": 2.0, "utterly": 2.2, "as much as possible": 2.4,
}  # fmt: skip

RAISING = {
    "more": 1.0, "extra": 1.0, "additional": 1.0, "most": 1.6, "increase": 1.0, "increased": 1.0, "raise": 1.0,
    "boost": 1.2, "stronger": 1.0, "strengthen": 1.0, "intensify": 1.2, "up the": 1.0, "even more": 1.4,
    "less": -1.0, "fewer": -1.0, "reduce": -1.0, "reduced": -1.0, "decrease": -1.0, "least": -1.6, "weaker": -1.0,
    "less of a": -1.0,
    "cut back": -1.0, "tone down": -1.0, "bring down": -1.0, "dial down": -1.0, "weaken": -1.0, "even less": -1.4,
}  # fmt: skip

QUANTITIES = {
    "a lot of": 1.8, "lots of": 1.8, "plenty of": 1.7, "masses of": 2.2, "loads of": 2.0, "tons of": 2.2,
    "huge amounts of": 2.4, "a great deal of": 1.9, "a large amount of": 1.8, "much": 1.6, "lots more": 1.8,
    "a little": 0.5, "a bit of": 0.5, "a little bit of": 0.45, "a hint of": 0.35, "a touch of": 0.4,
    "a wisp of": 0.3, "a trace of": 0.3, "a small amount of": 0.5, "some": 1.0,
}  # fmt: skip

RATIOS = {
    "half as": 0.5, "half the": 0.5, "half of the": 0.5, "halve the": 0.5, "halve": 0.5, "a third of the": 1 / 3,
    "a quarter of the": 0.25, "twice as": 2.0, "twice the": 2.0, "double": 2.0, "double the": 2.0, "triple": 3.0,
    "triple the": 3.0, "three times as": 3.0, "three times the": 3.0, "four times as": 4.0, "four times the": 4.0,
    "five times as": 5.0, "ten times as": 10.0,
}  # fmt: skip

NUMBERS = {
    "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0,
    "nine": 9.0, "ten": 10.0, "twelve": 12.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0,
    "fifty": 50.0, "half a": 0.5, "a half": 0.5, "one and a half": 1.5, "a quarter": 0.25,
}  # fmt: skip

UNITS = {
    "%": "percent", "percent": "percent", "per cent": "percent", "stop": "stops", "stops": "stops",
    "f-stops": "stops", "f stops": "stops", "second": "s", "seconds": "s", "sec": "s", "secs": "s", "s": "s",
    "frame": "frames", "frames": "frames", "f": "frames", "px": "px", "pixel": "px", "pixels": "px", "k": "K",
    "kelvin": "K", "times": "times", "x": "times", "fold": "times",
}  # fmt: skip

REFUSALS = (
    "no", "without", "remove", "remove the", "lose", "lose the", "drop", "drop the", "delete", "delete the",
    "get rid of", "get rid of the", "take away", "take away the", "take out", "take out the", "cut the", "cut out",
    "minus", "free of", "neither", "except", "except for", "kill", "kill the", "skip", "skip the", "leave out",
    "leave out the", "turn off", "turn off the", "turned off", "switch off", "switch off the", "switched off",
    "shut off", "put out", "put out the", "extinguish", "extinguish the", "douse", "hide", "hide the", "clear away",
    "instead of", "rather than",
)  # fmt: skip
"""What says of the thing that follows that it is not wanted."""

FORBIDDING = (
    "not", "never", "don't", "do not", "dont", "doesn't", "does not", "isn't", "is not", "aren't", "are not",
    "shouldn't", "should not", "must not", "mustn't", "won't", "will not", "can't", "cannot", "no need to",
)  # fmt: skip
"""What turns the verb round that follows: "do not darken the sky" leaves it, "don't add fire" has none."""

PHRASAL = (
    "turn", "turns", "turned", "switch", "switches", "switched", "take", "takes", "put", "puts", "leave", "leaves",
    "cut", "cuts", "get", "gets", "blow", "shut",
)  # fmt: skip
PARTICLES = ("off", "out", "away")
"""A verb of the first list and a word of the second round a thing take it away: "turn the smoke off"."""

ENDINGS = (
    "stop", "stops", "stopped", "stopping", "end", "ends", "ended", "ending", "cease", "ceases", "finish", "finishes",
    "goes out", "go out", "going out", "went out", "gone", "is gone", "burns out", "burn out", "burnt out", "die",
    "dies", "dies out", "die out", "dies down", "die down", "dies away", "dying", "dying down", "fade", "fades",
    "fades out", "fade out", "fading", "fading out", "fades away", "fade away", "disappear", "disappears",
    "disappearing", "vanish", "vanishes", "vanishing", "turns off", "switches off",
)  # fmt: skip
"""What says that a thing comes to its end: with a time, then; with none, that it is not wanted."""

BEGINNINGS = ("start", "starts", "started", "starting", "begin", "begins", "beginning", "ignites", "breaks out")

UNTIL = ("until", "till", "til", "up to", "up until", "not after", "no longer than")

KEEPING = (
    "keep", "keeps", "keeping", "kept", "leave", "leaves", "leaving", "preserve", "retain", "maintain", "don't touch",
    "do not touch", "dont touch", "never touch", "don't change", "do not change", "don't alter", "do not alter",
    "never change", "no change to", "no changes to", "without touching", "without changing", "hands off",
)  # fmt: skip
AS_IT_IS = (
    "as it is", "as is", "as it was", "as they are", "as they were", "unchanged", "untouched", "unaltered", "the same",
    "alone", "stay", "stays", "staying", "remain", "remains", "remaining", "intact", "the way it is",
    "the way they are",
    "stay the same", "stays the same", "stay as it is", "stays as it is", "stay as they are", "remains as it is",
    "remain as they are", "remain unchanged", "remains unchanged", "should not change", "must not change",
    "does not change", "doesn't change", "shouldn't change", "mustn't change", "do not change", "don't change",
    "is not touched", "not be touched",
)  # fmt: skip
"""What says that a thing is to stay as it is: before it, and after it."""

ONLY = ("only", "just", "solely", "nothing but", "nothing else", "nothing else but", "and nothing else")

THAN = (
    "than before", "than now", "than it is", "than it was", "than that", "than this", "than there is",
    "than in the take",
    "than the last time", "compared to before",
)  # fmt: skip
"""What compares with the take that a note is on."""

SOFTENED = {"not so": -0.5, "not that": -0.5, "not as": -0.5, "too": -0.8, "not too": 0.5, "not very": 0.5}
"""What turns a describing word round, or takes it back: a sky that is "too dark" is to get lighter."""

COLOURS: dict[str, Colour] = {
    "black": (0.05, 0.048, 0.046), "white": (0.86, 0.86, 0.86), "grey": (0.3, 0.3, 0.3), "gray": (0.3, 0.3, 0.3),
    "charcoal": (0.05, 0.05, 0.052), "silver": (0.5, 0.5, 0.51), "ash": (0.34, 0.33, 0.32), "red": (0.48, 0.07, 0.035),
    "crimson": (0.36, 0.035, 0.04), "scarlet": (0.5, 0.06, 0.025), "orange": (0.62, 0.27, 0.045),
    "amber": (0.68, 0.4, 0.06), "yellow": (0.72, 0.6, 0.08), "gold": (0.62, 0.46, 0.12), "golden": (0.62, 0.46, 0.12),
    "beige": (0.62, 0.54, 0.4), "sand": (0.55, 0.46, 0.32), "brown": (0.17, 0.105, 0.055), "tan": (0.45, 0.34, 0.22),
    "rust": (0.3, 0.12, 0.045), "green": (0.16, 0.42, 0.09), "olive": (0.2, 0.21, 0.06), "lime": (0.38, 0.62, 0.09),
    "teal": (0.08, 0.3, 0.31), "turquoise": (0.16, 0.5, 0.48), "cyan": (0.2, 0.55, 0.65), "blue": (0.08, 0.15, 0.52),
    "navy": (0.025, 0.04, 0.14), "indigo": (0.09, 0.06, 0.33), "purple": (0.22, 0.08, 0.38),
    "violet": (0.27, 0.12, 0.5), "lilac": (0.52, 0.42, 0.66), "magenta": (0.48, 0.1, 0.4), "pink": (0.7, 0.36, 0.44),
    "cream": (0.8, 0.76, 0.64), "ivory": (0.82, 0.79, 0.7), "blood red": (0.32, 0.025, 0.02),
}  # fmt: skip

SHADES = {"dark": 0.45, "deep": 0.55, "light": 1.8, "pale": 1.9, "bright": 1.4}

LEFT, RIGHT, UP, DOWN, AWAY, NEAR = (-1, 0, 0), (1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)
OPPOSITE = {LEFT: RIGHT, RIGHT: LEFT, UP: DOWN, DOWN: UP, AWAY: NEAR, NEAR: AWAY}


def _directions() -> dict[str, tuple[int, int, int]]:
    found: dict[str, tuple[int, int, int]] = {}
    for name, way in (("left", LEFT), ("right", RIGHT)):
        for side in (name, f"the {name}", f"camera {name}", f"frame {name}", f"screen {name}", f"the {name} side"):
            found[f"from {side}"] = OPPOSITE[way]
            found |= {
                f"{start} {side}": OPPOSITE[way] for start in ("out of", "coming from", "in from", "blowing from")
            }
            found |= {f"{to} {side}": way for to in ("to", "towards", "toward", "going", "over to")}
        found |= {f"{name}ward": way, f"{name}wards": way}
    found |= {"left to right": RIGHT, "from left to right": RIGHT, "right to left": LEFT, "from right to left": LEFT}
    for where in ("camera", "the camera", "us", "the viewer", "the lens"):
        found |= {f"{to} {where}": NEAR for to in ("towards", "toward", "into", "at")} | {f"away from {where}": AWAY}
    found |= {"from behind": AWAY, "from the back": AWAY, "from behind camera": AWAY, "from behind the camera": AWAY}
    found |= {"from the front": NEAR, "from in front": NEAR, "from ahead": NEAR, "from the background": NEAR}
    found |= {"into the distance": AWAY, "into the background": AWAY, "away": AWAY, "backwards": AWAY}
    found |= {"up": UP, "upward": UP, "upwards": UP, "down": DOWN, "downward": DOWN, "downwards": DOWN}
    found |= {"from above": DOWN, "from below": UP, "overhead": DOWN, "from overhead": DOWN}
    return found


DIRECTIONS = _directions()
"""Where a thing goes: right, up, away from the camera.  The wind from the left goes to the right."""

RELATIONS = {
    "on": "on", "on top of": "on", "onto": "on", "atop": "on", "upon": "on", "above": "on", "over": "over",
    "out of": "on", "from": "on", "coming from": "on", "coming out of": "on", "rising from": "on",
    "goes out of": "on", "go out of": "on", "going out of": "on", "comes out of": "on", "come out of": "on",
    "rising over": "on", "behind": "behind", "from behind": "behind", "beyond": "behind", "in back of": "behind",
    "in front of": "front", "before": "front", "at the foot of": "foot", "at the base of": "foot",
    "at the bottom of": "foot", "below": "foot", "under": "foot", "underneath": "foot", "beneath": "foot",
    "at": "at", "in": "at", "inside": "at", "into": "at", "near": "beside", "by": "beside", "beside": "beside",
    "next to": "beside", "along": "over", "across": "over", "against": "at", "around": "at", "through": "over",
    "left of": "left of", "to the left of": "left of", "on the left of": "left of", "right of": "right of",
    "to the right of": "right of", "on the right of": "right of", "between": "at", "all over": "over",
}  # fmt: skip

TARGETS = {
    "roof": "roof", "roofs": "roof", "rooftop": "roof", "rooftops": "roof", "housetop": "roof", "building": "building",
    "buildings": "building", "house": "building", "houses": "building", "pagoda": "building", "temple": "building",
    "palace": "building", "castle": "building", "church": "building", "factory": "building", "block": "building",
    "tower block": "building", "apartment block": "building", "hotel": "building", "skyscraper": "building",
    "tower": "tower", "spire": "tower", "steeple": "tower", "mast": "tower", "antenna": "tower",
    "tree": "tree", "trees": "tree", "treetops": "tree", "forest": "tree", "woods": "tree",
    "horizon": "horizon", "skyline": "horizon", "background": "background", "distance": "background",
    "far distance": "background", "far background": "background", "hill": "background", "hills": "background",
    "mountain": "background", "mountains": "background", "city": "background", "far shore": "background",
    "foreground": "foreground", "ground": "ground", "floor": "ground", "street": "ground", "road": "ground",
    "field": "ground", "grass": "ground", "lawn": "ground", "square": "ground", "beach": "ground", "earth": "ground",
    "water": "water", "lake": "water", "river": "water", "sea": "water", "ocean": "water", "stream": "water",
    "harbour": "water", "harbor": "water", "sky": "sky", "air": "sky", "clouds": "sky",
    "left": "left", "left side": "left", "left hand side": "left", "frame left": "left", "camera left": "left",
    "right": "right", "right side": "right", "right hand side": "right", "frame right": "right",
    "camera right": "right", "middle": "middle", "centre": "middle", "center": "middle",
    "middle of the frame": "middle",
    "centre of the frame": "middle", "center of the frame": "middle", "middle of the picture": "middle",
    "top": "top", "bottom": "bottom", "top left": "top left", "upper left": "top left", "top left corner": "top left",
    "top right": "top right", "upper right": "top right", "top right corner": "top right",
    "bottom left": "bottom left", "lower left": "bottom left", "bottom left corner": "bottom left",
    "bottom right": "bottom right", "lower right": "bottom right", "bottom right corner": "bottom right",
}  # fmt: skip

BARE_TARGETS = {
    "top left",
    "top right",
    "bottom left",
    "bottom right",
    "left",
    "right",
    "middle",
    "background",
    "foreground",
}
"""Places that may stand without a preposition: "smoke top left"."""

RANKS = {"first": 0, "second": 1, "third": 2, "other": 1, "left": -1, "leftmost": -1, "right": -2, "rightmost": -2}

STRENGTHS = {
    "strong": 1.5, "stronger": 1.5, "stiff": 1.3, "fierce": 1.8, "howling": 2.0, "violent": 2.0, "high": 1.5,
    "hard": 1.5, "heavy": 1.5, "gentle": 0.5, "light": 0.5, "soft": 0.5, "slight": 0.5, "weak": 0.5, "weaker": 0.6,
    "faint": 0.35, "mild": 0.6, "moderate": 0.8, "steady": 1.0, "constant": 1.0,
}  # fmt: skip

MOVING = ("move", "moved", "shift", "shifted", "push", "nudge", "slide", "bring", "put", "place", "position", "set")
DRIFTING = (
    "drifting", "drift", "drifts", "blowing", "blow", "blows", "blown", "leaning", "leans", "moving", "moves",
    "going", "goes", "flowing", "flows", "carried", "bending", "swept", "trailing", "heading", "travelling",
    "traveling",
)  # fmt: skip
SUN = ("sun", "sunlight", "sunshine", "the sun", "lit", "key light", "lighting", "light source")

SEPARATORS = {",": "comma", ";": "stop", ".": "stop", ":": "stop", "!": "stop", "?": "stop", "and": "and", "&": "and",
              "or": "or", "with": "and", "plus": "and", "then": "stop", "but": "stop", "\n": "stop",
              "nor": "or", "also": "and", "not only": "and", "but also": "and", "as well as": "and", "+": "and",
              "–": "comma", "—": "comma", "/": "and"}  # fmt: skip

PRONOUNS = ("it", "its", "them", "that", "this", "these", "those")
REST = ("everything else", "the rest", "all else", "all the rest", "the rest of it")

SMALL_WORDS = {
    "article": ("a", "an", "the"),
    "pronoun": (
        "i", "me", "my", "we", "us", "our", "you", "your", "he", "him", "his", "she", "her", "it", "its", "they",
        "them", "their", "this", "that", "these", "those", "who", "which", "what", "there", "one", "ones",
    ),
    "determiner": ("all", "any", "some", "such"),
    "auxiliary": (
        "am", "is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "having", "do", "does", "did",
        "can", "could", "may", "might", "must", "shall", "should", "will", "would",
    ),
    "contraction": (
        "i'd", "i'll", "i'm", "it's", "that's", "there's", "they're", "we'd", "we'll", "we're", "you'd", "let's",
    ),
    "preposition": ("of", "to", "for", "from", "in", "into", "on", "onto", "at", "by", "as", "with"),
    "conjunction": ("and", "or", "but", "so", "also", "too", "plus", "than"),
    "politeness": ("please", "kindly", "thank", "thanks", "hello", "hi", "hey", "ok", "okay", "yes", "oh"),
}  # fmt: skip
"""Words that may be passed over where nothing needs them, by their class: closed ones only.

Verbs, nouns, adjectives and adverbs are never among them, nor a preposition that says where or when
by itself ("behind", "until"): a note that holds one has said something.
"""

SMALL = frozenset(word for words in SMALL_WORDS.values() for word in words)

LIGHT = {
    "asks for it": (
        "add", "adds", "added", "adding", "make", "makes", "made", "making", "create", "creates", "creating", "give",
        "gives", "giving", "want", "wants", "wanted", "need", "needs", "needed", "show", "shows", "shown", "see",
        "seen", "use", "using", "apply", "try", "let", "lets", "like to see", "would like", "i'd like", "we'd like",
        "imagine",        "include", "insert", "set up",
        "go for", "turn on", "switch on",
    ),
    "how it is to be": (
        "look", "looks", "looking", "looked", "looks like", "look like", "feel", "feels", "feeling", "seem", "seems",
        "appear", "appears", "become", "becomes", "becoming", "turn", "turns", "turned", "turning", "get", "gets",
        "getting", "grow", "grows", "change to", "changes to", "changed to", "like",
    ),
    "that it is there": (
        "come", "comes", "coming", "rise", "rises", "rising", "stand", "stands", "standing", "sit", "sits", "sitting",
        "hang", "hangs", "hanging", "lie", "lies", "lying", "fall", "falls", "falling", "fly", "flies",
        "flying", "visible",
    ),
    "what is asked for": (
        "effect", "effects", "fx", "vfx", "layer", "layers", "kind", "sort", "type", "kind of", "sort of", "type of",
        "thing", "things", "style", "feel of", "look of",
    ),
    "it goes on": (
        "until the end", "till the end", "to the end", "to the very end", "until the end of the shot", "throughout",
        "all the time", "the whole time",
    ),
    "all of it": ("whole", "entire", "overall", "everywhere"),
    "as an idea": ("maybe", "perhaps", "possibly"),
    "roughly": ("about", "roughly", "approximately"),
}  # fmt: skip
"""Words that say little beside others, with what they are taken for; they are shown as heard."""

SYMBOLS = frozenset("\"'“”‘’„«»()[]{}-‐‑*_~…|<>=#@^`´·•")

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:['’][^\W\d_]+)*|\S", re.UNICODE)


def split_words(note: str) -> Iterator[tuple[str, int, int]]:
    """The note's words, numbers and signs with where they stand; together they are all that is not blank."""
    for found in _TOKEN.finditer(note):
        yield found.group(), found.start(), found.end()


def plain(word: str) -> str:
    """A word as the vocabularies write it: compatibility forms folded, lower case, straight apostrophes."""
    return unicodedata.normalize("NFKC", word).casefold().replace("’", "'")


def roots(word: str) -> Iterator[tuple[str, str]]:
    """What a word may be a form of, with the form: comparative, superlative, adverb, plural, or itself."""
    yield word, ""
    for ending, form in (("er", "comparative"), ("est", "superlative")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            yield stem, form
            yield stem + "e", form
            if stem.endswith("i"):
                yield stem[:-1] + "y", form
            if len(stem) > 2 and stem[-1] == stem[-2]:
                yield stem[:-1], form
    if word.endswith("ly") and len(word) > 4:
        yield word[:-2], "adverb"
        if word.endswith("ily"):
            yield word[:-3] + "y", "adverb"
    if word.endswith("ing") and len(word) > 5:
        yield word[:-3], "verb"
        yield word[:-3] + "e", "verb"
    for ending in ("ening", "ened", "ens"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            yield word[: -len(ending)], "verb"
    if word.endswith("en") and len(word) > 4:
        yield word[:-2], "verb"
        yield word[:-1], "verb"
    if word.endswith("s") and len(word) > 3 and not word.endswith("ss"):
        yield word[:-1], "plural"
        if word.endswith("es"):
            yield word[:-2], "plural"
    yield word + "s", "singular"
    if word.endswith("ish") and len(word) > 5:
        yield word[:-3], "ish"
