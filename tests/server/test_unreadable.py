"""What can't be read on standard input is answered, and the server goes on."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.server.wire import INITIALIZE, SERVE
from trimtab.server.unreadable import unreadable

CALL = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"x","arguments":{"a":%s}}}'
BAD = {
    CALL % '"\\ud800"': (7, -32700),
    CALL % ("9" * 5_000): (None, -32700),
    CALL % ("[" * 3_000 + "]" * 3_000): (None, -32700),
    '{"jsonrpc":"2.0","id":"a\\ud800"': (None, -32700),
    "nonsense \u202e\u0000": (None, -32700),
    '{"jsonrpc":"2.0","id":8,"params":{}}': (8, -32600),
    '{"jsonrpc":"2.0","id":true,"params":{}}': (None, -32600),
    '[{"jsonrpc":"2.0","id":9,"method":"ping"}]': (None, -32600),
    "7": (None, -32600),
}


def test_every_line_that_cannot_be_read_is_answered_and_the_next_one_is_served(tmp_path: Path) -> None:
    handshake = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": INITIALIZE})
    listing = json.dumps({"jsonrpc": "2.0", "id": 2, "method": "tools/list"})
    lines = "\n".join([handshake, *BAD, listing, ""])
    with subprocess.Popen(
        SERVE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(lines)
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(len(BAD) + 2)]
        process.stdin.close()
    assert process.returncode == 0
    refused = [(each["id"], each["error"]["code"]) for each in answers if "error" in each]
    assert sorted(refused, key=str) == sorted(BAD.values(), key=str)
    assert {each["id"] for each in answers if "result" in each} == {1, 2}
    for answer in answers:
        if "error" in answer:
            assert answer["error"]["message"] in {"Parse error", "Invalid Request"}


@pytest.mark.parametrize("error", [ValueError("torn"), RecursionError()])
def test_an_error_that_does_not_hold_the_line_is_answered_to_nobody_in_particular(error: Exception) -> None:
    answer = unreadable(error)
    assert (answer.id, answer.error.code) == (None, -32700)
    assert "torn" not in answer.error.message
