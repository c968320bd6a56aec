"""Sittings from the moments of acts: by hand, over midnight, and on days that a zone makes longer or shorter."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.errors import InputError
from manyhands.ledger.sittings import Moment, Piece, Rule, pieces, rounded

BERLIN = Rule(zone="Europe/Berlin")


def acts(*at: str, target: str = "sh010") -> list[Moment]:
    return [Moment(line, datetime.fromisoformat(f"{one}Z"), "look", (target,)) for line, one in enumerate(at, 1)]


def seconds(found: list[Piece]) -> dict[date, Fraction]:
    sums: dict[date, Fraction] = defaultdict(Fraction)
    for one in found:
        sums[one.day] += one.seconds
    return dict(sums)


def test_acts_close_together_are_one_sitting_with_its_lead_and_others_begin_anew() -> None:
    found = pieces(acts("2026-05-04T10:00:00", "2026-05-04T10:30:00", "2026-05-04T11:00:01"), Rule())
    # by hand: 5 min of lead, 30 between the first two (no more than the gap), 5 of lead before the third
    assert [one.seconds for one in found] == [300, 1800, 300]
    assert [one.moment.line for one in found] == [1, 2, 3]


def test_a_lead_goes_no_further_back_than_the_act_before() -> None:
    rule = Rule(gap_minutes=1, lead_minutes=60)
    found = pieces(acts("2026-05-04T10:00:00", "2026-05-04T10:30:00"), rule)
    assert [one.seconds for one in found] == [3600, 1800]


def test_time_between_two_acts_is_the_later_ones() -> None:
    first, second = acts("2026-05-04T10:00:00", target="sh010")[0], acts("2026-05-04T10:20:00", target="sh020")[0]
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for one in pieces([second, first], Rule()):  # in any order
        sums[one.moment.target[0]] += one.seconds
    assert sums == {"sh010": 300, "sh020": 1200}


def test_what_goes_over_midnight_is_cut_by_the_clock_on_the_wall() -> None:
    at = acts("2026-05-04T21:50:00", "2026-05-04T22:10:00")  # ten to and ten past midnight in Berlin
    assert seconds(pieces(at, BERLIN)) == {date(2026, 5, 4): 900, date(2026, 5, 5): 600}
    assert seconds(pieces(at, Rule())) == {date(2026, 5, 4): 1500}


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 4), 24)])
def test_a_day_has_the_hours_that_it_has(day: date, hours: int) -> None:
    # the clocks of Berlin go on at 2:00 on 29 March 2026 and back at 3:00 on 25 October (EU directive 2000/84)
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=6)
    at = [begins + timedelta(minutes=20 * step) for step in range(120)]
    found = pieces([Moment(line, one, "look", ()) for line, one in enumerate(at)], BERLIN)
    assert seconds(found)[day] == hours * 3600


def test_an_hour_that_the_clock_shows_twice_is_two_hours_and_one_that_it_leaves_out_is_none() -> None:
    back = acts("2026-10-25T00:30:00", "2026-10-25T01:00:00", "2026-10-25T01:30:00")  # 2:30, 2:00 again, 2:30 again
    assert seconds(pieces(back, BERLIN)) == {date(2026, 10, 25): 300 + 3600}
    on = acts("2026-03-29T00:45:00", "2026-03-29T01:15:00")  # 1:45 and 3:15
    assert seconds(pieces(on, BERLIN)) == {date(2026, 3, 29): 300 + 1800}


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Beirut", date(2022, 3, 27)),  # the clock goes on at midnight: the day begins at 1:00
        ("Atlantic/Azores", date(2026, 10, 25)),  # it goes back from 1:00 to midnight
        ("Pacific/Apia", date(2011, 12, 31)),  # the day before was left out
    ],
)
def test_a_zone_with_an_odd_midnight_loses_and_doubles_nothing(zone: str, day: date) -> None:
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=48)
    at = [begins + timedelta(minutes=30 * step) for step in range(200)]
    found = pieces([Moment(line, one, "look", ()) for line, one in enumerate(at)], Rule(lead_minutes=0, zone=zone))
    assert sum(seconds(found).values()) == (len(at) - 1) * 1800
    assert all(one.begins < one.ends for one in found)
    assert [one.ends for one in found[:-1]] == [one.begins for one in found[1:]]


moments = st.lists(st.integers(0, 4 * 86400), min_size=1, max_size=40, unique=True)


@given(moments, st.integers(1, 240), st.integers(0, 240), st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu"]))
def test_no_second_is_counted_twice_and_none_outside_a_sitting(at: list[int], gap: int, lead: int, zone: str) -> None:
    begins = datetime(2026, 3, 27, tzinfo=UTC)
    made = [Moment(line, begins + timedelta(seconds=one), "look", ()) for line, one in enumerate(at)]
    found = pieces(made, Rule(gap, lead, 1, zone))
    # the twin: the union of what lies between acts within the gap, and of every sitting's lead
    told = sorted(at)
    covered: set[tuple[int, int]] = set()
    for before, one in zip([None, *told], told, strict=False):
        start = (
            one - lead * 60 if before is None else before if one - before <= gap * 60 else max(before, one - lead * 60)
        )
        covered.add((start, one))
    assert sum(one.seconds for one in found) == sum(end - start for start, end in covered)
    ordered = sorted(found, key=lambda one: one.begins)
    assert all(one.ends <= other.begins for one, other in pairwise(ordered))


@pytest.mark.parametrize(
    ("given_seconds", "to", "minutes"), [(0, 1, 0), (1, 1, 1), (89, 1, 1), (90, 1, 2), (449, 15, 15), (1350, 15, 30)]
)
def test_time_is_rounded_a_half_upwards_and_never_to_nothing(given_seconds: int, to: int, minutes: int) -> None:
    assert rounded(Fraction(given_seconds), to) == minutes


@pytest.mark.parametrize(
    "rule",
    [
        Rule(gap_minutes=0),
        Rule(gap_minutes=241),
        Rule(lead_minutes=-1),
        Rule(round_minutes=0),
        Rule(zone="Mars/Olympus"),
        Rule(zone=""),
        Rule(zone="../etc/passwd"),
        Rule(zone="Europe"),
    ],
    ids=str,
)
def test_a_rule_that_is_none_is_refused(rule: Rule) -> None:
    with pytest.raises(InputError, match="time suggest:"):
        pieces(acts("2026-05-04T10:00:00"), rule)
