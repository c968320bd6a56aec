"""Folders and files that are dropped on the studio in a real browser: one sequence, one progress, one clear error."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import ME, SHOT, Server, put_down, started, until
from tests.web.test_browser import BUILT, CHROMIUM, PICTURES, Page, browser
from tests.web.test_coming_in import held, pictures
from tests.web.test_hostile import HOSTILE

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
    pytest.mark.skipif(not (BUILT / "index.html").is_file(), reason="the client is not built: make client"),
]


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    server = started(folder, by=ME.name)
    yield server
    server.kill()
    put_down(folder)


def drop(seen: Page, *paths: Path) -> None:
    """Drop files and folders as a hand does: the browser itself makes the event."""
    told = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    session = seen.context.new_cdp_session(seen.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 400, "y": 300, "data": told})


FOLDER = """(told) => {
  const file = ([name, text]) => {
    const one = new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name);
    return { name, isFile: true, isDirectory: false, file: (done) => done(one) };
  };
  const folder = ({ name, files, folders }) => ({
    name, isFile: false, isDirectory: true,
    createReader() {
      const left = [...files.map(file), ...folders.map(folder)];
      return { readEntries: (done) => done(left.splice(0, 10)) };  // a browser gives some at a time
    },
  });
  const event = new DragEvent("drop", { bubbles: true, cancelable: true });
  const items = [{ kind: "file", webkitGetAsEntry: () => folder(told) }];
  Object.defineProperty(event, "dataTransfer", { value: { types: ["Files"], files: [], items } });
  document.body.dispatchEvent(event);
}"""


def tree(folder: Path) -> dict[str, Any]:
    inside = sorted(folder.iterdir())
    return {
        "name": folder.name,
        "files": [(one.name, base64.b64encode(one.read_bytes()).decode()) for one in inside if one.is_file()],
        "folders": [tree(one) for one in inside if one.is_dir()],
    }


def drop_folder(seen: Page, folder: Path) -> None:
    """Drop a folder; the automation of Chromium gives no entries for one, so they are handed in as it would."""
    seen.page.evaluate(FOLDER, tree(folder))


def many(folder: Path, numbers: range, *, name: str = "plate.{:04d}.png") -> Path:
    folder.mkdir(parents=True)
    pictures(folder, numbers, name=name, width=96)
    return folder


def test_a_folder_that_is_dropped_on_any_page_comes_in_as_one_sequence(
    browser: Any, server: Server, tmp_path: Path
) -> None:
    seen = Page(browser, server)
    page = seen.page
    page.goto(f"{seen.home}/shots/{SHOT}")
    page.get_by_label("What is to be seen?").wait_for()
    plates = many(tmp_path / "sh070 plates", range(1001, 1025))
    (plates / ".DS_Store").write_text("x")
    (plates / "notes.txt").write_text("x")
    drop_folder(seen, plates)
    page.get_by_text("A sequence of 24 pictures; 1 other file stays where it is").wait_for()
    page.get_by_text("It is here.").wait_for()
    found = seen.serious()
    for name, width, height in (("desktop", 1280, 800), ("tablet", 820, 1180), ("phone", 390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        seen.picture(f"take-in-sequence-{name}")
    assert page.get_by_role("heading", name="sh070 plates").is_visible()
    page.get_by_label("own I shot this").check()
    page.get_by_role("button", name="Bring it in").click()
    page.wait_for_url("**/shots/sh020")
    page.wait_for_selector("canvas[data-frame='1001']")
    assert found == []
    assert seen.said == []


def test_what_is_no_sequence_is_one_clear_error_and_nothing_stays(
    browser: Any, server: Server, folder: Path, tmp_path: Path
) -> None:
    seen = Page(browser, server)
    page = seen.page
    page.get_by_role("button", name="Bring a clip in").wait_for()
    two = many(tmp_path / "two" / "a", range(1, 3)).parent
    many(two / "b", range(1, 3))
    drop_folder(seen, two)
    page.get_by_text("Pictures lie in 2 folders, two/a, two/b.").wait_for()
    seen.picture("dropped-two-folders")
    found = seen.serious()
    page.get_by_role("button", name="Close").click()
    gap = many(tmp_path / "gap", range(1, 9))
    (gap / "plate.0004.png").unlink()
    drop_folder(seen, gap)
    page.get_by_role("alert").get_by_text("of frames 1 to 8, 1 are missing: 4").wait_for()
    assert page.get_by_role("button", name="Bring it in").is_disabled()
    seen.picture("dropped-gap")
    found += seen.serious()
    page.get_by_role("button", name="Leave it").click()
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(HOSTILE["list.mov"])
    drop(seen, broken)
    page.get_by_role("alert").get_by_text("broken.mp4").wait_for()
    seen.picture("dropped-broken")
    assert held(folder) == []
    assert found == []
    assert not [line for line in seen.said if "status of 4" not in line]  # the browser tells of every refusal


def test_several_files_and_the_button_for_a_folder_are_a_sequence_too(
    browser: Any, server: Server, folder: Path, tmp_path: Path
) -> None:
    seen = Page(browser, server)
    page = seen.page
    page.get_by_role("button", name="A folder of pictures").wait_for()
    plates = many(tmp_path / "plates", range(1, 5), name="sh9.{:03d}.png")
    drop(seen, *sorted(plates.iterdir()))
    page.get_by_role("heading", name="sh9").wait_for()
    page.get_by_text("It is here.").wait_for()
    page.get_by_role("button", name="Leave it").click()
    until(lambda: held(folder) == [], what="what was left is taken away")
    page.get_by_test_id("folder").set_input_files(plates)
    page.get_by_role("heading", name="plates").wait_for()
    page.get_by_text("A sequence of 4 pictures").wait_for()
    page.get_by_text("It is here.").wait_for()
    assert seen.said == []
    assert PICTURES
