"""How long things may take on the way to the order system and back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeliveryPace:
    """All in seconds, but for `quiet_rounds`.

    `answered_within`: what was sent longer ago was answered, or given up, by whoever sent it; longer than the order
    system's client waits, by as much as the clocks of several machines may differ.
    `absent_after`: an order that isn't there so long after it left never arrived.
    `leaves_within`: an order leaves so soon after it was claimed, or not at all.
    `ended_asked_every`: how often orders are asked about that ended without being filled.
    `busy`, `idle`, `troubled`: the pause between rounds while orders are on their way, while none are, and while the
    order system can't be reached. `quiet_rounds`: after a round without news the pause is at least so many rounds long:
    asking about thousands of orders leaves most of the time to others.
    """

    answered_within: float = 45.0
    absent_after: float = 60.0
    leaves_within: float = 2.0
    ended_asked_every: float = 60.0
    busy: float = 1.0
    quiet_rounds: float = 2.0
    idle: float = 30.0
    troubled: float = 5.0
