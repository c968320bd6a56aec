"""Terms gate what is used and what is delivered; permission never flows upward."""

from __future__ import annotations

from typing import Any

import pytest

from manyhands.core.errors import InputError, RightsError
from manyhands.core.grant import Grant, Term
from manyhands.core.hand import person
from manyhands.core.source import Source
from manyhands.rights import LICENCES, SCOPES, Registry, check_delivery, check_use, terms_as_grants, terms_named


def source(licence: str, **more: str) -> Source:
    return Source(
        id="plate", title="plate.mov", sha256="0" * 64, path="p", owner="Person A", terms=terms_named(licence, **more)
    )


def test_what_nobody_stated_can_be_tried_and_not_delivered() -> None:
    unknown = source("unknown")
    check_use(unknown, "composite", by_maker="smoke")
    with pytest.raises(RightsError, match="nobody has said") as error:
        check_delivery([unknown])
    assert "--own" in error.value.fix


def test_permission_does_not_flow_upward() -> None:
    with pytest.raises(RightsError, match="do not permit train_shot"):
        check_use(source("CC-BY-2.0", credit="Person A"), "train_shot", by_maker="taught")


@pytest.mark.parametrize("name", [item.name for item in LICENCES.values()])
def test_every_licence_permits_known_scopes_only(name: str) -> None:
    assert set(LICENCES[name.lower()].permits) <= set(SCOPES)


def test_a_licence_that_wants_a_credit_refuses_to_go_without() -> None:
    with pytest.raises(InputError, match="wants a credit"):
        terms_named("CC-BY-2.0")


def test_an_unknown_licence_names_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"CC-BY-4\.0"):
        terms_named("GPL")


def test_attribution_names_maker_licence_link_and_change() -> None:
    remark = check_delivery([source("CC-BY-2.0", credit="danielbuechele")])[0]
    assert "danielbuechele" in remark
    assert "https://creativecommons.org/licenses/by/2.0/" in remark
    assert "Changed." in remark


def recorded(scope: str = "deliver", **changes: Any) -> Grant:
    said: dict[str, Any] = {
        "id": "plate-1", "form": "licence", "grantor": "person  a", "work": "plate", "about": "one film",
        "terms": (Term(scope=scope, verdict="permit"),), "signed_on": "2026-05-01", "given_to": "",
        "recorded_by": person("Person B"),
    }  # fmt: skip
    return Grant.model_validate(said | changes)


def may(plate: Source, scope: str, *grants: Grant) -> str:
    held = Registry(grants=grants, today="2026-06-01")
    return held.ruled(scope, work=plate.id, more=terms_as_grants(plate, held.about(plate.id))).verdict


def test_terms_that_tell_of_a_written_licence_give_way_to_it_scope_by_scope_once_it_is_recorded() -> None:
    plate = source("licensed", credit="Person A")
    assert may(plate, "deliver") == "allow"
    here = Term.model_validate({"scope": "deliver", "verdict": "permit", "territory": ("DE",)})
    assert may(plate, "deliver", recorded()) == "allow"
    for gone in ({"valid_until": "2026-05-31"}, {"revoked_on": "2026-05-20"}, {"terms": (here,)}):
        only_there = recorded(**gone)
        held = Registry(grants=(only_there,), today="2026-06-01")
        assert may(plate, "composite", only_there) == "allow"  # of which the paper says nothing
        ended = "terms" not in gone
        assert (may(plate, "deliver", only_there) == "deny") == ended
        if ended:
            with pytest.raises(RightsError):
                check_delivery([plate], registry=held)


@pytest.mark.parametrize(
    "changes",
    [{"form": "declaration"}, {"grantor": "Person C"}, {"terms": (Term(scope="train_shot", verdict="permit"),)}],
    ids=["no licence", "another's", "of something else"],
)
def test_other_grants_leave_the_terms_as_they_are(changes: dict[str, Any]) -> None:
    gone = recorded(**changes, revoked_on="2026-05-20")
    assert may(source("licensed", credit="Person A"), "deliver", gone) == "allow"


def test_terms_that_rest_on_nothing_written_here_stand_beside_a_licence() -> None:
    assert may(source("CC-BY-4.0", credit="Person A"), "deliver", recorded(revoked_on="2026-05-20")) == "allow"
