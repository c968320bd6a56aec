"""Time code.  Oracle: SMPTE ST 12-1's drop-frame rule, counted out number by number."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.errors import InputError
from manyhands.media.timecode import carried, frames_of, moved, timecode_of

NTSC = Fraction(30000, 1001)


def test_frames_count_by_the_nominal_rate():
    assert frames_of("01:00:00:00", Fraction(24)) == 86400
    assert frames_of("01:00:00:00", Fraction(24000, 1001)) == 86400
    assert timecode_of(86400 + 25, Fraction(24)) == "01:00:01:01"


def test_drop_frame_skips_the_numbers_that_the_standard_skips():
    # Count a little over eleven minutes as the standard words it: no :00 and :01 but in minutes 0, 10, 20 ...
    named = [
        f"00:{minute:02}:{second:02};{frame:02}"
        for minute in range(11)
        for second in range(60)
        for frame in range(30)
        if not (second == 0 and frame < 2 and minute % 10)
    ]
    assert [timecode_of(frame, NTSC, drop=True) for frame in range(len(named))] == named
    assert [frames_of(text, NTSC) for text in named] == list(range(len(named)))


def test_an_hour_of_drop_frame_is_an_hour():
    # 108 numbers are skipped, so that 107892 frames at 29.97 last 3600 s within 4 ms.
    assert frames_of("01:00:00;00", NTSC) == 107892


@given(st.integers(0, 24 * 3600 * 24 - 1), st.sampled_from([Fraction(24), Fraction(25), NTSC, Fraction(60000, 1001)]))
def test_a_count_comes_back_from_its_time_code(frames, rate):
    for drop in {False, rate.denominator == 1001}:
        assert frames_of(timecode_of(frames, rate, drop=drop), rate) == frames


def test_moving_keeps_the_way_of_counting_and_wraps_at_midnight():
    assert moved("00:00:59;29", 1, NTSC) == "00:01:00;02"
    assert moved("23:59:59:23", 1, Fraction(24)) == "00:00:00:00"


@pytest.mark.parametrize("text", ["", "1:2:3", "01:60:00:00", "01:00:00:24", "ab:cd:ef:gh"])
def test_what_is_no_time_code_is_refused(text):
    with pytest.raises(InputError, match="hours:minutes:seconds:frames"):
        frames_of(text, Fraction(24))


def test_a_code_that_does_not_fit_the_rate_is_not_carried():
    assert carried("01:00:00:24", 3, Fraction(25)) == "01:00:01:02"
    assert carried("01:00:00:24", 3, Fraction(24)) == ""
    assert carried("", 3, Fraction(24)) == ""
