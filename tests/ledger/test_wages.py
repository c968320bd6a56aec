"""Overtime and the least that a day pays: held against a twin that counts minute by minute, and sums by hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.core.entry import Entry
from manyhands.core.errors import InputError
from manyhands.core.hand import person
from manyhands.core.labour import Hours, Task
from manyhands.ledger.booking import check_balanced
from manyhands.ledger.rates import Card, Minimum, Overtime, Rate, read_card
from manyhands.ledger.wages import wages_owed
from tests.ledger.made import CARD_OF_RATES

AT = "2026-06-01T12:00:00Z"
EVER = (date(2020, 1, 1), date(9999, 12, 31), "a contract of the tests")
ARTIST = person("Person A")
TASKS = {
    "roto": Task(id="roto", title="roto", role="artist", assignee=ARTIST),
    "paint": Task(id="paint", title="frames", role="artist", assignee=ARTIST, work="Teaching"),
    "late": Task(id="late", title="a night", role="artist", assignee=ARTIST, work="Overtime"),
}
RATES = (
    Rate(*EVER, "artist", "Wages", "EUR", 2500),
    Rate(*EVER, "artist", "Teaching", "EUR", 3101),
    Rate(*EVER, "artist", "Overtime", "EUR", 4000),
)
AFTER_8 = Overtime(*EVER, "artist", "", "day", 480, Fraction(3, 2), 0)
AFTER_12 = Overtime(*EVER, "artist", "", "day", 720, Fraction(2), 0)
AFTER_40 = Overtime(*EVER, "artist", "", "week", 2400, Fraction(3, 2), 0)


def said(*some: tuple[str, str, int], who: str = "Person A", first: int = 1) -> list[Hours]:
    """Hours by task, day and minutes."""
    return [
        Hours(id=f"h{at}", task=task, by=person(who), day=day, minutes=minutes)
        for at, (task, day, minutes) in enumerate(some, first)
    ]


def on(entries: list[Entry], account: str) -> int:
    return sum(entry.amount_minor for entry in entries if entry.account == account)


def owed(entries: list[Entry], who: str = "Person A") -> int:
    return -on(entries, f"Liabilities:{who}:Wages")


def test_a_long_day_is_paid_by_its_hours_and_the_rest_once_and_a_half_more() -> None:
    card = Card(RATES, (AFTER_8, AFTER_12))
    made = wages_owed(said(("roto", "2026-05-04", 840)), TASKS, card, at=AT)
    # by hand: 14 h at 25.00; hours 9 to 12 half as much again, hours 13 and 14 as much again
    assert on(made, "Expenses:Wages") == 14 * 2500
    assert on(made, "Expenses:Overtime") == 4 * 1250 + 2 * 2500
    assert owed(made) == 45000
    lines = [(one.about, one.method, -one.amount_minor) for one in made if one.account.startswith("Liabilities")]
    assert lines == [
        (
            "840 minutes of roto on 2026-05-04",
            "EUR 25.00 an hour (a contract of the tests), rounded up",
            35000,
        ),
        (
            "240 of these 840 minutes are overtime, after 8 h a day",
            "EUR 25.00 an hour (a contract of the tests), times 1/2 more (a contract of the tests), rounded up",
            5000,
        ),
        (
            "120 of these 840 minutes are overtime, after 12 h a day",
            "EUR 25.00 an hour (a contract of the tests), times 1 more (a contract of the tests), rounded up",
            5000,
        ),
    ]
    check_balanced(made)


def test_a_day_counts_over_all_tasks_and_what_models_were_taught_keeps_its_account() -> None:
    card = Card(RATES, (AFTER_8,))
    made = wages_owed(said(("roto", "2026-05-04", 420), ("paint", "2026-05-04", 120)), TASKS, card, at=AT)
    # by hand: 7 h at 25.00; 2 h at 31.01, of which one is half as much again: 15.505, rounded up once with the rest
    assert on(made, "Expenses:Wages") == 17500
    assert on(made, "Expenses:Teaching") + on(made, "Expenses:Overtime") == ceil(6202 + Fraction(3101, 2)) == 7753
    assert on(made, "Expenses:Overtime") in (1550, 1551)
    assert "(Teaching)" in next(one.about for one in made if one.account == "Expenses:Teaching")


def test_a_week_counts_what_was_no_overtime_by_the_day() -> None:
    card = Card(RATES, (AFTER_8, AFTER_40))
    week = [("roto", f"2026-05-{day:02d}", 600) for day in range(4, 10)]  # Monday to Saturday, ten hours each
    made = wages_owed(said(*week), TASKS, card, at=AT)
    # by hand: 2 h a day are overtime by the day, 12 in all; 8 a day count for the week: the sixth day's 8 are beyond 40
    assert on(made, "Expenses:Overtime") == 20 * 1250
    assert owed(made) == 60 * 2500 + 20 * 1250


def test_a_week_begins_where_the_card_says() -> None:
    days = [("roto", str(date(2026, 5, 3) + timedelta(at)), 480) for at in range(6)]  # Sunday to Friday
    by_monday = wages_owed(said(*days), TASKS, Card(RATES, (AFTER_40,)), at=AT)
    sunday = Overtime(*EVER, "artist", "", "week", 2400, Fraction(3, 2), 6)
    by_sunday = wages_owed(said(*days), TASKS, Card(RATES, (sunday,)), at=AT)
    assert on(by_monday, "Expenses:Overtime") == 0  # five days from Monday are 40 hours
    assert on(by_sunday, "Expenses:Overtime") == 8 * 1250


def test_what_was_booked_before_is_counted_first() -> None:
    card = Card(RATES, (AFTER_8,))
    late = said(("roto", "2026-05-04", 120), first=2)
    made = wages_owed(late, TASKS, card, at=AT, before=said(("roto", "2026-05-04", 420)))
    assert on(made, "Expenses:Overtime") == 1250  # one of the two hours is the ninth
    assert on(wages_owed(late, TASKS, card, at=AT), "Expenses:Overtime") == 0


def test_nobody_elses_hours_make_overtime_and_overtime_is_not_paid_more_for_twice() -> None:
    card = Card(RATES, (AFTER_8,))
    both = [*said(("roto", "2026-05-04", 480)), *said(("roto", "2026-05-04", 480), who="Person B", first=2)]
    assert on(wages_owed(both, TASKS, card, at=AT), "Expenses:Overtime") == 0
    night = said(("roto", "2026-05-04", 480), ("late", "2026-05-04", 60))
    assert owed(wages_owed(night, TASKS, card, at=AT)) == 8 * 2500 + 4000


def test_the_least_of_a_day_is_paid_and_what_is_worked_later_comes_off_it() -> None:
    card = Card(RATES, minimums=(Minimum(*EVER, "artist", 240),))
    first = said(("roto", "2026-05-04", 120))
    made = wages_owed(first, TASKS, card, at=AT)
    assert owed(made) == 4 * 2500
    (filled,) = [one for one in made if one.transaction == "least-h1" and one.amount_minor < 0]
    assert (filled.amount_minor, filled.about) == (
        -5000,
        "the day's least of 4 h for artist on 2026-05-04: 120 minutes up to it",
    )
    later = said(("roto", "2026-05-04", 90), first=2)
    more = wages_owed(later, TASKS, card, at=AT, before=first, ahead={"h1": 5000})
    assert owed(more) == 0  # three and a half hours: four are paid
    again = wages_owed(said(("roto", "2026-05-04", 180), first=2), TASKS, card, at=AT, before=first, ahead={"h1": 5000})
    assert owed(made) + owed(again) == 5 * 2500
    check_balanced([*made, *more])


minutes = st.integers(1, 700)
an_hour = st.tuples(st.sampled_from(["roto", "paint", "late"]), st.integers(0, 9), minutes)
rules = st.builds(
    lambda per, hours, factor, begins: Overtime(*EVER, "artist", "", per, hours * 60, factor, begins),
    st.sampled_from(["day", "week"]),
    st.integers(0, 23),
    st.fractions(Fraction(61, 60), 4, max_denominator=60),
    st.integers(0, 6),
)


def by_the_minute(some: list[Hours], card: Card) -> dict[str, Fraction]:
    """The twin: what each hours come to exactly, told one minute after the other, as the module says it in words."""
    of_day: dict[str, int] = defaultdict(int)
    plain: dict[tuple[int, date], int] = defaultdict(int)
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for one in some:
        day, work = date.fromisoformat(one.day), TASKS[one.task].work
        rate = next(rate.per_hour_minor for rate in card.rates if rate.work == work)
        held = card.overtime if work != "Overtime" else ()
        for _ in range(one.minutes):
            weeks = {begins: day - timedelta((day.weekday() - begins) % 7) for begins in range(7)}
            daily = [r.factor for r in held if r.per == "day" and of_day[one.day] >= r.after_minutes]
            weekly = [
                r.factor
                for r in held
                if r.per == "week" and plain[r.week_begins, weeks[r.week_begins]] >= r.after_minutes
            ]
            sums[one.id] += Fraction(rate, 60) * max([Fraction(1), *daily, *weekly])
            of_day[one.day] += 1
            if not daily:
                for begins, week in weeks.items():
                    plain[begins, week] += 1
    return sums


@settings(max_examples=60, deadline=None)
@given(st.lists(an_hour, min_size=1, max_size=8), st.lists(rules, max_size=4), st.data())
def test_the_parts_sum_to_the_whole_to_the_cent_and_the_whole_is_what_the_minutes_come_to(
    some: list[tuple[str, int, int]], overtime: list[Overtime], data: st.DataObject
) -> None:
    apart = {(one.per, one.after_minutes): one for one in overtime}
    card = Card(RATES, tuple(apart.values()))
    days = sorted(some, key=lambda one: one[1])
    every = said(*((task, str(date(2026, 5, 4) + timedelta(day)), long) for task, day, long in days))
    cut = data.draw(st.integers(0, len(every)))
    made = wages_owed(every[:cut], TASKS, card, at=AT)
    made += wages_owed(every[cut:], TASKS, card, at=AT, before=every[:cut])
    check_balanced(made)
    exact = by_the_minute(every, card)
    for one in every:
        own = [entry for entry in made if entry.transaction == f"wage-{one.id}"]
        assert owed(own) == ceil(exact[one.id])
        spent = [entry.amount_minor for entry in own if entry.account.startswith("Expenses:")]
        assert sum(spent) == ceil(exact[one.id])
        assert min(spent) > 0


CARD = (
    CARD_OF_RATES
    + """
