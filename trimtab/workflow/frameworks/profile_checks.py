"""A portfolio beside the profile of who invests: what is riskier, and what was excluded."""

from collections.abc import Iterator
from typing import get_args

from trimtab.domain.frameworks.framework import RiskBand
from trimtab.domain.outside_text import clean
from trimtab.workflow.frameworks.making import Made
from trimtab.workflow.ports.framework_requests import Profile
from trimtab.workflow.ports.framework_results import FrameworkFinding

_RISKS: tuple[RiskBand, ...] = get_args(RiskBand)


def against_profile(made_one: Made, profile: Profile | None) -> tuple[FrameworkFinding, ...]:
    """Warnings: a risk band above the profile's, products that are excluded, and exclusions that no product bears."""
    return () if profile is None else (*_risk(made_one, profile), *_excluded(made_one, profile))


def _risk(made_one: Made, profile: Profile) -> Iterator[FrameworkFinding]:
    band = made_one.found.framework.risk_band
    if band is not None and _RISKS.index(band) > _RISKS.index(profile.risk_band):
        said = f"The framework is of risk band {band}, the profile of {profile.risk_band}: pick another, or change one."
        yield FrameworkFinding(code="above_profile", path="risk_band", message=said)


def _excluded(made_one: Made, profile: Profile) -> Iterator[FrameworkFinding]:
    products = made_one.goods.universe.products
    words = [_words_of(made_one, row) for row in range(len(products))]
    known = frozenset[str]().union(*words)
    for word in profile.exclusions:
        if word.casefold() not in known:
            said = f"No product bears the word {clean(word, None)}, so nothing is kept out for it."
            yield FrameworkFinding(code="not_understood", path="profile.exclusions", message=said)
    wanted = {word.casefold() for word in profile.exclusions}
    for each in made_one.portfolio.positions:
        bears = wanted & words[each.row]
        if bears:
            said = f"{clean(each.code, None)} is {clean(', '.join(sorted(bears)), None)}, which the profile excludes."
            yield FrameworkFinding(code="excluded", path=clean(each.path, None), message=said)


def _words_of(made_one: Made, row: int) -> frozenset[str]:
    products = made_one.goods.universe.products
    own = (
        products.asset_class[row],
        products.region[row],
        products.sector[row],
        products.sector_group[row],
        products.type[row],
        products.issuer[row],
        products.currency[row],
        products.code[row],
        *products.tags[row],
    )
    return frozenset(word.casefold() for word in own if word)
