"""The verifier: each way of changing a signed thing is found, and said in plain words."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from pathlib import Path

import av
import c2pa
import numpy as np
import pytest

from manyhands.core.authorship import Authorship
from manyhands.core.errors import InputError, ManyhandsError, MediaError, NotFoundError
from manyhands.core.extent import total_extent
from manyhands.core.frame import Frame
from manyhands.deliver import authority as authority_module
from manyhands.deliver import sequence
from manyhands.deliver.authority import Authority, open_authority
from manyhands.deliver.c2pa_errors import reading_error, signing_error
from manyhands.deliver.credentials import sidecar_of, sign_master, xmp_of
from manyhands.deliver.disclosure import disclosure, disclosure_json
from manyhands.deliver.report import Report
from manyhands.deliver.verify import verify
from manyhands.media.exr import write_frame
from tests.deliver.made import GRADE, HEIGHT, PLACE, SMOKE, SPAN, WIDTH, dossier, film, frames, plate, still


@pytest.fixture
def signed(folder: Path, authority: Authority) -> Path:
    master = film(folder / "sh010.mp4")
    sign_master(master, dossier(), authority)
    return master


def codes(report: Report) -> set[str]:
    return {each.code for each in report.findings}


def flip(file: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


def test_signed_file_is_trusted_when_its_root_is_given(signed: Path, authority: Authority) -> None:
    report = verify(signed, anchors=[authority.root_pem])
    assert report.state == "intact and trusted"
    assert report.is_sound
    assert report.sentence == "This is what The Roof signed, unchanged."
    assert report.findings == ()
    assert report.generator.startswith("Manyhands ")


def test_signer_is_unknown_when_no_root_is_given(signed: Path) -> None:
    report = verify(signed)
    assert report.state == "intact, signer unknown"
    assert codes(report) == {"signingCredential.untrusted"}
    assert report.is_sound


def test_signer_is_unknown_when_another_production_has_the_same_name(signed: Path, stranger: Authority) -> None:
    report = verify(signed, anchors=[stranger.root_pem])
    assert report.state == "intact, signer unknown"
    assert report.signer is not None
    assert report.signer.name == "The Roof"


def test_one_of_several_roots_is_enough(signed: Path, authority: Authority, stranger: Authority) -> None:
    assert verify(signed, anchors=[stranger.root_pem, authority.root_pem]).state == "intact and trusted"


def test_old_master_stays_trusted_when_the_signer_was_renewed(folder: Path, now: datetime) -> None:
    old = open_authority(folder / "keys", "The Roof", at=now - timedelta(days=400))
    master = film(folder / "a.mp4")
    sign_master(master, dossier(), old)
    new = open_authority(folder / "keys", "The Roof", at=now)
    assert new.chain_pem != old.chain_pem
    assert verify(master, anchors=[new.root_pem]).state == "intact and trusted"


def test_expired_certificate_leaves_the_signer_unknown_and_still_finds_changes(
    folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    # c2pa takes the machine's clock and no other, so the test waits until a certificate of two
    # seconds has ended; the second in which it ends still counts.
    monkeypatch.setattr(authority_module, "SIGNER_LIFE", timedelta(seconds=2))
    short = open_authority(folder / "keys", "The Roof", at=datetime.now(now.tzinfo))
    master = film(folder / "a.mp4")
    sign_master(master, dossier(), short)
    assert verify(master, anchors=[short.root_pem]).state == "intact and trusted"
    time.sleep(3.1)
    report = verify(master, anchors=[short.root_pem])
    assert report.state == "intact, signer unknown"
    assert "signingCredential.expired" in codes(report)
    flip(master, master.read_bytes().index(b"mdat") + 300)
    assert verify(master, anchors=[short.root_pem]).state == "broken"
    with pytest.raises(ManyhandsError):
        sign_master(film(folder / "b.mp4"), dossier(), short)


@pytest.mark.parametrize(
    "where", [b"mdat", b"moov", b"AISystem", b"DigitalSourceType"], ids=lambda value: value.decode()
)
def test_film_is_broken_when_a_bit_of_it_changes(folder: Path, authority: Authority, where: bytes) -> None:
    master = film(folder / "a.mp4")
    sign_master(master, dossier(model_ppm=30_000), authority)
    flip(master, master.read_bytes().rindex(where) + len(where) + 40)
    report = verify(master, anchors=[authority.root_pem])
    assert report.state == "broken"
    assert report.sentence.startswith("Do not rely on this")
    assert all(each.words for each in report.findings)


@pytest.mark.parametrize("offset", range(40, 10_000, 997))
def test_film_is_broken_when_a_bit_of_its_credential_changes(signed: Path, authority: Authority, offset: int) -> None:
    start = signed.read_bytes().index(b"jumb")
    flip(signed, start + offset)
    assert verify(signed, anchors=[authority.root_pem]).state in ("broken", "no credentials")


def test_film_is_broken_when_a_box_is_appended(signed: Path, authority: Authority) -> None:
    with signed.open("ab") as file:
        file.write(b"\0\0\0\x18uuid" + b"0123456789abcdef")
    assert verify(signed, anchors=[authority.root_pem]).state == "broken"


def test_film_is_broken_when_it_is_cut(signed: Path) -> None:
    signed.write_bytes(signed.read_bytes()[:-200])
    assert verify(signed).state == "broken"


def test_nothing_is_told_when_the_credential_was_stripped(signed: Path, folder: Path) -> None:
    copy = folder / "copy.mp4"
    with av.open(str(signed)) as source, av.open(str(copy), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    report = verify(copy)
    assert report.state == "no credentials"
    assert report.findings == ()


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "a.webp", "a.mov", "a.avi"])
def test_every_format_is_broken_when_its_last_bytes_change(folder: Path, authority: Authority, name: str) -> None:
    pixels = {".mov": "yuv422p10le", ".avi": "yuvj420p"}
    file = folder / name
    master = film(file, pixels=pixels[file.suffix]) if file.suffix in pixels else still(file)
    content = master.read_bytes()
    sample = content[len(content) // 2 : len(content) // 2 + 24]
    sign_master(master, dossier(), authority)
    flip(master, master.read_bytes().index(sample) + 12)
    report = verify(master, anchors=[authority.root_pem])
    assert report.state == "broken"


def test_sidecar_is_broken_when_it_is_another_files(folder: Path, authority: Authority) -> None:
    for name in ("a.webm", "b.webm"):
        sign_master(film(folder / name, codec="libvpx-vp9"), dossier(production=name), authority)
    one, other = sidecar_of(folder / "a.webm"), sidecar_of(folder / "b.webm")
    (folder / "a.webm").write_bytes((folder / "a.webm").read_bytes() + b"\0")
    assert verify(folder / "a.webm").state == "broken"
    assert verify(folder / "b.webm", sidecar=one).state == "broken"
    assert verify(folder / "b.webm", sidecar=other).state == "intact, signer unknown"


def test_sidecar_that_is_no_credential_is_broken(folder: Path) -> None:
    master = film(folder / "a.webm")
    for content in (b"hello", b"\0" * 100):
        sidecar_of(master).write_bytes(content)
        assert verify(master).state == "broken"


def test_xmp_that_was_changed_is_a_warning(folder: Path, authority: Authority) -> None:
    master = still(folder / "a.png")
    sign_master(master, dossier(), authority)
    beside = xmp_of(master)
    beside.write_bytes(beside.read_bytes().replace(b"composite", b"digitalCapture"))
    report = verify(master, anchors=[authority.root_pem])
    assert report.state == "intact and trusted"
    assert codes(report) == {"xmp.changed"}
    assert not report.is_sound
    beside.unlink()
    assert codes(verify(master, anchors=[authority.root_pem])) == {"xmp.missing"}


def sequence_in(folder: Path, authority: Authority) -> Path:
    home = folder / "frames"
    home.mkdir()
    for number in range(1001, 1005):
        (home / f"sh010.{number}.dpx").write_bytes(bytes([number % 256]) * 100)
    sign_master(home, dossier(), authority)
    return home


def test_sequence_names_each_frame_that_differs(folder: Path, authority: Authority) -> None:
    home = sequence_in(folder, authority)
    (home / ".DS_Store").write_text("a file browser's")
    assert verify(home, anchors=[authority.root_pem]).is_sound
    (home / "notes.txt").write_text("a person's")
    report = verify(home, anchors=[authority.root_pem])
    assert report.state == "intact and trusted"
    assert not report.is_sound
    (home / "sh010.1002.dpx").write_bytes(b"another picture")
    (home / "sh010.1003.dpx").unlink()
    (home / "sh010.1005.dpx").write_bytes(b"one too many")
    report = verify(home, anchors=[authority.root_pem])
    assert report.state == "broken"
    told = " ".join(each.words for each in report.findings)
    for words in ("1002.dpx was changed", "1003.dpx is missing", "1005.dpx is not in the signed list"):
        assert words in told


def test_sequence_is_broken_when_its_list_is_edited(folder: Path, authority: Authority) -> None:
    home = sequence_in(folder, authority)
    (home / "sh010.1002.dpx").write_bytes(b"another picture")
    (home / sequence.FRAMES_LIST).write_bytes(sequence.hash_list(home))
    report = verify(home, anchors=[authority.root_pem])
    assert report.state == "broken"
    assert "assertion.dataHash.mismatch" in codes(report)


def test_sequence_without_its_list_carries_no_credentials(folder: Path, authority: Authority) -> None:
    home = sequence_in(folder, authority)
    (home / sequence.CREDENTIAL).unlink()
    assert verify(home).state == "no credentials"


def test_figures_agree_when_they_are_measured_again(signed: Path, authority: Authority) -> None:
    report = verify(signed, anchors=[authority.root_pem], frames=iter(frames()))
    assert report.measured == "agrees"
    assert report.is_sound


def test_figures_differ_by_one_part_in_a_million(signed: Path) -> None:
    again = list(frames())
    hand = next(iter(again[0].area_ppm))
    again[0] = again[0].but(area_ppm={hand: again[0].area_ppm[hand] - 12})
    report = verify(signed, frames=again)
    assert report.measured == "differs"
    assert any("area_ppm is 999999; signed was 1000000" in each.words for each in report.findings)


def test_figures_differ_when_a_hand_or_a_frame_was_left_out(signed: Path) -> None:
    assert verify(signed, frames=frames()[1:]).measured == "differs"
    report = verify(signed, frames=frames(model_ppm=10_000))
    assert any("trained:repaint:2" in each.words for each in report.findings)


def exr_in(folder: Path, number: int, smoke: float) -> None:
    """A frame of which smoke has a share, and the camera the rest."""
    size = (HEIGHT, WIDTH)
    weights = np.stack([np.full(size, 1 - smoke, np.float32), np.full(size, smoke, np.float32)])
    frame = Frame(np.ones((*size, 4), np.float32), Authorship((plate().hand, SMOKE), weights))
    write_frame(folder / f"sh010.{number}.exr", frame)


def test_figures_of_an_exr_sequence_are_measured_from_its_own_layers(folder: Path, authority: Authority) -> None:
    home = folder / "sh010"
    home.mkdir()
    for number in SPAN.frames:
        exr_in(home, number, 0.25)
    measured = list(sequence.extents(home) or ())
    extent = total_extent(measured, [plate().hand, SMOKE, PLACE, GRADE], SPAN)
    take = dossier().take.but(extent=extent)
    sign_master(home, dossier(frames=tuple(measured), take=take), authority)
    report = verify(home, anchors=[authority.root_pem])
    assert (report.measured, report.is_sound) == ("agrees", True)
    for name in (sequence.FRAMES_LIST, sequence.CREDENTIAL, sequence.XMP):
        (home / name).unlink()
    exr_in(home, 1004, 0.5)  # one frame shows more smoke than the maker signs
    sign_master(home, dossier(frames=tuple(measured), take=take), authority)
    report = verify(home, anchors=[authority.root_pem])
    assert (report.state, report.measured, report.is_sound) == ("intact and trusted", "differs", False)
    assert any("Measured again, smoke: origin_ppm is" in each.words for each in report.findings)


def test_an_exr_sequence_whose_layers_are_damaged_says_so(folder: Path, authority: Authority) -> None:
    home = folder / "sh010"
    home.mkdir()
    exr_in(home, 1001, 0.25)
    (home / "sh010.1002.exr").write_bytes(b"no picture")
    sign_master(home, dossier(), authority)
    report = verify(home, anchors=[authority.root_pem])
    assert report.state == "intact and trusted"
    assert "extent.unreadable" in codes(report)


def test_figures_are_not_asked_for_when_the_file_is_broken(signed: Path) -> None:
    def never() -> object:
        raise AssertionError("nobody should measure for a broken file")
        yield

    signed.write_bytes(signed.read_bytes() + b"\0\0\0\x08wide")
    assert verify(signed, frames=never()).measured == "not measured"  # type: ignore[arg-type]


def test_disclosure_beside_the_master_is_the_signed_one(signed: Path, authority: Authority) -> None:
    beside = signed.parent / "disclosure.json"
    beside.write_bytes(disclosure_json(disclosure(dossier())))
    assert verify(signed, anchors=[authority.root_pem]).is_sound
    told = json.loads(beside.read_bytes())
    told["shares"]["trained_ppm"] = 1
    beside.write_text(json.dumps(told))
    report = verify(signed, anchors=[authority.root_pem])
    assert codes(report) == {"disclosure.changed"}
    for junk in ("not json", "[]", "{}", '{"record": 3}'):
        beside.write_text(junk)
        assert not verify(signed, disclosure=beside).is_sound


def test_report_can_be_saved_as_json(signed: Path) -> None:
    told = json.loads(json.dumps(verify(signed).save()))
    assert told["state"] == "intact, signer unknown"
    assert told["authorship"]["camera_ppm"] == 950_000
    assert told["done"][1]["frames"] == [[3, 11]]


@pytest.mark.parametrize(("content", "name"), [(b"hello", "a.mov"), (b"", "a.mp4"), (b"", "a.png")])
def test_what_is_no_film_is_refused_with_its_name(folder: Path, content: bytes, name: str) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(MediaError, match=name):
        verify(folder / name)


def test_things_without_credentials_are_said_to_have_none(folder: Path) -> None:
    (folder / "notes.txt").write_text("hello " * 100)
    (folder / "empty").mkdir()
    for path in (folder / "notes.txt", folder / "empty", film(folder / "a.mp4"), still(folder / "a.png")):
        assert verify(path).state == "no credentials"


def test_missing_files_and_wrong_roots_are_named(folder: Path, signed: Path, authority: Authority) -> None:
    with pytest.raises(NotFoundError):
        verify(folder / "none.mp4")
    with pytest.raises(NotFoundError):
        verify(signed, sidecar=folder / "none.c2pa")
    for wrong in (b"hello", b"", authority.key_pem):
        with pytest.raises(InputError, match="no certificate"):
            verify(signed, anchors=[wrong])


@pytest.mark.parametrize(
    "authorship",
    [
        {},
        {"v": 9},
        [1, 2],
        "text",
        {"rate_fps": "1/0"},
        {"hands": "none"},
    ],
    ids=str,
)
def test_credential_of_a_stranger_is_read_whatever_it_holds(
    folder: Path, authority: Authority, authorship: object
) -> None:
    # Any signer may use our assertion's name with other content, and leave out what we always write.
    master = film(folder / "a.mp4")
    kind = "http://c2pa.org/digitalsourcetype/empty"
    told = {
        "claim_generator_info": [{"name": "Somebody"}],
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": kind, "parameters": {"x": 1}}]},
            },
            {"label": "org.manyhands.authorship", "data": authorship},
        ],
    }
    info = c2pa.C2paSignerInfo(b"es256", authority.chain_pem, authority.key_pem, None)
    out = folder / "signed.mp4"
    with (
        c2pa.Builder(told) as builder,
        c2pa.Signer.from_info(info) as signer,
        master.open("rb") as source,
        out.open("w+b") as target,
    ):
        builder.sign(signer, "video/mp4", source, target)
    report = verify(out, anchors=[authority.root_pem], frames=frames())
    assert report.state == "intact and trusted"
    assert report.authorship is None
    assert not report.is_sound
    assert "lint" in codes(report)


def test_every_error_of_c2pa_becomes_one_of_ours() -> None:
    # httpx's habit: walk the exceptions of the library below, so that none escapes unmapped.
    below = [kind for kind in vars(c2pa.C2paError).values() if isinstance(kind, type)] + [c2pa.C2paError]
    assert len(below) > 12
    for kind in below:
        for told in (signing_error, reading_error):
            error = told(kind("Kind: something"), "a.mp4")
            assert isinstance(error, ManyhandsError)
            assert error.what.startswith("a.mp4: ")
            assert "Kind: something" in error.what
            assert error.fix


def test_made_frames_are_what_the_take_says() -> None:
    told = dossier()
    assert total_extent(told.frames, [part.hand for part in told.take.extent.hands], SPAN) == told.take.extent
