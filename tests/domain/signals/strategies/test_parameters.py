from trimtab.domain.signals.strategies import BollingerParameters


def test_parameters_are_told_by_name_in_their_order():
    given = BollingerParameters(window_days=30).by_name
    assert list(given.items()) == [("window_days", 30), ("band_deviations", 2.0), ("horizon_days", 5)]
