"""A server of this machine that speaks Yahoo's chart wire, and the way of every request to Yahoo to it."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

import pytest
from curl_cffi.requests import Response, Session

Json = dict[str, object]
Answer = tuple[int, str]

NEW_YORK = timedelta(hours=14, minutes=30)
"""When New York opens, after midnight in UTC: Yahoo stamps a day's row with it."""


@dataclass
class Yahoo:
    """Answers by ticker, 404 without one; `asked` are the tickers whose prices were asked for, in order."""

    charts: dict[str, Answer]
    crumb: Answer = (200, "aCrumb")
    asked: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    queries: list[str] = field(default_factory=list)

    def answer(self, path: str, query: str) -> Answer:
        if path.endswith("/v1/test/getcrumb"):
            return self.crumb
        if "/v8/finance/chart/" in path:
            ticker = unquote(path.rpartition("/")[2])
            self.asked.append(ticker)
            self.queries.append(query)
            return self.charts.get(ticker, NOT_FOUND)
        return 404, json.dumps(
            {"quoteSummary": {"result": None, "error": {"code": "Not Found", "description": "none"}}}
        )


NOT_FOUND: Answer = (
    404,
    '{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found, symbol may be delisted"}}}',
)


def chart(
    days: Mapping[date, tuple[float | None, float | None]],
    *,
    dividends: Mapping[date, float] | None = None,
    volumes: Mapping[date, int | None] | None = None,
    kind: str = "ETF",
) -> Answer:
    """What Yahoo says of a ticker with these closes and adjusted closes, as it says it of America."""
    paid = {str(_stamp(day)): {"amount": amount, "date": _stamp(day)} for day, amount in (dividends or {}).items()}
    closes = [close for close, _ in days.values()]
    traded = [(volumes or {}).get(day, 1_000) for day in days]
    meta: Json = {
        "currency": "USD",
        "symbol": "X",
        "instrumentType": kind,
        "exchangeTimezoneName": "America/New_York",
        "timezone": "EST",
        "gmtoffset": -18000,
        "dataGranularity": "1d",
        "priceHint": 2,
        "validRanges": ["1d", "5d", "1mo", "max"],
    }
    result: Json = {
        "meta": meta,
        "timestamp": [_stamp(day) for day in days],
        "indicators": {
            "quote": [{"open": closes, "high": closes, "low": closes, "close": closes, "volume": traded}],
            "adjclose": [{"adjclose": [adjusted for _, adjusted in days.values()]}],
        },
    }
    if paid:
        result["events"] = {"dividends": paid}
    return 200, '{"chart":' + json.dumps({"result": [result], "error": None}) + "}"


def nothing_of(kind: str = "ETF") -> Answer:
    """What Yahoo says of a ticker that exists and has no prices in the days asked for."""
    status, text = chart({date(2026, 1, 2): (1.0, 1.0)}, kind=kind)
    content = json.loads(text)
    content["chart"]["result"][0] |= {"indicators": {"quote": [{}], "adjclose": [{}]}}
    del content["chart"]["result"][0]["timestamp"]
    return status, json.dumps(content, separators=(",", ":"))


@contextmanager
def yahoo_at_home(yahoo: Yahoo, patch: pytest.MonkeyPatch) -> Iterator[Yahoo]:
    """Serves `yahoo`; whatever curl is asked to fetch from anywhere goes to it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(yahoo))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    _reroute(yahoo, server.server_port, patch=patch)
    try:
        yield yahoo
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _reroute(yahoo: Yahoo, port: int, *, patch: pytest.MonkeyPatch) -> None:
    fetch: Callable[..., Response] = Session.request

    def request(self: Session[Response], method: str, url: str, **kwargs: object) -> Response:
        parts = urlsplit(url)
        yahoo.hosts.add(parts.netloc)
        here = parts._replace(scheme="http", netloc=f"127.0.0.1:{port}").geturl()
        return fetch(self, method=method, url=here, **kwargs)

    patch.setattr(Session, "request", request)


def _handler(yahoo: Yahoo) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            status, text = yahoo.answer(parts.path, parts.query)
            self.send_response(status)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_POST = do_GET  # noqa: N815 - the name is the standard library's

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    return Handler


def _stamp(day: date) -> int:
    return int((datetime(day.year, day.month, day.day, tzinfo=UTC) + NEW_YORK).timestamp())
