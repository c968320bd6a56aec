"""What a file's sayings come to: the strictest wins, a no needs no proof, a yes does."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.intake import Saying
from manyhands.rights import terms_named
from manyhands.rights.offered import ENTRIES, MINING, UNNAMED_MODEL, offered, wider
from tests.marked import CC_BY, DMI, TRAINED


def said(name: str, says: str, *, holds: bool = True, carrier: str = "XMP") -> Saying:
    return Saying.model_validate({"carrier": carrier, "where": "a", "name": name, "says": says, "holds": holds})


def mining(entry: str, use: str, *, holds: bool = True) -> Saying:
    return said(f"cawg.training-mining/{entry}", use, holds=holds, carrier="Content Credentials")


def verdicts(*sayings: Saying) -> dict[str, str]:
    return {term.scope: term.verdict for term in offered(sayings).terms}


@pytest.mark.parametrize(
    ("entry", "use", "wanted"),
    [
        ("cawg.ai_training", "notAllowed", {"train_shot": "prohibit", "train_general": "prohibit"}),
        ("cawg.ai_generative_training", "notAllowed", {"train_shot": "prohibit", "train_general": "prohibit"}),
        ("c2pa.data_mining", "constrained: ask us", {"train_shot": "ask", "train_general": "ask"}),
        ("cawg.ai_inference", "notAllowed", {"input_local": "prohibit", "input_hosted": "prohibit"}),
        ("cawg.ai_training", "allowed", {"train_shot": "permit", "train_general": "permit"}),
        ("cawg.ai_training", "perhaps", {}),
        ("cawg.something_new", "notAllowed", {}),
    ],
)
def test_entries_become_terms_of_scopes(entry: str, use: str, wanted: dict[str, str]) -> None:
    assert verdicts(mining(entry, use)) == wanted


@pytest.mark.parametrize(
    ("code", "verdict"),
    [("PROHIBITED", "prohibit"), ("PROHIBITED-GENAIMLTRAINING", "prohibit"), ("PROHIBITED-SEECONSTRAINT", "ask"),
     ("ALLOWED", "permit"), ("PROHIBITED-SOMETHING-NEW", "prohibit")],
)  # fmt: skip
def test_data_mining_by_plus_becomes_terms(code: str, verdict: str) -> None:
    assert verdicts(said("plus:DataMining", DMI + code)) == {"train_shot": verdict, "train_general": verdict}
    assert verdicts(said("plus:DataMining", f"{DMI}UNSPECIFIED")) == {}


def test_carriers_that_disagree_are_told_and_the_strictest_wins_in_any_order() -> None:
    sayings = [
        said("plus:DataMining", f"{DMI}ALLOWED"),
        mining("cawg.ai_training", "notAllowed"),
        mining("c2pa.data_mining", "constrained"),
    ]
    for order in permutations(sayings):
        offer = offered(order)
        assert {term.scope: term.verdict for term in offer.terms} == dict.fromkeys(
            ("train_shot", "train_general"), "prohibit"
        )
        assert len([line for line in offer.disagree if "The strictest counts" in line]) == 2


def test_a_broken_credential_still_forbids_and_no_longer_allows() -> None:
    assert verdicts(mining("cawg.ai_training", "notAllowed", holds=False))["train_shot"] == "prohibit"
    assert verdicts(mining("cawg.ai_training", "allowed", holds=False)) == {}


@given(
    st.lists(
        st.one_of(
            st.builds(
                mining,
                st.sampled_from([f"cawg.{name}" for name in ENTRIES]),
                st.sampled_from(["allowed", "notAllowed", "constrained"]),
                holds=st.booleans(),
            ),
            st.builds(lambda code: said("plus:DataMining", f"http://x/{code}"), st.sampled_from(list(MINING))),
        ),
        max_size=6,
    ),
    st.randoms(),
)
def test_more_carriers_never_allow_more_and_their_order_says_nothing(sayings: list[Saying], random: object) -> None:
    rank = {"permit": 0, "ask": 1, "prohibit": 2}
    whole = verdicts(*sayings)
    for left_out in range(len(sayings)):
        fewer = verdicts(*sayings[:left_out], *sayings[left_out + 1 :])
        assert all(rank[whole[scope]] >= rank[verdict] for scope, verdict in fewer.items())
    random.shuffle(sayings)  # type: ignore[attr-defined]
    assert verdicts(*sayings) == whole


@pytest.mark.parametrize(
    ("text", "licence", "barred"),
    [
        (CC_BY, "CC-BY-4.0", ""),
        ("http://creativecommons.org/licenses/by/2.0/de/legalcode", "CC-BY-2.0", ""),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0", ""),
        ("https://creativecommons.org/licenses/by-nc/4.0/", "unknown", "commercial"),
        ("https://creativecommons.org/licenses/by-nc-nd/4.0/", "unknown", "changed versions"),
        ("https://creativecommons.org/licenses/by-sa/3.0/", "unknown", "same licence"),
        ("https://creativecommons.org.example.com/by/4.0/", "unknown", ""),
    ],
)
def test_deeds_become_the_licences_of_the_house(text: str, licence: str, barred: str) -> None:
    offer = offered([said("cc:license", text), said("dc:creator", "Person B")])
    assert offer.licence == licence
    assert barred in offer.barred


def test_a_licence_that_wants_a_credit_and_has_nobody_is_not_proposed() -> None:
    offer = offered([said("cc:license", CC_BY)])
    assert offer.licence == "unknown"
    assert "names nobody" in offer.barred


def test_of_two_licences_the_one_that_may_not_be_used_counts() -> None:
    nc = "https://creativecommons.org/licenses/by-nc/4.0/"
    offer = offered([said("cc:license", CC_BY), said("dc:rights", nc), said("dc:creator", "Person B")])
    assert offer.licence == "unknown"
    assert "several licences" in offer.disagree[0]


def test_what_a_model_made_is_told_with_its_name_and_against_what_says_camera() -> None:
    model = said("Iptc4xmpExt:DigitalSourceType", TRAINED)
    assert offered([model]).made_by == UNNAMED_MODEL
    named = offered([model, said("Iptc4xmpExt:AISystemUsed", "Aleph"), said("Iptc4xmpExt:AISystemVersionUsed", "2")])
    assert named.made_by == "Aleph 2"
    mixed = offered([said("c2pa.actions/digitalSourceType", "digitalCapture (c2pa.created)"), model])
    assert mixed.source_type == "trainedAlgorithmicMedia"
    assert "digitalCapture and trainedAlgorithmicMedia" in mixed.disagree[0]


def test_terms_that_go_further_are_named_and_others_are_not() -> None:
    offer = offered([mining("cawg.ai_training", "notAllowed"), said("dc:creator", "Person B")])
    told = wider(terms_named("own"), offer, owner="Person A")
    assert [scopes for _, scopes in told] == [("train_shot",), ()]
    assert "names Person B" in told[1][0]
    assert wider(terms_named("licensed", credit="Person B"), offer, owner="Person B") == []
    reserved = offered([said("xmpRights:Marked", "True")])
    assert "all rights are reserved" in wider(terms_named("own"), reserved, owner="Person A")[0][0]
