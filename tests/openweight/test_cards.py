"""Cards and weights: what is not whole, not accepted or not as it was does not run, and says so in one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from manyhands.core.errors import (
    CapacityError,
    InputError,
    NotFoundError,
    RightsError,
    StateError,
    TrustError,
)
from manyhands.openweight import cards, hub
from manyhands.openweight.weights import look_into, multiple_px
from tests.openweights import carded


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MANYHANDS_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def weights() -> Path:
    return Path(cards.card_of(carded("wan")).folder)


def part_of(folder: Path) -> Path:
    return next((folder / "transformer").glob("*.safetensors"))


def test_a_card_tells_what_there_is() -> None:
    card = cards.ready(carded("wan"))
    assert (card.family, card.pipeline) == ("wan", "WanPipeline")
    assert card.size > 100_000
    assert "model_index.json" in card.files
    assert all(len(sha) == 64 for sha in card.files.values())
    assert card.source_type_url.endswith("/trainedAlgorithmicMedia")
    assert [one.name for one in cards.all_cards()] == ["wan"]


def test_no_card_no_run() -> None:
    carded("wan")
    with pytest.raises(NotFoundError, match=r"model ltx: not found. There is: wan"):
        cards.ready("ltx")


def test_a_name_that_leads_elsewhere_is_no_model() -> None:
    with pytest.raises(NotFoundError):
        cards.ready("../wan")


def test_nobody_accepted_the_licence() -> None:
    cards.keep(cards.card_of(carded("wan")).but(accepted_by=""))
    with pytest.raises(RightsError, match=r"nobody has accepted the licence of wan \(cc0-1.0\)"):
        cards.ready("wan")


def test_a_wrong_folder_is_told_from_the_right_one_above_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"it has no model_index.json. Did you mean .*wan/weights"):
        look_into(weights().parent)
    with pytest.raises(InputError, match="with all its parts"):
        look_into(weights() / "vae" / ".." / "scheduler")
    with pytest.raises(NotFoundError):
        look_into(tmp_path / "nowhere")
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "wan.safetensors").write_bytes(b"")
    with pytest.raises(InputError, match="a checkpoint in one file"):
        look_into(tmp_path / "one")


def test_a_model_of_no_known_family_is_refused() -> None:
    index = weights() / "model_index.json"
    index.write_text(json.dumps({**json.loads(index.read_text()), "_class_name": "FluxPipeline"}))
    with pytest.raises(InputError, match="holds a FluxPipeline; no family here"):
        look_into(index.parent)


def test_half_downloaded_weights_are_refused() -> None:
    folder = weights()
    path = part_of(folder)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StateError, match=rf"transformer/{path.name} is cut: it has \d+ of {len(whole)} bytes"):
        cards.ready("wan")
    path.write_bytes(whole[:4])
    with pytest.raises(StateError, match="is cut in its head"):
        look_into(folder)
    path.unlink()
    with pytest.raises(StateError, match="transformer has no weights"):
        look_into(folder)
    path.write_bytes(whole)
    (folder / ".cache").mkdir()
    (folder / ".cache" / "abc.incomplete").write_bytes(b"")
    with pytest.raises(StateError, match="is half downloaded"):
        look_into(folder)


def test_a_missing_shard_or_part_is_named() -> None:
    folder = weights()
    (folder / "vae" / "m.safetensors.index.json").write_text(
        json.dumps({"weight_map": {"a": "m-00002-of-00002.safetensors"}})
    )
    with pytest.raises(StateError, match=r"vae/m-00002-of-00002.safetensors is missing"):
        look_into(folder)
    (folder / "tokenizer").rename(folder / "elsewhere")
    with pytest.raises(StateError, match=r"its tokenizer is missing \(and 1 more\)"):
        look_into(folder)


def test_the_sizes_that_a_model_can_work_at_are_read_from_it() -> None:
    folder = weights()
    assert multiple_px(folder, 1) == 16  # it codes 8x8 pixels, and takes 2x2 of those together
    config = folder / "vae" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "scale_factor_spatial": 16}))
    assert multiple_px(folder, 1) == 32
    config.unlink()
    assert multiple_px(folder, 64) == 64


def test_pickles_are_never_opened() -> None:
    path = part_of(weights())
    path.rename(path.with_suffix(".bin"))
    with pytest.raises(InputError, match="is a pickle, which may run code"):
        look_into(weights())


def test_weights_that_are_not_those_of_the_card_do_not_run() -> None:
    """One bit of one weight; the size is the same."""
    cards.ready(carded("wan"))
    path = part_of(weights())
    changed = bytearray(path.read_bytes())
    changed[-1] ^= 1
    path.write_bytes(changed)
    with pytest.raises(TrustError, match=f"{path.name} is not the file that its card names"):
        cards.ready("wan")


def test_files_are_hashed_once_and_again_when_they_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    cards.ready(carded("wan"))
    monkeypatch.setattr(cards, "hashes", lambda *_: pytest.fail("hashed although nothing changed"))
    cards.ready("wan")


def test_a_card_needs_a_licence_and_a_word_on_the_training() -> None:
    with pytest.raises(InputError, match="under which licence"):
        cards.drawn_up("wan", Path(), origin="x", licence=" ", training="x")
    with pytest.raises(InputError, match="what wan was trained on"):
        cards.drawn_up("wan", Path(), origin="x", licence="x", training="")
    with pytest.raises(InputError, match=r"Write small letters and hyphens: wan-2\.2"):
        cards.drawn_up("Wan 2.2", Path(), origin="x", licence="x", training="x")


def test_removing_leaves_a_folder_that_was_brought(tmp_path: Path) -> None:
    own = tmp_path / "own"
    weights().rename(own)
    cards.keep(cards.card_of("wan").but(folder=str(own)))
    cards.remove("wan")
    assert own.is_dir()
    assert cards.all_cards() == []


def test_an_unfinished_download_is_told_from_a_model_that_never_was(models: Path) -> None:
    (models / "wan-14b" / "weights").mkdir(parents=True)
    with pytest.raises(StateError, match="its download was not finished"):
        cards.ready("wan-14b")


class Hub:
    """What the library of the hub does for us, at our edge: it knows one model, and brings its files."""

    def __init__(self, files: Path) -> None:
        self.files, self.asked = files, list[str]()

    def HfApi(self) -> Any:  # noqa: N802
        return self

    def model_info(self, id_: str, *, revision: str | None, files_metadata: bool) -> Any:
        self.asked.append(f"info {revision}")
        told = SimpleNamespace(to_dict=lambda: {"license": "apache-2.0"})
        return SimpleNamespace(sha="c0ffee", card_data=told, siblings=[SimpleNamespace(size=1000)])

    def snapshot_download(self, id_: str, *, revision: str, local_dir: Path, **_: Any) -> None:
        import shutil

        self.asked.append(f"download {revision}")
        shutil.copytree(self.files, local_dir, dirs_exist_ok=True)


def test_a_branch_is_pinned_to_its_commit_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Hub(weights())
    monkeypatch.setattr(hub, "_library", lambda: known)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    offer = hub.offered("someone/wan", "main")
    assert (offer.revision, offer.licence, offer.size) == ("c0ffee", "apache-2.0", 1000)
    hub.download(offer, tmp_path / "here")
    assert known.asked == ["info main", "download c0ffee"]
    assert look_into(tmp_path / "here").family == "wan"


def test_offline_is_honoured_before_the_network_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(hub, "_library", lambda: pytest.fail("asked although offline"))
    with pytest.raises(StateError, match="HF_HUB_OFFLINE forbids the network"):
        hub.offered("someone/wan")


def test_a_full_disk_is_told_before_the_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with pytest.raises(CapacityError, match=r"needs .* GB more"):
        hub.download(hub.Offered("someone/wan", "c0ffee", "", 1 << 60), tmp_path)


def test_a_hub_that_cannot_be_reached_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise OSError("no route")

    known = Hub(Path())
    known.model_info = fails  # type: ignore[method-assign]
    monkeypatch.setattr(hub, "_library", lambda: known)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with pytest.raises(StateError, match=r"cannot be reached for someone/wan \(OSError\)"):
        hub.offered("someone/wan")
