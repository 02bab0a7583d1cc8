"""A real browser shows the page of an evidence pack: wide and narrow, without complaint, and without asking anybody."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.adapters.records.pages import reworded
from tests.adapters.records.test_pack_page import HOSTILE
from tests.server.rest.browser import CHROMIUM, FLAGS, MOST_SECONDS, saw
from tests.workflow.kept_sessions import demo_records
from trimtab.adapters.records.pack_page import pack_page

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

WIDE, NARROW = 1280, 420
LOOKS = """<!doctype html><meta charset="utf-8"><title>looks</title><body><script>
const page = PAGE, seen = {};
const look = (width) => new Promise((done) => {
  const frame = document.createElement("iframe");
  frame.style.cssText = `width:${width}px;height:900px;border:0`;
  frame.onload = () => {
    const there = frame.contentDocument, root = there.documentElement;
    done({
      over: root.scrollWidth - root.clientWidth,
      requests: frame.contentWindow.performance.getEntriesByType("resource").length,
      live: there.querySelectorAll("script, img, svg, iframe, object, link").length,
      hacked: frame.contentWindow.hacked === 1,
      questions: there.querySelectorAll(".story dt").length,
      storyEnds: Math.round(there.querySelector(".story").getBoundingClientRect().bottom),
      open: there.querySelectorAll("details[open]").length,
      headings: Array.from(there.querySelectorAll("h2"), (each) => each.textContent),
    });
  };
  frame.srcdoc = page;
  document.body.append(frame);
});
(async () => {
  for (const width of [1280, 420]) seen[width] = await look(width);
  await fetch("/saw", {method: "POST", body: JSON.stringify(seen)});
})();
</script>"""


async def test_a_page_with_hostile_names_is_whole_in_a_wide_and_in_a_narrow_window(tmp_path: Path) -> None:
    html = pack_page(reworded(await demo_records(tmp_path), HOSTILE).pack())
    seen = await saw(LOOKS.replace("PAGE", json.dumps(html).replace("<", "\\u003c")))
    for width in (WIDE, NARROW):
        there = seen[str(width)]
        assert (there["over"], there["requests"], there["live"], there["hacked"]) == (0, 0, 0, False), width
        assert (there["questions"], there["open"]) == (7, 0)
        assert there["headings"][1] == "Decisions"
    assert seen[str(WIDE)]["storyEnds"] <= 900


async def test_the_browser_has_nothing_to_complain_about(tmp_path: Path) -> None:
    page = tmp_path / "evidence.html"
    page.write_text(pack_page((await demo_records(tmp_path)).pack()), encoding="utf-8")
    assert CHROMIUM is not None
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    done = subprocess.run(
        (CHROMIUM, *FLAGS, profile, "--enable-logging=stderr", "--dump-dom", page.as_uri()),
        capture_output=True,
        text=True,
        check=False,
        timeout=MOST_SECONDS,
    )
    assert "What was decided, by whom" in done.stdout
    assert "CONSOLE" not in done.stderr
