import numpy as np
import pytest

from trimtab.domain.trading.whole_lots import lots_down, lots_up


@pytest.mark.parametrize(
    ("units", "lot_size", "down", "up"),
    [
        (2_500.0, 100.0, 2_500.0, 2_500.0),
        (2_499.0, 100.0, 2_400.0, 2_500.0),
        (2_501.0, 100.0, 2_500.0, 2_600.0),
        (0.0, 10.0, 0.0, 0.0),
        (9.999999, 10.0, 0.0, 10.0),
        (0.75, 0.5, 0.5, 1.0),
    ],
)
def test_units_are_rounded_to_whole_lots(units: float, lot_size: float, down: float, up: float) -> None:
    assert lots_down(np.array([units]), np.array([lot_size]))[0] == down
    assert lots_up(np.array([units]), np.array([lot_size]))[0] == up


def test_a_lot_less_a_billionth_is_a_lot_and_a_lot_more_a_billionth_is_no_second():
    # 0.1 + 0.2 is 0.30000000000000004: float noise neither takes a lot away nor adds one.
    units, lot_size = np.array([0.1 + 0.2, 1.1 - 0.8]), np.array([0.3, 0.3])
    assert lots_down(units, lot_size) == pytest.approx([0.3, 0.3])
    assert lots_up(units, lot_size) == pytest.approx([0.3, 0.3])