[[overtime]]
role = "artist"
work = ""
per = "day"
after_hours = "7.5"
factor = "3/2"
week_begins = ""
valid_from = "2026-01-01"
valid_until = ""
source = "a contract of the tests, paragraph 4"

[[minimum]]
role = "artist"
hours_a_day = "4"
valid_from = "2026-01-01"
valid_until = ""
source = "a contract of the tests, paragraph 5"
"""
)


def test_a_card_tells_its_overtime_and_its_least(tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text(CARD)
    card = read_card(tmp_path / "card.toml")
    (rule,), (least,) = card.overtime, card.minimums
    assert (rule.after_minutes, rule.factor, rule.per, rule.week_begins) == (450, Fraction(3, 2), "day", 0)
    assert least.minutes == 240
    assert card.overtime_for("artist", "Wages", date(2025, 12, 31), "day") == ()
    assert card.minimum("artist", date(2025, 12, 31)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('factor = "3/2"', 'factor = "1"'),
        ('factor = "3/2"', 'factor = "11"'),
        ('factor = "3/2"', 'factor = "-3/2"'),
        ('factor = "3/2"', 'factor = "3/0"'),
        ('factor = "3/2"', 'factor = "much"'),
        ('after_hours = "7.5"', 'after_hours = "24"'),
        ('after_hours = "7.5"', 'after_hours = "-1"'),
        ('after_hours = "7.5"', 'after_hours = "7.501"'),
        ('per = "day"', 'per = "month"'),
        ('week_begins = ""', 'week_begins = "someday"'),
        ('work = ""\nper', 'work = "Favours"\nper'),
        ('source = "a contract of the tests, paragraph 4"', 'source = ""'),
        ('source = "a contract of the tests, paragraph 5"', 'source = ""'),
        ('hours_a_day = "4"', 'hours_a_day = "25"'),
        ('hours_a_day = "4"', 'hours_a_day = "0"'),
        ("[[minimum]]", "[[floor]]"),
    ],
)
def test_overtime_that_is_none_is_refused(old: str, new: str, tmp_path: Path) -> None:
    assert old in CARD
    (tmp_path / "card.toml").write_text(CARD.replace(old, new, 1))
    with pytest.raises(InputError):
        read_card(tmp_path / "card.toml")


def test_two_rules_of_one_minute_are_refused_and_two_in_turn_are_not(tmp_path: Path) -> None:
    row = CARD[CARD.index("[[overtime]]") : CARD.index("[[minimum]]")]
    (tmp_path / "card.toml").write_text(CARD + row.replace("3/2", "2"))
    with pytest.raises(InputError, match=r"overtime of artist after 7 hours a day stands twice \(3/2 and 2\)"):
        read_card(tmp_path / "card.toml")
    ended = CARD.replace('valid_until = ""\nsource = "a contract of the tests, paragraph 4"',
                         'valid_until = "2026-06-30"\nsource = "a contract of the tests, paragraph 4"')  # fmt: skip
    (tmp_path / "card.toml").write_text(ended + row.replace('valid_from = "2026-01-01"', 'valid_from = "2026-07-01"'))
    assert len(read_card(tmp_path / "card.toml").overtime) == 2
