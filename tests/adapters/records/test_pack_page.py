"""The page of an evidence pack: what it shows, that nothing in it lives, and that everybody can read it."""

import json
import re
from functools import partial
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import anyio
import pytest

from tests.adapters.records.pages import Page, read, reworded
from tests.clock import NOON, FixedClock
from tests.workflow.desks import DEMO, make_bench
from tests.workflow.kept_sessions import LATER, PLAN_HASH, Records, demo_records, keep, model_records
from trimtab.adapters.records import pack_page as page_module
from trimtab.adapters.records.migrate import upgrade
from trimtab.adapters.records.pack_page import pack_page
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.workflow.evidence_models import EvidencePack
from trimtab.workflow.evidence_pack import check_pack, evidence_pack
from trimtab.workflow.ports.records import Effects, Evidence, Scope, Standing

MOST_BYTES = 2_000_000
MOST_SECONDS = 2.0
LEAST_CONTRAST = 4.5
FRAME = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "footer",
    "nav",
    "div",
    "details",
    "summary",
}
WORDS = {
    "h1",
    "h2",
    "h3",
    "p",
    "a",
    "ul",
    "li",
    "dl",
    "dt",
    "dd",
    "small",
    "strong",
    "span",
    "code",
    "pre",
    "bdi",
    "br",
}
TABLES = {"table", "thead", "tbody", "tr", "th", "td", "time"}
HOSTILE = {
    "Margaret O'Brien Super Fund": "</style><script>window.hacked=1</script>",
    "iShares Core Composite Bond ETF": "<img src=x onerror=alert(1)>\u202egnp.exe",
    "Tom Adviser": '"><svg onload=alert(1)>',
    "The client needs the money for a house next week.": "</td></table><h1>Approved</h1>\u2066 {{ 7 * 7 }} {% raw %}",
    "Ann Officer": "<b>Ann</b> &amp; &#x3c;i&#x3e;",
    "It is halted there.": "</bdi></td><script>filled()</script>",
    "9,999 units filled of fewer ordered": "<details open><summary>All filled</summary>",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """A whole session over the demo book with approvals and orders."""
    return anyio.run(demo_records, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def pack(demo: Records) -> EvidencePack:
    return demo.pack()


@pytest.fixture(scope="module")
def html(pack: EvidencePack) -> str:
    return pack_page(pack)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return read(html)


def test_the_first_screen_is_the_story(page: Page, pack: EvidencePack) -> None:
    before, _, _ = page.text.partition("Decisions Rejected Approvals")
    for sentence in pack.story.model_dump().values():
        assert " ".join(sentence.split()) in before


def test_every_line_stands_with_its_money_its_words_and_its_facts(page: Page, pack: EvidencePack) -> None:
    assert "AUD \u221269,354.60" in page.text
    for instrument in pack.decisions:
        for line in instrument.lines:
            assert f"{line.client_name} {line.account_number}" in page.text
            assert line.reason in page.text
    assert "close to a tax benefit for long holdings (8d)" in page.text


def test_times_are_said_in_utc(page: Page) -> None:
    assert "2 Mar 2026, 12:05:00 UTC" in page.text
    assert "2026-03-02T12:05:00+00:00" in {time.attributes["datetime"] for time in page.of("time")}


def test_hashes_are_short_and_whole_behind_it(page: Page, pack: EvidencePack) -> None:
    titles = {code.attributes.get("title") for code in page.of("code")}
    assert {entry.hash for entry in pack.entries} <= titles
    assert f"{pack.entries[0].hash[:12]}…" in page.text
    assert pack.head.hash in page.text
    assert pack.identity.plan_digest in page.text


def test_every_threshold_and_limit_is_shown_with_its_unit(page: Page, pack: EvidencePack) -> None:
    policy = pack.inputs[0].inputs.policy
    limits = policy["limits"]
    assert isinstance(limits, dict)
    for name in (*(name for name in policy if name != "limits"), *(f"limits.{name}" for name in limits)):
        assert f" {name} " in page.text
    assert "Dip -8 % dip_pct" in page.text
    assert "Tier caps 30 %, 50 %, 80 % tier_caps_pct" in page.text
    assert "Max order 1,000,000 in money limits.max_order_value" in page.text
    assert "Allowed exchanges all limits.allowed_exchanges" in page.text
    assert "Blocking rules none blocking_rules" in page.text
    assert "Capital gains tax window 45 days cgt_window_days" in page.text


def test_approvals_orders_and_fills_are_shown(page: Page) -> None:
    assert "Ann Officer asked by the client" in page.text
    assert "Declined" in page.text
    assert "Submitted 12:11:02 > Accepted 12:11:03 > PartiallyFilled 745 12:11:04 > Filled 12:11:05" in page.text
    assert {"2 Mar 2026, 12:11:02 UTC, delivery"} <= {each.attributes.get("title") for each in page.of("time")}
    assert "22 to 24 2 Mar 2026, 12:11:00 UTC Tom Adviser person 3 orders: all Intent" in page.text
    assert "because: The client needs the money for a house next week." in page.text


def test_hashes_in_the_timeline_are_short_and_whole_behind_it(html: str) -> None:
    _, _, timeline = html.partition('<h2 id="timeline">')
    assert f'hash of the orders <code title="{PLAN_HASH}">{PLAN_HASH[:12]}…</code>' in timeline


def test_requests_are_shown_in_the_timeline(page: Page) -> None:
    assert '"reason": "The client needs the money for a house next week."' in page.text


def test_a_models_calls_and_what_was_wrong_are_shown(tmp_path: Path) -> None:
    pack = anyio.run(model_records, tmp_path)
    shown = read(pack_page(pack.pack()))
    assert "portfolios, batch 1 of 2" in shown.text
    assert "gpt-5.2" in shown.text
    assert {call.prompt_hash for call in pack.pack().model_calls} <= {
        code.attributes.get("title") for code in shown.of("code")
    }


def test_a_failed_analysis_says_what_went_wrong(tmp_path: Path) -> None:
    records = anyio.run(model_records, tmp_path, lambda call, said: "No." if call.title == "BuyVerdicts" else said)
    shown = read(pack_page(records.pack()))
    assert "Not all of it went as meant" in shown.text
    assert "answers that couldn't be read: asked again" in shown.text


def test_nothing_from_outside_lives_in_the_page(demo: Records) -> None:
    html = pack_page(reworded(demo, HOSTILE).pack())
    page = read(html)
    assert {element.tag for element in page.elements} <= FRAME | WORDS | TABLES
    assert not page.misplaced
    assert not page.open
    assert len(page.of("h1")) == len(page.of("style")) == 1
    assert html.count("</style>") == 1
    for text in HOSTILE.values():
        visible = text.replace("\u202e", "").replace("\u2066", "")
        assert visible in page.text, text


def test_what_cannot_be_seen_is_not_in_the_page_but_in_the_pack(demo: Records) -> None:
    pack = reworded(demo, HOSTILE).pack()
    html = pack_page(pack)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f]", html)
    assert "\\u2066 {{ 7 * 7 }}" in read(html).text
    assert any("\u202e" in instrument.name for instrument in pack.decisions)


def test_the_page_needs_nothing_but_itself(page: Page, html: str) -> None:
    [policy] = [each for each in page.of("meta") if each.attributes.get("http-equiv") == "Content-Security-Policy"]
    assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert not page.of("script")
    assert {link.attributes["href"][0] for link in page.of("a")} == {"#"}
    attributes = {name for element in page.elements for name in element.attributes}
    assert not {name for name in attributes if name.startswith("on") or name in ("src", "style", "srcset")}
    assert "url(" not in html
    assert "@import" not in html


def just(effects: Effects, _standing: Standing) -> Effects:
    return effects


async def test_the_page_is_the_same_from_the_records_of_a_database(demo: Records, html: str, tmp_path: Path) -> None:
    url, session_id = f"sqlite:///{tmp_path / 'records.db'}", demo.entries[0].session_id
    upgrade(url)
    store = SqlRecordStore(url)
    try:
        for effects in demo.written:
            await store.write(Scope(session_id=session_id), partial(just, effects))
        entries = await store.entries(session_id)
        standing = await store.standing(Scope())
    finally:
        await store.close()
    pack = evidence_pack(entries, head=standing.head, made_at=LATER)
    assert check_pack(pack.model_dump_json()) == ()
    assert pack_page(pack) == html


def test_of_very_many_records_the_first_and_the_last_are_listed(demo: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = demo.pack()
    monkeypatch.setattr(page_module, "MOST_RECORDS", 10)
    page = read(pack_page(pack))
    listed = {code.attributes.get("title") for code in page.of("code")} & {entry.hash for entry in pack.entries}
    # Beside those that are listed, each has the hash of the one before it.
    assert listed == {entry.hash for entry in (*pack.entries[:5], *pack.entries[-6:])}
    assert f"… the {len(pack.entries) - 10} between them are in the JSON file" in page.text


def test_links_lead_to_a_section(page: Page) -> None:
    places = {element.attributes.get("id") for element in page.elements}
    assert {link.attributes["href"][1:] for link in page.of("a")} <= places


def test_headings_follow_each_other(page: Page) -> None:
    levels = [int(element.tag[1]) for element in page.elements if element.tag in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_tables_say_what_their_heads_are_for(page: Page) -> None:
    assert {head.attributes.get("scope") for head in page.of("th")} == {"col", "row", "rowgroup"}
    regions = [each.attributes for each in page.of("div") if each.attributes.get("role") == "region"]
    assert len(regions) == len(page.of("table"))
    assert all(region["aria-label"] and region["tabindex"] == "0" for region in regions)
    assert [html.attributes["lang"] for html in page.of("html")] == ["en"]


def luminance(colour: str) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_stands_out_in_light_and_dark(html: str) -> None:
    themes = [
        dict(re.findall(r"--(\w+): (#\w{6})", block)) for block in re.findall(r":root \{(.*?)\}", html, re.DOTALL)
    ]
    assert len(themes) == 3
    for theme in themes:
        for text in ("text", "muted", "accent", "good", "bad"):
            for ground in ("page", "tint"):
                light, dark = sorted((luminance(theme[text]), luminance(theme[ground])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= LEAST_CONTRAST, (text, ground, theme)


def test_the_page_of_the_demo_session_is_small_and_quickly_made(pack: EvidencePack) -> None:
    began = perf_counter()
    html = pack_page(pack)
    assert perf_counter() - began < MOST_SECONDS
    assert len(html.encode()) < MOST_BYTES
    assert html == pack_page(pack)


def test_a_session_without_plan_orders_or_analysis_has_a_page_too() -> None:
    records = Records()
    odd = Evidence(kind="odd_kind", actor="Ann", source="person", session_id="ts_1", content={"a": ["b\u202e"]})
    records.write(Effects(at=NOON, actor="Ann", source="person", evidence=(odd,)))
    page = read(pack_page(records.pack()))
    for said in ("No plan was kept.", "No order was recorded.", "There was no analysis.", "odd kind (shown as"):
        assert said in page.text
    assert '"b\\u202e"' in page.text
    assert json.loads(records.entries[0].content) == odd.content


async def test_a_session_whose_book_changed_has_a_page_that_says_so(tmp_path: Path) -> None:
    bench, records = make_bench(tmp_path / "sessions.db", DEMO, clock=FixedClock()), Records()
    try:
        await bench.open()
        await keep(records, bench, plan=None)
        never = read(pack_page(records.pack()))
        await bench.analyze()
        await keep(records, bench)
        await bench.advance()
        await keep(records, bench, plan=None)
        before = read(pack_page(records.pack()))
    finally:
        await bench.store.close()
    assert "Decisions Its plan was not kept: the book or the rules had changed" in never.text
    assert "No plan was kept." in never.text
    assert "The inputs were never kept." in never.text
    assert "Decisions The plan shown is the one of its version 2. Its last plan was not kept" in before.text
