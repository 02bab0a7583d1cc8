"""What a row of frameworks, profiles or portfolios may hold in the database, whoever wrote it there."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Json
from pydantic_core import from_json

from trimtab.adapters.signals.stored import OWNER_LIMIT, Moment, Owner, Sha256
from trimtab.domain.frameworks.framework import (
    BucketRules,
    ConstraintKind,
    Method,
    Rebalancing,
    RiskBand,
    Unit,
)

_NO_NUL: Final = r"^[^\x00]*$"
"""PostgreSQL keeps every character but this one."""
_MOST: Final = 2**31 - 1
"""The largest number that the columns take."""


def _is_decimal(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("It isn't a number.") from None
    if str(number) != text or not number.is_finite():
        raise ValueError("It isn't a number as it is spelled here.")
    return text


def _is_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("JSON is text here, and never bytes.")
    return value


def _is_json(text: str) -> str:
    from_json(text, allow_inf_nan=False)
    return text


_TEXT: Final = BeforeValidator(_is_text)
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Line = Annotated[str, Field(min_length=1, max_length=OWNER_LIMIT, pattern=_NO_NUL)]
Text = Annotated[str, Field(pattern=_NO_NUL)]
Number = Annotated[str, AfterValidator(_is_decimal)]
Version = Annotated[int, Field(ge=1, le=_MOST)]
Count = Annotated[int, Field(ge=0, le=_MOST)]
Words = Annotated[Json[tuple[str, ...]], _TEXT]


class Stored(BaseModel):
    """The columns of a row, with nothing made of their values that they aren't; JSON is read."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)


class StoredHead(Stored):
    """A row of `frameworks`."""

    framework_id: Id
    owner: Owner
    newest_version: Version
    archived: bool
    created_key: Line | None
    created_at: Moment


class StoredVersion(Stored):
    """A row of `framework_versions`."""

    framework_id: Id
    version: Version
    name: Line
    description: Text
    method: Method
    base_ccy: Text
    benchmark: Text
    risk_band: RiskBand | None
    rebalancing: Annotated[Json[Rebalancing], _TEXT]
    actor: Text
    note: Text
    saved_at: Moment
    n_buckets: Count
    parts_hash: Sha256
    content_hash: Sha256


class StoredBucket(Stored):
    """A row of `framework_buckets`."""

    framework_id: Id
    version: Version
    position: Count
    path: Annotated[str, Field(min_length=1, max_length=500, pattern=_NO_NUL)]
    label: Annotated[str, Field(max_length=255, pattern=_NO_NUL)]
    target_weight: Number
    min_weight: Number | None
    max_weight: Number | None
    rules: Annotated[Json[BucketRules], _TEXT]
    parent_path: Text | None


class StoredConstraint(Stored):
    """A row of `framework_constraints`."""

    framework_id: Id
    version: Version
    position: Count
    constraint_type: ConstraintKind
    constraint_value: Number | None
    constraint_unit: Unit | None
    currencies: Words


class StoredProfile(Stored):
    """A row of `investment_profiles`."""

    owner: Owner
    name: Line
    risk_band: RiskBand
    horizon_years: Annotated[int, Field(ge=1, le=100)]
    goals: Words
    preferences: Words
    exclusions: Words
    base_ccy: Text
    saved_at: Moment
    content_hash: Sha256


class StoredPortfolio(Stored):
    """A row of `framework_portfolios`."""

    owner: Owner
    portfolio_id: Id
    framework_id: Id
    framework_version_used: Version
    account_number: Line
    document: Annotated[str, AfterValidator(_is_json)]
    accepted_at: Moment
    content_hash: Sha256


class StoredSession(Stored):
    """A row of `portfolio_sessions`."""

    owner: Owner
    portfolio_id: Id
    session_id: Line
    position: Count
    noted_at: Moment
    content_hash: Sha256
