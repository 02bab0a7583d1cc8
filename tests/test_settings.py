"""The settings: defaults, what is allowed, and everything that is wrong said at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from tests.house.tree import ROOT
from trimtab.adapters.analysts import anthropic, openai
from trimtab.domain.errors import SettingsError
from trimtab.settings import NAMES, SessionServer, Settings, data_folder, load_settings

NO_STORE = "Name a SQLite file by its path, or a Redis server by a redis:// or rediss:// URL."


EVERY = {
    "TRIMTAB_BOOK": "books/mine",
    "TRIMTAB_MARKET": "market",
    "TRIMTAB_PRODUCTS": "shelf",
    "TRIMTAB_HOME": "data",
    "TRIMTAB_SESSIONS": "elsewhere.db",
    "TRIMTAB_RECORDS": "sqlite:////data/records.db",
    "TRIMTAB_ANALYST": "openai",
    "TRIMTAB_MODEL": "some-model",
    "TRIMTAB_MODEL_KEY": "some-key",
    "TRIMTAB_MODEL_URL": "https://models.example.com/v1",
    "TRIMTAB_MODEL_API": "chat",
    "TRIMTAB_MODEL_INPUT_TOKENS": "9000",
    "TRIMTAB_MODEL_OUTPUT_TOKENS": "700",
    "TRIMTAB_MODEL_SESSION_TOKENS": "50000",
    "TRIMTAB_MODEL_SESSION_USD": "0.5",
    "TRIMTAB_MODEL_CONCURRENCY": "4",
    "TRIMTAB_MODEL_ATTEMPTS": "2",
    "TRIMTAB_MODEL_TIMEOUT_SECONDS": "7.5",
    "TRIMTAB_MODEL_DEADLINE_SECONDS": "30",
    "TRIMTAB_MODEL_VOTES": "3",
    "TRIMTAB_OMS": "https://oms.example.com",
    "TRIMTAB_EXECUTION": "live",
    "TRIMTAB_LIVE_ACCOUNTS": "ACC100001, ACC100002,ACC100001",
    "TRIMTAB_TOOLSETS": "signals,trading",
    "TRIMTAB_READ_ONLY": "true",
    "TRIMTAB_ALLOWED_HOSTS": "desk.example:*, desk.example",
    "TRIMTAB_ALLOWED_ORIGINS": "https://desk.example",
    "TRIMTAB_STATE_KEYS": f"{'a' * 32},{'b' * 40}",
    "TRIMTAB_POLICY": "firm.toml",
    "TRIMTAB_LOG_LEVEL": "debug",
}
EVERY_VALUE = {
    "book": Path("books/mine"),
    "market": Path("market"),
    "products": Path("shelf"),
    "home": Path("data"),
    "sessions": Path("elsewhere.db"),
    "records": SecretStr("sqlite:////data/records.db"),
    "analyst": "openai",
    "model": "some-model",
    "model_key": SecretStr("some-key"),
    "model_url": "https://models.example.com/v1",
    "model_api": "chat",
    "model_input_tokens": 9_000,
    "model_output_tokens": 700,
    "model_session_tokens": 50_000,
    "model_session_usd": 0.5,
    "model_concurrency": 4,
    "model_attempts": 2,
    "model_timeout_seconds": 7.5,
    "model_deadline_seconds": 30.0,
    "model_votes": 3,
    "oms": "https://oms.example.com",
    "execution": "live",
    "live_accounts": ("ACC100001", "ACC100002"),
    "toolsets": ("signals", "trading"),
    "read_only": True,
    "allowed_hosts": ("desk.example:*", "desk.example"),
    "allowed_origins": ("https://desk.example",),
    "state_keys": (SecretStr("a" * 32), SecretStr("b" * 40)),
    "policy": Path("firm.toml"),
    "log_level": "DEBUG",
}
WRONG = {
    "trimtab_home": "x",
    "TRIMTAB_SPEED": "x",
    "TRIMTAB_SESSIONS": "memcached://cache.example.com",
    "TRIMTAB_STATE_KEYS": f"{'a' * 32},short",
    "TRIMTAB_ANALYST": "gemini",
    "TRIMTAB_MODEL_URL": "127.0.0.1:8000",
    "TRIMTAB_MODEL_API": "completions",
    "TRIMTAB_MODEL_INPUT_TOKENS": "0",
    "TRIMTAB_MODEL_SESSION_TOKENS": "2.5",
    "TRIMTAB_MODEL_SESSION_USD": "inf",
    "TRIMTAB_MODEL_CONCURRENCY": "65",
    "TRIMTAB_MODEL_ATTEMPTS": "many",
    "TRIMTAB_MODEL_TIMEOUT_SECONDS": "soon",
    "TRIMTAB_MODEL_DEADLINE_SECONDS": "-1",
    "TRIMTAB_MODEL_VOTES": "0",
    "TRIMTAB_OMS": "oms.example.com",
    "TRIMTAB_EXECUTION": "Live",
    "TRIMTAB_LIVE_ACCOUNTS": "A,,B",
    "TRIMTAB_TOOLSETS": "trading,factor",
    "TRIMTAB_READ_ONLY": "maybe",
    "TRIMTAB_LOG_LEVEL": "loud",
}


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"TRIMTAB_HOME": str(tmp_path)}


def problems(environ: dict[str, str], dotenv: Path | None = None) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, dotenv)
    assert caught.value.next_action == "Correct the setting and start again."
    return {each.field: each.message for each in caught.value.problems}


def documented_rows() -> list[str]:
    """The rows of the table in docs/settings.md."""
    defaults = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in Settings(home=Path()).model_dump(exclude={"home", "sessions", "records"}).items()
    }
    rows = []
    for name, field in Settings.model_fields.items():
        default = defaults.get(name) or ""
        text = (
            ",".join(default)
            if isinstance(default, tuple)
            else f"{default:g}"
            if isinstance(default, float)
            else str(default)
        )
        rows.append(f"| `TRIMTAB_{name.upper()}` | {field.description} | {f'`{text}`' if text else ''} |")
    return rows


def test_every_setting_is_documented_with_what_it_is_and_its_default() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert [line for line in page.splitlines() if line.startswith("| `TRIMTAB_")] == documented_rows()


def test_the_models_that_are_asked_where_none_is_named_are_documented() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    for analyst, model in (("anthropic", anthropic.DEFAULT_MODEL), ("openai", openai.DEFAULT_MODEL)):
        assert f"| `{analyst}` | `{model}` |" in page


def test_without_an_environment_everything_has_its_default(tmp_path: Path) -> None:
    settings = load_settings({"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}, None)
    home = data_folder({"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")})
    assert settings == Settings(home=home)
    assert settings.model_dump() == {
        "book": None,
        "market": None,
        "products": None,
        "home": home,
        "sessions": home / "sessions.db",
        "records": SecretStr(f"sqlite:///{home / 'records.db'}"),
        "analyst": "rules",
        "model": None,
        "model_key": None,
        "model_url": None,
        "model_api": "auto",
        "model_input_tokens": 60_000,
        "model_output_tokens": 16_000,
        "model_session_tokens": 2_000_000,
        "model_session_usd": 5.0,
        "model_concurrency": 8,
        "model_attempts": 3,
        "model_timeout_seconds": 120.0,
        "model_deadline_seconds": 300.0,
        "model_votes": 1,
        "oms": None,
        "execution": "simulated",
        "live_accounts": (),
        "toolsets": ("trading", "frameworks", "factors", "signals"),
        "read_only": False,
        "allowed_hosts": (),
        "allowed_origins": (),
        "state_keys": (),
        "policy": None,
        "log_level": "INFO",
    }


def test_every_setting_can_be_set() -> None:
    assert set(EVERY) == set(NAMES)
    assert load_settings(EVERY, None).model_dump() == EVERY_VALUE


def test_the_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(Settings(), "execution", "live")  # noqa: B010 - a plain assignment is stopped by the type checker


def test_the_class_itself_reads_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIMTAB_ANALYST", "openai")
    assert Settings().analyst == "rules"


def test_the_environment_of_the_process_is_read_where_none_is_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("TRIMTAB_MODEL=from-file\nTRIMTAB_OMS=http://file.example.com\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIMTAB_MODEL", "from-environment")
    settings = load_settings()
    assert (settings.model, settings.oms) == ("from-environment", "http://file.example.com")


def test_the_sessions_are_kept_in_the_data_folder(home: dict[str, str], tmp_path: Path) -> None:
    assert load_settings(home, None).sessions == tmp_path / "sessions.db"


def test_a_tilde_is_the_users_folder() -> None:
    assert load_settings({"TRIMTAB_HOME": "~/trim"}, None).sessions == Path.home() / "trim" / "sessions.db"


def test_an_empty_value_stands_for_the_default(home: dict[str, str], tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("TRIMTAB_MODEL=from-file\nTRIMTAB_OMS=\n")
    assert load_settings({**dict.fromkeys(NAMES, ""), **home}, dotenv) == load_settings(home, None)


def test_other_variables_are_left_alone(home: dict[str, str], tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("SOMETHING=1\nexport ELSE='x'\nNOVALUE\nTRIMTAB_BOOK=a ${HOME} book\n")
    settings = load_settings({**home, "PATH": "x", "HOME": "y"}, dotenv)
    assert settings.book == Path("a ${HOME} book")


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("TRIMTAB_BOK=x\nTRIMTAB_RECORDS=user:secret@db\n")
    allowed = f"Allowed are: {', '.join(NAMES)}."
    assert problems(WRONG, dotenv) == {
        "TRIMTAB_BOK": f"There is no such setting. Did you mean TRIMTAB_BOOK? {allowed}",
        "TRIMTAB_SPEED": f"There is no such setting. {allowed}",
        "trimtab_home": f"There is no such setting. Did you mean TRIMTAB_HOME? {allowed}",
        "TRIMTAB_SESSIONS": NO_STORE,
        "TRIMTAB_STATE_KEYS": "Every key has to be at least 32 bytes long.",
        "TRIMTAB_RECORDS": ("The value has to be sqlite:/// with the whole path of a file, or postgresql://HOST/NAME."),
        "TRIMTAB_ANALYST": "'gemini' isn't allowed; allowed are: 'rules', 'anthropic' or 'openai'.",
        "TRIMTAB_MODEL_URL": "The value has to be a URL that starts with http:// or https://.",
        "TRIMTAB_MODEL_API": "'completions' isn't allowed; allowed are: 'auto', 'responses' or 'chat'.",
        "TRIMTAB_MODEL_INPUT_TOKENS": "'0' isn't allowed; allowed are: numbers over 0.",
        "TRIMTAB_MODEL_SESSION_TOKENS": "'2.5' isn't allowed; allowed are: whole numbers.",
        "TRIMTAB_MODEL_SESSION_USD": "'inf' isn't allowed; allowed are: finite numbers.",
        "TRIMTAB_MODEL_CONCURRENCY": "'65' isn't allowed; allowed are: numbers up to 64.",
        "TRIMTAB_MODEL_ATTEMPTS": "'many' isn't allowed; allowed are: whole numbers.",
        "TRIMTAB_MODEL_TIMEOUT_SECONDS": "'soon' isn't allowed; allowed are: numbers.",
        "TRIMTAB_MODEL_DEADLINE_SECONDS": "'-1' isn't allowed; allowed are: numbers over 0.",
        "TRIMTAB_MODEL_VOTES": "'0' isn't allowed; allowed are: numbers from 1 on.",
        "TRIMTAB_OMS": "The value has to be a URL that starts with http:// or https://.",
        "TRIMTAB_EXECUTION": "'Live' isn't allowed; allowed are: 'simulated' or 'live'.",
        "TRIMTAB_LIVE_ACCOUNTS": "There is an empty item between the commas.",
        "TRIMTAB_TOOLSETS": "'factor' isn't allowed; allowed are: 'trading', 'frameworks', 'factors' or 'signals'.",
        "TRIMTAB_READ_ONLY": "'maybe' isn't allowed; allowed are: true or false.",
        "TRIMTAB_LOG_LEVEL": "'LOUD' isn't allowed; allowed are: 'DEBUG', 'INFO', 'WARNING' or 'ERROR'.",
    }


def test_the_message_counts_and_names_the_first() -> None:
    with pytest.raises(SettingsError, match=r"^1 setting is not allowed; the first: TRIMTAB_READ_ONLY: 'x' isn't"):
        load_settings({"TRIMTAB_READ_ONLY": "x"}, None)
    with pytest.raises(SettingsError, match=r"^2 settings are not allowed; "):
        load_settings({"TRIMTAB_READ_ONLY": "x", "TRIMTAB_OMS": "x"}, None)


@pytest.mark.parametrize("value", ["LIVE", "live ", "simulate", "paper"])
def test_the_mode_of_execution_is_spelled_exactly(value: str) -> None:
    assert set(problems({"TRIMTAB_EXECUTION": value})) == {"TRIMTAB_EXECUTION"}


def test_live_needs_the_accounts_that_may_trade_live() -> None:
    assert problems({"TRIMTAB_EXECUTION": "live"}) == {
        "TRIMTAB_LIVE_ACCOUNTS": "TRIMTAB_EXECUTION=live needs the account numbers that may trade live."
    }
    assert load_settings({"TRIMTAB_LIVE_ACCOUNTS": "A"}, None).execution == "simulated"


@pytest.mark.parametrize(("analyst", "customary"), [("anthropic", "ANTHROPIC_API_KEY"), ("openai", "OPENAI_API_KEY")])
def test_a_model_needs_the_key_of_its_provider(analyst: str, customary: str) -> None:
    assert problems({"TRIMTAB_ANALYST": analyst}) == {
        "TRIMTAB_MODEL_KEY": (
            f"TRIMTAB_ANALYST={analyst} needs the provider's key, here or in {customary}. For a server of your own "
            "that asks for none, put any word. TRIMTAB_ANALYST=rules needs no key."
        )
    }
    others = {"ANTHROPIC_API_KEY", "OPENAI_API_KEY"} - {customary}
    assert set(problems({"TRIMTAB_ANALYST": analyst, others.pop(): "a-key"})) == {"TRIMTAB_MODEL_KEY"}
    assert load_settings({"TRIMTAB_ANALYST": "rules"}, None).model_key is None


@pytest.mark.parametrize(
    ("analyst", "key", "url"),
    [
        ("anthropic", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"),
        ("openai", "OPENAI_API_KEY", "OPENAI_BASE_URL"),
    ],
)
def test_what_the_providers_own_tools_would_find_stands_where_the_settings_say_nothing(
    tmp_path: Path, analyst: str, key: str, url: str
) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"{key}=from-file\n{url}=http://file.example.com\n")
    found = load_settings({"TRIMTAB_ANALYST": analyst}, dotenv)
    assert (found.model_key, found.model_url) == (SecretStr("from-file"), "http://file.example.com")
    environ = {"TRIMTAB_ANALYST": analyst, key: "from-environment", url: "http://env.example.com"}
    found = load_settings(environ, dotenv)
    assert (found.model_key, found.model_url) == (SecretStr("from-environment"), "http://env.example.com")
    found = load_settings(
        {**environ, "TRIMTAB_MODEL_KEY": "ours", "TRIMTAB_MODEL_URL": "http://our.example.com"}, dotenv
    )
    assert (found.model_key, found.model_url) == (SecretStr("ours"), "http://our.example.com")


def test_the_rules_take_no_key_that_lies_about(home: dict[str, str]) -> None:
    environ = {**home, "ANTHROPIC_API_KEY": "a-key", "OPENAI_API_KEY": "a-key", "OPENAI_BASE_URL": "http://x.example"}
    assert load_settings(environ, None) == load_settings(home, None)


def test_who_asks_no_model_needs_no_key(home: dict[str, str]) -> None:
    environ = {**home, "TRIMTAB_ANALYST": "anthropic"}
    assert load_settings(environ, None, analyst="rules") == load_settings(home, None)


def test_a_key_that_is_written_down_nowhere_is_shown_nowhere() -> None:
    settings = load_settings({"TRIMTAB_ANALYST": "openai", "OPENAI_API_KEY": "correct-horse"}, None)
    assert "correct-horse" not in f"{settings} {settings!r} {settings.model_dump()}"


def test_another_database_for_sessions_is_refused() -> None:
    assert problems({"TRIMTAB_SESSIONS": "sqlite:///x.db"}) == {"TRIMTAB_SESSIONS": NO_STORE}


@pytest.mark.parametrize("url", ["redis://:secret-word@cache.example.com/3", "rediss://cache.example.com"])
def test_sessions_may_be_on_a_server_whose_password_nothing_shows(url: str) -> None:
    settings = load_settings({"TRIMTAB_SESSIONS": url}, None)
    assert settings.sessions == SessionServer(SecretStr(url))
    assert "secret-word" not in f"{settings} {settings!r} {settings.model_dump()}"


def test_a_dotenv_that_is_not_text_is_named(home: dict[str, str], tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"TRIMTAB_BOOK=\xff\n")
    assert problems(home, dotenv) == {".env": "The file can't be read as UTF-8 text."}


def test_a_dotenv_that_is_not_there_is_fine(home: dict[str, str], tmp_path: Path) -> None:
    assert load_settings(home, tmp_path / "gone") == load_settings(home, None)


@pytest.mark.parametrize(
    ("platform", "environ", "wanted"),
    [
        ("linux", {"HOME": "/u"}, "/u/.local/share/trimtab"),
        ("linux", {"HOME": "/u", "XDG_DATA_HOME": "/data"}, "/data/trimtab"),
        ("linux", {"HOME": "/u", "XDG_DATA_HOME": "not/absolute"}, "/u/.local/share/trimtab"),
        ("darwin", {"HOME": "/u"}, "/u/Library/Application Support/Trimtab"),
        ("win32", {"LOCALAPPDATA": "/u/AppData/Local"}, "/u/AppData/Local/Trimtab"),
    ],
)
def test_data_goes_where_the_platform_keeps_it(platform: str, environ: dict[str, str], wanted: str) -> None:
    assert data_folder(environ, platform=platform) == Path(wanted)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_without_an_environment_data_goes_under_the_users_folder(platform: str) -> None:
    assert data_folder({}, platform=platform).is_relative_to(Path.home())


def test_settings_and_the_session_store_load_nothing_heavy() -> None:
    script = (
        "import sys, trimtab.settings, trimtab.adapters.sessions.sqlite, trimtab.adapters.policy.thresholds\n"
        "print([name for name in ('numpy', 'pandas', 'rich', 'jinja2', 'sqlalchemy') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
