"""The audience's page: inert whatever people wrote, complete in one file, readable by everybody."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from manyhands.core.extent import total_extent
from manyhands.core.hand import Hand, person
from manyhands.core.source import Terms
from manyhands.core.span import Span
from manyhands.core.take import Use
from manyhands.deliver.authority import Authority
from manyhands.deliver.disclosure import EncodingTold
from manyhands.deliver.dossier import Dossier
from manyhands.deliver.page import MOST_COLUMNS, disclosure_page
from tests.deliver.made import SMOKE, dossier, plate

MASTER = EncodingTold(name="sh010.mp4", encodingFormat="video/mp4", bytes=1, sha256="0" * 64)


class Elements(HTMLParser):
    """The page as a browser's parser sees it: every element with its attributes, and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def of(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag in tags]


def page(authority: Authority, told: Dossier | None = None) -> str:
    return disclosure_page(told or dossier(), authority, [MASTER])


def text(authority: Authority, told: Dossier | None = None) -> str:
    said = " ".join("".join(Elements(page(authority, told)).said).split())
    return said.replace("\N{NO-BREAK SPACE}", " ")


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><svg onload=alert(1)>",
    "{{ 7*7 }}{% include 'x' %}",
    "javascript:alert(1)",
    "</title><iframe src=//example.org>",
    "&lt;script&gt;",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_inert_wherever_it_stands(authority: Authority, hostile: str) -> None:
    calm = [tag for tag, _ in Elements(page(authority, everywhere("calm"))).found]
    elements = Elements(page(authority, everywhere(hostile)))
    assert [tag for tag, _ in elements.found] == calm
    for _, attributes in elements.found:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src", "action"):
            assert not (attributes.get(name) or "").lower().startswith(("javascript", "vbscript", "//"))
    assert hostile in "".join(elements.said)


def everywhere(words: str) -> Dossier:
    """A dossier that says these words wherever a person can write."""
    terms = Terms(licence=words, licence_url=words, credit=words, say_changes=True)
    source = plate(title=words, owner=words, terms=terms, found_at=words)
    told = dossier(plate=source)
    hand = Hand(id="procedure:x:1", origin="procedure", name=words, version=words)
    decision = told.decision.but(by=person(words), reason=words, note=words)
    steps = tuple(replace(fact, about=words, hand=replace_hand(fact.hand, words)) for fact in told.steps)
    return replace(
        told,
        production=words,
        shot=told.shot.but(id=words),
        note=words,
        not_understood=(words,),
        proposer=replace(told.proposer, name=words, version=words),
        decisions=(decision,),
        accepted=decision.id,
        by=person(words),
        steps=steps,
        remarks=(words,),
        take=told.take.but(uses=(Use(hand=hand, what=words),)),
        pictures=replace(told.pictures, legend=((hand, (1, 2, 3)),)),
    )


def replace_hand(hand: Hand, words: str) -> Hand:
    return hand.but(name=words, version=words)


def test_links_go_to_the_web_only(authority: Authority) -> None:
    for address, follows in (
        ("https://example.org/a?b=1&c=2", True),
        ("ftp://x", False),
        ("data:text/html,x", False),
        ("[", False),
    ):
        links = Elements(page(authority, dossier(plate=plate(found_at=address)))).of("a")
        assert any(link.get("href") == address for link in links) == follows


