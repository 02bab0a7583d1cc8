"""The diagram of an order's states is made from the rules that the code follows."""

from tests.docs.blocks import block_matches
from trimtab.domain.trading.order_diagram import state_diagram


def test_the_guide_to_execution_shows_the_states_as_the_code_has_them() -> None:
    block_matches("docs/execution.md", "state diagram", f"```mermaid\n{state_diagram()}```\n")
