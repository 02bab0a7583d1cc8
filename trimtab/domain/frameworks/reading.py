"""The parts of a framework, read of fields, whether those come from JSON or CSV."""

from typing import Final, get_args

from trimtab.domain.frameworks.constraint_checks import CURRENCY
from trimtab.domain.frameworks.fields import Fields
from trimtab.domain.frameworks.findings import ZERO
from trimtab.domain.frameworks.framework import (
    Bucket,
    BucketRules,
    Cadence,
    Constraint,
    ConstraintKind,
    Framework,
    Method,
    Rebalancing,
    RiskBand,
    Unit,
)

BUCKET_FIELDS: Final = ("path", "label", "target_weight", "min_weight", "max_weight", "rules")
NEEDED_FIELDS: Final = ("path", "target_weight")

_FRAMEWORK_FIELDS: Final = (
    "name", "description", "method", "base_ccy", "benchmark", "risk_band", "rebalancing", "constraints", "buckets",
)  # fmt: skip
_LISTS_OF_RULES: Final = ("include_tags", "exclude_tags", "allowed_types", "regions", "sectors", "currencies")
_ABSOLUTE_BAND: Final = ("absolute_band_bps", "drift_bps", "band_bps")
_MIN_ADV: Final = ("min_adv_value", "min_adv_usd")
_DESCRIPTION_LIMIT: Final = 2000
_CURRENCY: Final = "A currency is three capital letters, such as USD."


def framework_of(fields: Fields) -> Framework:
    """A framework; what isn't given is as it is in a new one, and its method is that it was imported."""
    fields.only(_FRAMEWORK_FIELDS)
    name = fields.text("name")
    if not name:
        fields.wrong("name", "A framework needs a name.", code="missing")
    base_ccy = fields.text("base_ccy", "USD")
    if not CURRENCY.fullmatch(base_ccy):
        fields.wrong("base_ccy", _CURRENCY)
    return Framework(
        name=name,
        buckets=tuple(bucket_of(each) for each in fields.each("buckets")),
        description=fields.text("description", limit=_DESCRIPTION_LIMIT),
        method=fields.choice("method", get_args(Method)) or "imported",
        base_ccy=base_ccy,
        benchmark=fields.text("benchmark"),
        risk_band=fields.choice("risk_band", get_args(RiskBand)),
        rebalancing=_rebalancing(fields.inside("rebalancing")),
        constraints=tuple(_constraint(each) for each in fields.each("constraints")),
    )


def bucket_of(fields: Fields) -> Bucket:
    """A bucket; without a label it is called by the last part of its path."""
    fields.only(BUCKET_FIELDS, needed=NEEDED_FIELDS)
    path = fields.document.get("path")
    if not isinstance(path, str) or not path:
        fields.wrong("path", "A bucket needs a path, such as AssetClass/Equity.", code="missing")
        path = ""
    if fields.document.get("target_weight") in (None, ""):
        fields.wrong("target_weight", "A bucket needs a target, a fraction from 0 to 1.", code="missing")
    rules = fields.inside("rules")
    return Bucket(
        path=path,
        label=fields.text("label", path.split("/")[-1]),
        target_weight=fields.number("target_weight") or ZERO,
        min_weight=fields.number("min_weight"),
        max_weight=fields.number("max_weight"),
        rules=BucketRules() if rules is None else rules_of(rules),
    )


def rules_of(fields: Fields) -> BucketRules:
    """Which products a bucket takes."""
    fields.only((*_LISTS_OF_RULES, *_MIN_ADV))
    currencies = fields.texts("currencies")
    if not all(CURRENCY.fullmatch(currency) for currency in currencies):
        fields.wrong("currencies", _CURRENCY)
    return BucketRules(
        include_tags=fields.texts("include_tags"),
        exclude_tags=fields.texts("exclude_tags"),
        allowed_types=fields.texts("allowed_types"),
        min_adv_value=fields.number(fields.name_among(_MIN_ADV)),
        regions=fields.texts("regions"),
        sectors=fields.texts("sectors"),
        currencies=currencies,
    )


def _rebalancing(fields: Fields | None) -> Rebalancing:
    """When weights are brought back; who names a relative band alone means that one alone."""
    default = Rebalancing()
    if fields is None:
        return default
    fields.only(("cadence", *_ABSOLUTE_BAND, "relative_band_pct"))
    relative = fields.number("relative_band_pct")
    name = fields.name_among(_ABSOLUTE_BAND)
    given = name in fields.document or relative is not None
    return Rebalancing(
        cadence=fields.choice("cadence", get_args(Cadence)) or default.cadence,
        absolute_band_bps=_whole(fields, name) if given else default.absolute_band_bps,
        relative_band_pct=relative,
    )


def _whole(fields: Fields, name: str) -> int | None:
    number = fields.number(name)
    if number is not None and number != int(number):
        fields.wrong(name, "This must be a whole number of basis points.")
    return None if number is None else int(number)


def _constraint(fields: Fields) -> Constraint:
    fields.only(("kind", "value", "unit", "currencies"))
    kinds: tuple[ConstraintKind, ...] = get_args(ConstraintKind)
    if fields.document.get("kind") is None:
        fields.wrong("kind", f"A constraint needs a kind, one of {', '.join(kinds)}.", code="missing")
    return Constraint(
        kind=fields.choice("kind", kinds) or kinds[0],
        value=fields.number("value"),
        unit=fields.choice("unit", get_args(Unit)),
        currencies=fields.texts("currencies"),
    )
