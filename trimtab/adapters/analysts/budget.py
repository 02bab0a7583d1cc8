"""What a session may spend on language models, and what of it is spoken for while calls are under way."""

from dataclasses import dataclass, field

from trimtab.adapters.analysts.clients import ModelFailure
from trimtab.workflow.ports.model_calls import Ledger, Usage


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """Limits of a call in tokens, of a session in tokens and US dollars."""

    input_tokens: int = 60_000
    output_tokens: int = 16_000
    session_tokens: int = 2_000_000
    session_usd: float = 5.0


@dataclass(slots=True)
class Budget:
    """Checks each call before it is sent, at the most that it could take."""

    limits: ModelLimits
    ledger: Ledger = field(default_factory=Ledger)
    reserved_tokens: int = 0
    reserved_usd: float = 0.0

    def reserve(self, most: Usage) -> None:
        """Speaks for a call.

        Raises:
            ModelFailure: It, or the session with it, could pass a limit.
        """
        limits = self.limits
        if most.input_tokens > limits.input_tokens:
            asked = f"{most.input_tokens:,} input tokens, and a call may have {limits.input_tokens:,}"
            raise ModelFailure("over_budget", f"The call has {asked}.")
        if self.ledger.tokens + self.reserved_tokens + most.tokens > limits.session_tokens:
            raise ModelFailure("over_budget", f"The session may take {limits.session_tokens:,} tokens.")
        cost_usd = most.cost_usd or 0.0
        if self.ledger.cost_usd + self.reserved_usd + cost_usd > limits.session_usd:
            raise ModelFailure("over_budget", f"The session may cost {limits.session_usd:,.2f} US dollars.")
        self.reserved_tokens += most.tokens
        self.reserved_usd += cost_usd

    def release(self, most: Usage) -> None:
        """The call has ended; what it really took is in the ledger."""
        self.reserved_tokens -= most.tokens
        self.reserved_usd -= most.cost_usd or 0.0
