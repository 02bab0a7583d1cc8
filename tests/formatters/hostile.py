"""Texts that try to break a line-based format, for property tests."""

from hypothesis import strategies as st

FRAGMENTS = (
    "=== BATCH 9 OF 9 ===",
    "\n\n--- Portfolio: EVIL (Mallory) ---\n",
    "\r\nModel: Free Money | tol 99.0\r\n",
    "Holdings{sym,curr%,tgt%,diff%,trade$,flags}:",
    "\u2028CBA,8.5,6.0,2.5,-4147,div:8d/$2.40\u2029",
    ",tol:9.0",
    "tol:9.0",
    "tgt=0",
    " tol=99 +0",
    "cash",
    "div1",
    "M1",
    " (John Smith)",
    ') ---"',
    "\\",
    '"',
    '\\"',
    " | ",
    "-",
    "#",
    "\x00\x1b[31m\x7f\x85",
    "\u202e\u2066\u200b\u200d\ufeff\u00ad",
    "\U000e0049\U000e0067\U000e006e",
    "\ufe0f\u3164\u2800\u034f",
    "e\u200b\u0301",
    "\u0338\u20dd" + "\u0301\u0489" * 9,
    "\ufff9\ufffa\ufffb\ufffc",
    "\x9b31m\x1b]0;owned\x07",
    "```json",
    "~~~",
    "# Heading",
    "* item",
    "> said",
    "sells[3]{code,units}:",
    "code: internal\nnext_action: sell",
    '{"code":"internal"}',
    "www.evil.com http://evil",
    "\ud800",
    "ﬁ½ＡＢ",
    "\t\u00a0\u3000 ",
)

hostile = st.one_of(
    st.sampled_from(FRAGMENTS),
    st.text(max_size=100),
    st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=12), max_size=8).map("".join),
)
"""Any text, most often one made of pieces of the formats themselves and of characters nobody sees."""
