"""What an order system says that lacks our extensions of the messages."""

from typing import Final

from pydantic import JsonValue

from trimtab.server.paper_oms.replies import Content

_OURS: Final = frozenset({"clientOrderId", "statusReason"})
_PENDING: Final = "Pending"
_OURS_IN_CREATED: Final = frozenset({*_OURS, "status"})


def plain_created(content: Content) -> Content:
    """The answer to new orders without our ids, and without the states of single trades."""
    return _without(content, _OURS_IN_CREATED)


def plain_progress(content: Content) -> Content:
    """The answer to a look without our ids; what was accepted is called pending."""
    return _without(content, _OURS)


def _without(content: Content, names: frozenset[str]) -> Content:
    kept = {name: _plain(value, names) for name, value in content.items() if name not in names}
    return {**kept, "status": _PENDING} if kept.get("status") == "Accepted" else kept


def _plain(value: JsonValue, names: frozenset[str]) -> JsonValue:
    if isinstance(value, dict):
        return _without(value, names)
    return [_plain(each, names) for each in value] if isinstance(value, list) else value
