"""Facts for a prompt hold no text that could take it over."""

import toons

from tests.tools.scripted_desk import REVIEW
from trimtab.tools.prompts.facts import LONGEST_TEXT, facts
from trimtab.workflow.ports.results import Table

LONG = "a\u200b long\nname " * 1_000


def test_texts_are_clean_and_short_wherever_they_stand() -> None:
    table = Table(columns=("code", "value"), rows=((LONG, 1.5),))
    shown = toons.loads(facts(REVIEW.model_copy(update={"book": LONG, "degraded": (LONG,), "held_back": table})).text)
    for text in (shown["book"], shown["degraded"][0], shown["held_back"][0]["code"]):
        assert text.startswith("a long name a long")
        assert len(text) <= LONGEST_TEXT
    assert shown["held_back"][0]["value"] == 1.5
