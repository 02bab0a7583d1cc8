"""The settings: read once from the environment and a `.env` file, checked, and handed down as values."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PureWindowsPath
from typing import Annotated, Final, Literal

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from trimtab.domain.errors import Problem, SettingsError

PREFIX: Final = "TRIMTAB_"
YFINANCE: Final = "yfinance"
"""Names Yahoo's market data where a folder could stand."""
DOTENV: Final = Path(".env")
_SQLITE: Final = "sqlite:///"
_NO_DEFAULT: Final = "default_factory_not_called"
"""A default that rests on other settings isn't made where one of those is wrong: that one is the problem."""
SHORTEST_STATE_KEY: Final = 32

Toolset = Literal["trading", "frameworks", "factors", "signals"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


def data_folder(environ: Mapping[str, str] = os.environ, *, platform: str = sys.platform) -> Path:
    """Where this platform keeps a user's data, with our folder in it."""
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Trimtab"
    if platform == "darwin":
        return Path(environ.get("HOME") or Path.home()) / "Library" / "Application Support" / "Trimtab"
    named = Path(environ.get("XDG_DATA_HOME") or "")
    user = Path(environ.get("HOME") or Path.home())
    return (named if named.is_absolute() else user / ".local" / "share") / "trimtab"


def _items(value: object) -> object:
    """`a, b` as a list, without what is there twice."""
    return list(dict.fromkeys(item.strip() for item in value.split(","))) if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class SessionServer:
    """The Redis or Valkey server that keeps the sessions. The URL may hold a password, so nothing shows it."""

    url: SecretStr


def _a_file_or_server(value: object) -> object:
    text = str(value)
    if text.startswith(("redis://", "rediss://")):
        return SessionServer(SecretStr(text))
    if "://" in text:
        raise ValueError("Name a SQLite file by its path, or a Redis server by a redis:// or rediss:// URL.")
    return value


def _all_long_enough(value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if any(len(key.get_secret_value().encode()) < SHORTEST_STATE_KEY for key in value):
        raise ValueError(f"Every key has to be at least {SHORTEST_STATE_KEY} bytes long.")
    return value


def _http(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("The value has to be a URL that starts with http:// or https://.")
    return value


def _database(value: SecretStr) -> SecretStr:
    """Every process has to mean the same database, whatever folder it is started in."""
    url = value.get_secret_value()
    file = url.removeprefix(_SQLITE)
    if url.startswith(_SQLITE) and (Path(file).is_absolute() or PureWindowsPath(file).is_absolute()):
        return value
    if not url.startswith("postgresql://"):
        raise ValueError("The value has to be sqlite:/// with the whole path of a file, or postgresql://HOST/NAME.")
    return value


def _no_empty_item(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(value):
        raise ValueError("There is an empty item between the commas.")
    return value


_Folder = Annotated[Path, AfterValidator(Path.expanduser)]


class Settings(BaseSettings):
    """What this server works with. `Settings()` are the defaults; `load_settings` reads the environment.

    Each field is the setting of that name with the prefix, in capitals: `book` is TRIMTAB_BOOK.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", protected_namespaces=())

    book: _Folder | None = Field(None, description="The book: a folder or a file. Default: the demo book.")
    market: Literal["yfinance"] | _Folder | None = Field(
        None,
        description=(
            "Market data: a folder, or `yfinance` for Yahoo's (the extra of that name). Default: the demo market."
        ),
    )
    products: _Folder | None = Field(
        None, description="Products for allocation frameworks: a folder. Default: the demo products."
    )
    home: _Folder = Field(
        default_factory=data_folder,
        description="The folder where data is kept. Default: the user's data folder, see below.",
    )
    sessions: Annotated[_Folder | SessionServer, BeforeValidator(_a_file_or_server)] = Field(
        default_factory=lambda given: given["home"] / "sessions.db",
        description=(
            "Where trading sessions are kept: a SQLite file, or a Redis or Valkey server by a `redis://` or "
            "`rediss://` URL. Default: `sessions.db` in TRIMTAB_HOME."
        ),
    )
    records: Annotated[SecretStr, AfterValidator(_database)] = Field(
        default_factory=lambda given: SecretStr(f"sqlite:///{(given['home'] / 'records.db').absolute()}"),
        description=(
            "The database that keeps the records: evidence, approvals, orders. A `sqlite:///` or `postgresql://` URL. "
            "Default: `records.db` in TRIMTAB_HOME."
        ),
    )
    analyst: Literal["rules", "anthropic", "openai"] = Field(
        "rules", description="Who judges trades: `rules`, or a language model of `anthropic` or `openai`."
    )
    model: str | None = Field(None, description="The language model. Default: the analyst's own, see below.")
    model_key: SecretStr | None = Field(
        None,
        validate_default=True,
        description=(
            "The key that the model's provider gave you. Default: `ANTHROPIC_API_KEY` or `OPENAI_API_KEY`, as the "
            "analyst needs it."
        ),
    )
    model_url: Annotated[str, AfterValidator(_http)] | None = Field(
        None,
        description=(
            "The address of a server with the provider's API, such as `http://127.0.0.1:8000/v1`. Default: "
            "`ANTHROPIC_BASE_URL` or `OPENAI_BASE_URL`, else the provider's own."
        ),
    )
    model_api: Literal["auto", "responses", "chat"] = Field(
        "auto",
        description=(
            "Which of OpenAI's APIs is spoken: `responses`, `chat` (Chat Completions), or `auto`: `chat` at an address "
            "that isn't OpenAI's own."
        ),
    )
    model_input_tokens: PositiveInt = Field(60_000, description="Most tokens of a call's prompt.")
    model_output_tokens: PositiveInt = Field(16_000, description="Most tokens of a call's answer.")
    model_session_tokens: PositiveInt = Field(2_000_000, description="Most tokens of all calls for a trading session.")
    model_session_usd: PositiveFloat = Field(
        5.0, allow_inf_nan=False, description="Most US dollars of all calls for a trading session."
    )
    model_concurrency: Annotated[int, Field(ge=1, le=64)] = Field(8, description="Calls under way at once, 1 to 64.")
    model_attempts: Annotated[int, Field(ge=1, le=10)] = Field(
        3, description="How often a call is sent before it has failed, 1 to 10."
    )
    model_timeout_seconds: PositiveFloat = Field(
        120.0, allow_inf_nan=False, description="How long a sent call may take."
    )
    model_deadline_seconds: PositiveFloat = Field(
        300.0, allow_inf_nan=False, description="How long a call may take with all its attempts."
    )
    model_votes: Annotated[int, Field(ge=1, le=9)] = Field(
        1,
        description=(
            "How often each question about sells is asked, its lines in another order, 1 to 9: an instrument whose "
            "verdict changes goes under review. `1`: once."
        ),
    )
    oms: Annotated[str, AfterValidator(_http)] | None = Field(
        None, description="The URL of the order management system. Default: the embedded paper OMS."
    )
    execution: Literal["simulated", "live"] = Field(
        "simulated", description="`simulated`, or `live`, which needs TRIMTAB_LIVE_ACCOUNTS too."
    )
    live_accounts: Annotated[tuple[str, ...], BeforeValidator(_items), AfterValidator(_no_empty_item)] = Field(
        (), validate_default=True, description="Account numbers that may trade live, with commas between."
    )
    toolsets: Annotated[tuple[Toolset, ...], BeforeValidator(_items)] = Field(
        ("trading", "frameworks", "factors", "signals"),
        description="The tools to offer, with commas between: `trading`, `frameworks`, `factors`, `signals`.",
    )
    read_only: bool = Field(
        False, description="`true` or `false`: take away every tool that reaches the OMS or the records."
    )
    allowed_hosts: Annotated[tuple[str, ...], BeforeValidator(_items), AfterValidator(_no_empty_item)] = Field(
        (),
        description=(
            "Names by which clients may reach the HTTP server, with commas between, such as `desk.example:8765` or "
            "`desk.example:*`. Names of this machine always may."
        ),
    )
    allowed_origins: Annotated[tuple[str, ...], BeforeValidator(_items), AfterValidator(_no_empty_item)] = Field(
        (),
        description=(
            "Web pages that may call the HTTP server, by their origin, with commas between, such as "
            "`https://desk.example`. Pages of this machine always may."
        ),
    )
    state_keys: Annotated[tuple[SecretStr, ...], BeforeValidator(_items), AfterValidator(_all_long_enough)] = Field(
        (),
        description=(
            "Secrets of at least 32 bytes, with commas between, that seal what a client carries between two calls: the "
            "first seals, all open. Servers behind one address share them. Default: made anew at each start."
        ),
    )
    policy: _Folder | None = Field(None, description="The policy file. Default: the policy that ships.")
    log_level: Annotated[LogLevel, BeforeValidator(_upper)] = Field(
        "INFO", description="What is logged to stderr: `DEBUG`, `INFO`, `WARNING`, `ERROR`."
    )

    @field_validator("model_key")
    @classmethod
    def _has_a_key(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        analyst = info.data.get("analyst", "rules")
        if analyst != "rules" and value is None:
            customary = CUSTOMARY[analyst].key
            raise ValueError(
                f"TRIMTAB_ANALYST={analyst} needs the provider's key, here or in {customary}. For a server of your own "
                "that asks for none, put any word. TRIMTAB_ANALYST=rules needs no key."
            )
        return value

    @field_validator("live_accounts")
    @classmethod
    def _names_who_trades_live(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("execution") == "live" and not value:
            raise ValueError("TRIMTAB_EXECUTION=live needs the account numbers that may trade live.")
        return value

    @classmethod
    def settings_customise_sources(cls, *given: object, **named: object) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what was handed in: `load_settings` reads the environment, so that it can say all that is wrong."""
        return tuple(each for each in (*given, *named.values()) if isinstance(each, InitSettingsSource))


@dataclass(frozen=True, slots=True)
class Customary:
    """The names under which a provider's own tools look for what the settings lack."""

    key: str
    url: str


CUSTOMARY: Final = {
    "anthropic": Customary("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"),
    "openai": Customary("OPENAI_API_KEY", "OPENAI_BASE_URL"),
}

NAMES: Final = tuple(f"{PREFIX}{field.upper()}" for field in Settings.model_fields)


ALLOWED: Final = {
    "bool_parsing": "true or false",
    "int_parsing": "whole numbers",
    "float_parsing": "numbers",
    "finite_number": "finite numbers",
    "greater_than": "numbers over {gt:g}",
    "greater_than_equal": "numbers from {ge:g} on",
    "less_than_equal": "numbers up to {le:g}",
}
"""What may stand instead, by the validator's kind of error; a choice names its own."""


def load_settings(
    environ: Mapping[str, str] = os.environ, dotenv: Path | None = DOTENV, *, analyst: str | None = None
) -> Settings:
    """The settings of this environment, and of this `.env` file where the environment says nothing.

    An empty value stands for the default. Other variables of the file are left alone. `analyst` stands instead of the
    one that is named: who asks no model needs no key.

    Raises:
        SettingsError: a name or a value isn't allowed: all of them at once.
    """
    every = {**_file(dotenv), **environ, **({f"{PREFIX}ANALYST": analyst} if analyst else {})}
    given = {name: value for name, value in every.items() if _is_ours(name)}
    problems = [_unknown(name) for name in sorted(given) if name not in NAMES]
    values = {name.removeprefix(PREFIX).lower(): given[name] for name in NAMES if given.get(name)}
    values = {**_customary(every, analyst=values.get("analyst", "")), **values}
    try:
        settings = Settings.model_validate({"home": data_folder(environ), **values})
    except ValidationError as error:
        problems += [_problem(each) for each in error.errors() if each["type"] != _NO_DEFAULT]
    if problems:
        raise _refused(problems)
    return settings


def _file(dotenv: Path | None) -> dict[str, str]:
    if dotenv is None or not dotenv.is_file():
        return {}
    try:
        found = dotenv_values(dotenv, interpolate=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refused([Problem(dotenv.name, "The file can't be read as UTF-8 text.", "unreadable")]) from error
    return {name: value or "" for name, value in found.items()}


def _customary(every: Mapping[str, str], *, analyst: str) -> dict[str, str]:
    """What the provider's own tools would find; it stands where a setting doesn't say otherwise."""
    names = CUSTOMARY.get(analyst)
    found = {} if names is None else {"model_key": every.get(names.key), "model_url": every.get(names.url)}
    return {name: value for name, value in found.items() if value}


def _is_ours(name: str) -> bool:
    return name.upper().startswith(PREFIX)


def _unknown(name: str) -> Problem:
    near = get_close_matches(name[len(PREFIX) :].lower(), Settings.model_fields, n=1)
    hint = f" Did you mean {PREFIX}{near[0].upper()}?" if near else ""
    return Problem(name, f"There is no such setting.{hint} Allowed are: {', '.join(NAMES)}.", "unknown_name")


def _problem(error: ErrorDetails) -> Problem:
    name = f"{PREFIX}{error['loc'][0]}".upper()
    if error["type"] == "value_error":
        return Problem(name, str(error["ctx"]["error"]), "not_allowed")
    context = error.get("ctx", {})
    allowed = ALLOWED.get(error["type"], "{expected}").format(**context)
    return Problem(name, f"{error['input']!a} isn't allowed; allowed are: {allowed}.", "not_allowed")


def _refused(problems: list[Problem]) -> SettingsError:
    count = f"{len(problems)} setting" + ("s are" if len(problems) != 1 else " is")
    return SettingsError(
        f"{count} not allowed; the first: {problems[0].field}: {problems[0].message}", problems=problems
    )
