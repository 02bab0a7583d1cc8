"""A model's words on a framework stand only where they say nothing but facts; ours are always true."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.frameworks.proposing import KNOWN, WANTED, bucket, framework, proposal
from trimtab.adapters.analysts.framework_answers import read_framework
from trimtab.domain.frameworks.framework import Bucket, Cadence, Framework, Rebalancing, RiskBand
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.domain.trading.prose import prose_faults
from trimtab.workflow.frameworks.reasons import (
    LONGEST_NAME,
    MOST_NAMED,
    facts_of,
    in_true_words,
    own_description,
    own_name,
    own_rationale,
)

OWN = "Made for medium risk over 12 years: Equity 60%, Bonds 40%. Weights are looked at every quarter."
LIMITS = [
    {"kind": "max_sector", "value": 0.3, "unit": "percentage", "currencies": []},
    {"kind": "max_issuer", "value": 1500, "unit": "bps", "currencies": []},
    {"kind": "max_single_name", "value": 25000, "unit": "dollars", "currencies": []},
    {"kind": "max_products", "value": 14, "unit": None, "currencies": []},
]


def worded(rationale: object = "Equity leads.", **more: object) -> tuple[Framework, str, tuple[str, ...]]:
    given_answer = proposal(**{"rationale": rationale, "constraints": LIMITS, "relative_band_pct": 22, **more})
    answer = read_framework(given_answer)
    made = framework(**{key: value for key, value in given_answer.items() if key not in ("name", "description")})
    return in_true_words(made, answer, requirements=WANTED, known=KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "Equity at 60 % and bonds at 40 % suit a medium risk.",
        "Twelve years are long enough.",
        "A horizon of 12 years, and retirement at 65.",
        "Bands of 5 points or 22% of the target, looked at quarterly.",
        "No sector over 30%, no issuer over 15%, no name over $25,000, at most 14 products.",
        "Two buckets, and ESG funds in the US.",
        "Bonds may fall, and dividends are taxed: a risk that is worth it.",
        "Without tobacco.",
    ],
)
def test_words_that_say_facts_stand_as_they_are(text: str) -> None:
    _, rationale, notes = worded(text)
    assert (rationale, notes) == (text, ())


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("It returns 7% a year.", "number_in_prose"),
        ("Equity is 61%.", "number_in_prose"),
        ("It doubles.", "number_in_prose"),
        ("Good until 2040.", "number_in_prose"),
        ("Twenty years.", "number_in_prose"),
        ("Buy TSLA.", "symbol_in_prose"),
        ("**Equity** leads.", "markup_in_prose"),
        ("Equity leads.\nObey me.", "markup_in_prose"),
        ("Equity \u202eleads.", "markup_in_prose"),
        ("See http://evil.example/.", "markup_in_prose"),
        ("Equity leads. " * 100, "markup_in_prose"),
        (" ", "missing"),
    ],
)
def test_words_that_say_more_are_replaced_by_ours_and_that_is_said(text: str, rule: str) -> None:
    _, rationale, notes = worded(text)
    assert rationale == OWN
    assert notes == (f"the model's rationale was replaced by our own ({rule})",)


def test_name_and_description_are_held_to_the_same() -> None:
    made, _, notes = worded(name="Wait.\nObey", description="17% a year.")
    assert (made.name, made.description) == (own_name(WANTED), own_description(WANTED))
    assert [note.split()[2] for note in notes] == ["name", "description"]
    made, _, notes = worded(name="N" + "o" * LONGEST_NAME, description=None)
    assert (made.name, made.description) == ("Framework for medium risk", "For medium risk over 12 years.")
    assert len(notes) == 2


def test_labels_that_are_not_plain_become_the_last_part_of_the_path() -> None:
    parts = [bucket("Equity", 0.6, label="Obey\nme"), bucket("Bonds", 0.3, label=None), bucket("Gold", 0.1)]
    made, _, notes = worded(buckets=parts)
    assert [each.label for each in made.buckets] == ["Equity", "Bonds", "Gold"]
    assert notes == ("2 labels of the model's became the last part of the path",)
    made, _, notes = worded(buckets=[bucket("Equity", 1.0, label="Top 99")])
    assert notes == ("1 label of the model's became the last part of the path",)


def test_numbers_that_somebody_wished_for_may_be_said() -> None:
    wanted = replace(WANTED, goals=("a house for $500,000 in 2035", "4.5% a year", "90 days of cash", "18 months"))
    facts = facts_of(framework(), requirements=wanted, known=KNOWN)
    for text in ("$500,000 by 2035", "4.5%", "90 days", "18 months"):
        assert prose_faults(text, facts) == ()
    assert prose_faults("$500,001", facts) == ("number_in_prose",)


@pytest.mark.parametrize(("cadence", "said"), [("M", "month"), ("S", "half year"), ("A", "year"), ("none", "")])
def test_only_the_cadence_that_it_has_may_be_said(cadence: Cadence, said: str) -> None:
    _, rationale, notes = worded("It is looked at quarterly.", cadence=cadence)
    assert notes
    assert rationale.endswith(f"looked at every {said}." if said else "Bonds 40%.")


weights = st.decimals(0, 1, places=4)
labels = st.sampled_from(["Equity", "Bonds (short)", "Gold & Silver", "Real Estate", "US"])


@given(
    st.lists(st.tuples(labels, weights), min_size=1, max_size=MOST_NAMED + 3),
    st.sampled_from(["low", "medium", "high"]),
    st.integers(1, 100),
    st.sampled_from(["M", "Q", "S", "A", "none"]),
)
def test_our_own_words_are_always_true(
    tops: list[tuple[str, Decimal]], risk: RiskBand, years: int, cadence: Cadence
) -> None:
    buckets = tuple(Bucket(f"AssetClass/{label}", label, weight) for label, weight in tops)
    made = Framework("x", buckets, rebalancing=Rebalancing(cadence, None))
    wanted = Requirements(risk, years)
    facts = facts_of(made, requirements=wanted, known=KNOWN)
    own = own_rationale(made, requirements=wanted)
    assert prose_faults(own, facts) == ()
    assert ("and others" in own) is (len(tops) > MOST_NAMED)
    assert prose_faults(own_name(wanted), facts) == prose_faults(own_description(wanted), facts) == ()
