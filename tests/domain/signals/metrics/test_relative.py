import numpy as np
import pandas as pd
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.metrics import beta


def test_beta_is_covariance_over_variance_of_the_common_periods():
    # Common: (0.01, 0.02), (0.02, 0.04), (0.03, 0.09): products 0.0007, squares of the benchmark 0.0026.
    returns = pd.Series([0.01, 0.02, 0.03, 0.5, np.nan], index=list("abcde"))
    benchmark = pd.Series([0.7, 0.09, 0.04, 0.02], index=list("ecba"))
    assert beta(returns, benchmark) == pytest.approx(7 / 26, rel=1e-12)


def test_beta_to_what_stands_still_is_undefined():
    assert np.isnan(beta(np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.1, 0.1])))
    assert np.isnan(beta(np.array([0.1, np.nan]), np.array([0.1, 0.2])))


def test_a_benchmark_of_another_length_is_refused():
    with pytest.raises(InvalidInput, match="benchmark has the shape"):
        beta(np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.2]))
