"""The examples run: every one in Python on the pages, and the maker that CONTRIBUTING adds."""

from __future__ import annotations

import inspect
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import manyhands.makers
from manyhands.core.maker import Maker
from manyhands.makers import all_makers, find_maker
from manyhands.propose import understand
from tests.docs.written import PAGES, ROOT, fences, name_of
from tests.plates import plate
from tests.promises import test_makers as promises

CONTRIBUTING = ROOT / "CONTRIBUTING.md"
WITH_EXAMPLES = [
    page for page in PAGES if page != CONTRIBUTING and any(language == "python" for language, _ in fences(page))
]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name_of)
def test_the_examples_of_a_page_run_one_after_the_other(
    page: Path, desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(desk, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for language, example in fences(page):
        if language == "python":
            exec(compile(example, name_of(page), "exec"), names)


@pytest.fixture(scope="module")
def fog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    """CONTRIBUTING's maker, put where it says: one more file in the folder of makers."""
    folder = tmp_path_factory.mktemp("makers")
    (example,) = [text for language, text in fences(CONTRIBUTING) if language == "python"]
    (folder / "fog.py").write_text(example, encoding="utf-8")
    path: list[str] = manyhands.makers.__path__
    path.append(str(folder))
    all_makers.cache_clear()
    yield find_maker("fog")
    path.remove(str(folder))
    sys.modules.pop("manyhands.makers.fog", None)
    all_makers.cache_clear()


def test_contributings_maker_is_found_by_itself_and_answers_to_its_words(fog: Maker) -> None:
    assert fog.about == "Even fog, as a layer over the plate with its own alpha."
    assert [item.name for item in fog.parameters()] == ["density", "light"]
    heard = understand("thick even fog", all_makers())
    assert not heard.unknown
    assert {part.text for part in heard.understood} == {"thick", "even fog"}


def test_contributings_maker_is_right(fog: Maker) -> None:
    """Over: light × density + (1 − density) × the plate's, and so are the shares."""
    clip = plate(3)
    p = fog.checked({"density": 0.25, "light": 0.8})
    made = fog.make({"plate": clip}, p, None, lambda done, of: None).frame(1002)  # type: ignore[arg-type]
    before = clip.frame(1002)
    assert made.rgba[..., :3] == pytest.approx(0.8 * 0.25 + 0.75 * before.rgba[..., :3], abs=1e-6)
    assert made.authorship.weight_of(fog.hand) == pytest.approx(0.25)


@pytest.mark.parametrize("promise", [name for name in vars(promises) if name.startswith("test_")])
def test_contributings_maker_keeps_what_makers_promise(fog: Maker, promise: str) -> None:
    test = getattr(promises, promise)
    if "listening" in inspect.signature(test).parameters:
        ear = promises.Listening()
        try:
            test(fog, ear)
        finally:
            ear.on = False
    else:
        test(fog)
