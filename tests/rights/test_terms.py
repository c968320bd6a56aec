"""Terms gate what is used and what is delivered; permission never flows upward."""

from __future__ import annotations

import pytest

from manyhands.core.errors import InputError, RightsError
from manyhands.core.source import Source
from manyhands.rights import LICENCES, SCOPES, check_delivery, check_use, terms_named


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