def test_page_is_one_file_that_loads_and_runs_nothing(authority: Authority) -> None:
    elements = Elements(page(authority))
    assert not elements.of("script", "iframe", "object", "embed", "form", "base")
    assert all((image["src"] or "").startswith("data:image/png;base64,") for image in elements.of("img"))
    assert "url(" not in page(authority)
    assert "@import" not in page(authority)
    policy = next(
        meta["content"] for meta in elements.of("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert (policy or "").startswith("default-src 'none'")


def test_human_share_is_said_first(authority: Authority) -> None:
    said = text(authority)
    order = ["Camera and people made 95.0 %", "95.0 % camera", "0 % people", "5.0 % procedures", "0 % trained models"]
    places = [said.index(words) for words in order]
    assert places == sorted(places)


def test_no_badge_says_ai(authority: Authority) -> None:
    for told in (dossier(), dossier(model_ppm=30_000)):
        before, _, after = text(authority, told).partition("Self-declared schemes")
        schemes, _, after = after.partition("Check it yourself")
        assert not re.search(r"\bAI\b", before + after)
        # a scheme's own words stand between quotation marks, and are explained
        assert not re.search(r"\bAI\b", re.sub("“.*?”", "", schemes).replace("By AI a trained model is meant", ""))


def test_everything_that_must_be_told_is_there(authority: Authority) -> None:
    said = text(authority)
    for words in (
        "Person A accepted this take",
        "The plume leans as the wind does.",
        "Person A rejected take t-0",
        "at the terminal, asked by the program",
        "The picture had been shown to them before.",
        "Roof by Person B",
        "CC BY 2.0",
        "Changes were made.",
        "The roof is a private building; its owner agreed.",
        "No trained model left a pixel in this picture.",
        "track 1 (procedure, no trained model): followed the camera",
        "A share of pixels is not a share of creativity",
        "What cannot be known",
        "manyhands verify sh010.mp4 --root root.pem",
        "is not on the C2PA trust list",
        " ".join(authority.fingerprint[at : at + 8] for at in range(0, 64, 8)),
    ):
        assert words in said, words


def test_deciding_in_advance_is_told(authority: Authority) -> None:
    said = text(authority, dossier(seen=False))
    assert "accepted it without having been shown it" in said
    assert "by the command line. Decided unseen: the log does not say that the picture had been shown to them." in said


def test_page_can_be_read_without_eyes(authority: Authority) -> None:
    html = page(authority)
    elements = Elements(html)
    assert elements.of("html")[0]["lang"] == "en"
    assert all(image.get("alt") for image in elements.of("img"))
    levels = [int(tag[1]) for tag, _ in elements.found if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    ids = [attributes["id"] for _, attributes in elements.found if attributes.get("id")]
    assert len(ids) == len(set(ids))
    named = [name for _, attributes in elements.found for name in (attributes.get("aria-labelledby") or "").split()]
    assert set(named) <= set(ids)
    strip = re.search(r'<desc id="strip-text">(.*?)</desc>', html, re.S)
    assert strip
    assert "smoke made up to 12.0\N{NO-BREAK SPACE}%, most in frame 1012; frames 1004 to 1012." in strip[1]


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_has_contrast_enough_on_screen_and_paper(authority: Authority) -> None:
    # WCAG 2.2, success criterion 1.4.3: 4.5 to 1.
    roots = re.findall(r":root \{(.*?)\}", page(authority), re.S)
    assert len(roots) == 2
    for root in roots:
        colours = {
            name: value if len(value) == 7 else "#" + "".join(letter * 2 for letter in value[1:])
            for name, value in re.findall(r"--(\w+): (#[0-9a-f]{3,6});", root)
        }
        for ground in ("ground", "raised"):
            for ink in ("text", "quiet", "gold"):
                light, dark = sorted((luminance(colours[ground]), luminance(colours[ink])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (ground, ink)


def areas(html: str) -> list[float]:
    """The area under each band of the strip, as a share of the whole, from its path alone."""
    found = []
    width = float(re.search(r'class="strip" viewBox="0 0 (\d+) 1000"', html)[1])  # type: ignore[index]
    for path in re.findall(r'<path d="(M[^"]+Z)"', html):
        start = re.match(r"M0 ([\d.]+)", path)
        assert start
        x, y, area = 0.0, float(start[1]), 0.0
        for move, value in re.findall(r"([HV])([\d.]+)", path):
            if move == "V":
                y = float(value)
            else:
                area += (float(value) - x) * (1000 - y)
                x = float(value)
        found.append(area / width / 1000)
    return found


def test_strip_shows_each_hand_with_its_share(authority: Authority) -> None:
    assert areas(page(authority)) == pytest.approx([0.95, 0.05], abs=1e-4)


def test_strip_of_a_long_shot_stays_small(authority: Authority) -> None:
    told = dossier()
    span = Span(start=1, length=10_000, rate_fps=told.take.span.rate_fps)
    frames = tuple(told.frames[0].but(frame=number) for number in span.frames)
    hands = [part.hand for part in told.take.extent.hands]
    long = told.take.but(span=span, extent=total_extent(frames, hands, span))
    html = page(authority, replace(told, frames=frames, take=long))
    assert int(re.search(r'class="strip" viewBox="0 0 (\d+)', html)[1]) <= MOST_COLUMNS  # type: ignore[index]
    assert len(html) < 100_000


def test_long_note_is_whole(authority: Authority) -> None:
    note = "Rauch, " * 1_500
    assert note.strip() in " ".join("".join(Elements(page(authority, dossier(note=note))).said).split()) + " "


def test_hand_without_a_colour_in_the_legend_gets_one(authority: Authority) -> None:
    told = dossier()
    html = page(authority, replace(told, pictures=replace(told.pictures, legend=())))
    assert SMOKE.name in html
    assert areas(html) == pytest.approx([0.95, 0.05], abs=1e-4)


def test_schemes_are_told_with_their_basis_and_limits(authority: Authority) -> None:
    said = text(authority, dossier())
    assert "Self-declared schemes, here with a measured basis" in said
    assert "Human Provenance in Film (HPF), 0.9: “No AI Used”" in said
    assert "AIRS, A0 to A4: unknown" in said
    assert "this is the picture of one shot" in said
