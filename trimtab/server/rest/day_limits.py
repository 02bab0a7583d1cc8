"""How often a caller may ask for a computation over plain HTTP in a day; counted by each process for itself."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Literal

from limits import RateLimitItemPerDay
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from trimtab.domain.errors import TooManyRequests
from trimtab.workflow.ports.clock import Clock

Tier = Literal["public", "registered", "paid"]
Computation = Literal[
    "correlations", "performance", "recommendations", "signals", "allocations", "evaluations", "backtests",
    "generations", "framework_backtests",
]  # fmt: skip

PER_DAY: Final[Mapping[Computation, Mapping[Tier, int]]] = {
    "correlations": {"public": 100, "registered": 200, "paid": 500},
    "performance": {"public": 50, "registered": 100, "paid": 200},
    "recommendations": {"public": 30, "registered": 60, "paid": 120},
    "signals": {"public": 100, "registered": 200, "paid": 500},
    "allocations": {"public": 100, "registered": 200, "paid": 500},
    "evaluations": {"public": 50, "registered": 100, "paid": 200},
    "backtests": {"public": 30, "registered": 60, "paid": 120},
    "generations": {"public": 10, "registered": 20, "paid": 50},
    "framework_backtests": {"public": 30, "registered": 60, "paid": 120},
}
DAY_SECONDS: Final = 86_400
Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is counted: `name` tells those of a tier apart."""

    tier: Tier
    name: str


def visitor_at(address: str | None) -> Visitor:
    """Whoever calls from this address. Nobody signs in: this machine is of the highest tier, any other is public."""
    here = address is None or _is_this_machine(address)
    return Visitor("paid", "local") if here else Visitor("public", str(address))


class DayLimits:
    """Counts the calls of each caller for each computation; a day begins with the first of them."""

    def __init__(self, clock: Clock, per_day: Mapping[Computation, Mapping[Tier, int]] = PER_DAY) -> None:
        self._clock = clock
        self._items = {
            name: {tier: RateLimitItemPerDay(most) for tier, most in tiers.items()} for name, tiers in per_day.items()
        }
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def count(self, computation: Computation, visitor: Visitor) -> Headers:
        """Counts a call; the headers say how many are left.

        Raises:
            TooManyRequests: the day's calls are used up.
        """
        item = self._items[computation][visitor.tier]
        place = (computation, visitor.tier, visitor.name)
        allowed = self._limiter.hit(item, *place)
        window = self._limiter.get_window_stats(item, *place)
        seconds = min(max(math.ceil(window.reset_time - self._clock.now().timestamp()), 1), DAY_SECONDS)
        headers = _headers(item.amount, left=window.remaining, seconds=seconds)
        if not allowed:
            raise TooManyRequests(
                f"A caller may ask for {computation} {item.amount} times a day here, and that is used up.",
                seconds=seconds,
                headers=headers,
            )
        return headers


def _headers(most: int, *, left: int, seconds: int) -> Headers:
    """As the working group on HTTP has them: the policy, what is left of it, and in how many seconds it starts anew."""
    return {"RateLimit-Policy": f'"day";q={most};w={DAY_SECONDS}', "RateLimit": f'"day";r={left};t={seconds}'}


def _is_this_machine(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback
