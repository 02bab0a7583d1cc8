"""`trimtab records`."""

import asyncio
from pathlib import Path
from typing import Annotated, Final

import typer

from trimtab.adapters.clock import SystemClock
from trimtab.adapters.records.migrate import upgrade as upgrade_schema
from trimtab.adapters.records.pack_page import pack_page
from trimtab.cli.console import print_json, table, terminal
from trimtab.cli.records_use import with_records
from trimtab.domain.errors import BrokenRecord, InvalidInput, NotFound, TrimtabError
from trimtab.server import late
from trimtab.server.callers import local_caller
from trimtab.server.logs import log_to_stderr
from trimtab.settings import Settings, load_settings
from trimtab.tools.strict import check
from trimtab.workflow.evidence_models import EvidencePack
from trimtab.workflow.evidence_pack import check_pack, evidence_pack
from trimtab.workflow.ports.records import EvidenceEntry, RecordStore, Scope
from trimtab.workflow.ports.requests import GetSession

BROKEN: Final = 1
PAGE: Final = 2_000
_CALLER: Final = local_caller("command line")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_sessions(as_json: AsJson = False) -> None:
    """List the sessions that are kept, the last kept first."""
    found = with_records(lambda records: records.sessions())
    columns = ("session_id", "owner", "version", "log_entries")
    rows = [(each.session_id, each.owner, each.version, each.log_seq) for each in found]
    if as_json:
        print_json({"sessions": [dict(zip(columns, row, strict=True)) for row in rows]})
    elif rows:
        terminal().print(table(columns, rows))
    else:
        typer.echo("No sessions are kept. `trimtab records export SESSION_ID` keeps one, and so does its approval.")


@app.command()
def verify(
    pack: Annotated[Path | None, typer.Option("--pack", help="An exported pack to check against the records.")] = None,
    as_json: AsJson = False,
) -> None:
    """Go through everything that is kept and name each place that isn't what was written; ends with 1 if one is."""
    found = with_records(lambda records: records.verify())
    faults = [(each.table, each.key, each.message) for each in found.breaks]
    if pack is not None:
        faults += [("pack", pack.name, problem) for problem in _pack_problems(pack)]
    head = f"{found.head.seq}:{found.head.hash}"
    if as_json:
        columns = ("table", "key", "message")
        breaks = [dict(zip(columns, fault, strict=True)) for fault in faults]
        print_json({"sound": not faults, "entries": found.entries, "rows": found.rows, "head": head, "breaks": breaks})
    else:
        verdict = "NOT what was written" if faults else "sound"
        typer.echo(f"{found.entries} entries, {found.rows} rows: {verdict}. The chain ends with {head}")
        if faults:
            terminal().print(table(("table", "key", "what is wrong"), faults))
    if faults:
        raise typer.Exit(BROKEN)


@app.command()
def export(
    session_id: Annotated[str, typer.Argument(help="The session's id.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write to; made if it isn't there.")] = Path(),
) -> None:
    """Write a session's evidence pack, as JSON and as a page to read; a session that isn't kept yet is kept first."""
    asked = check(GetSession, session_id=session_id).session_id
    settings = load_settings(analyst="rules")
    log_to_stderr(settings.log_level)
    asyncio.run(_keep(settings, asked))
    pack = with_records(lambda records: _pack(records, asked))
    written = _write(pack, out, name=asked)
    for path in written:
        typer.echo(str(path))
    problems = check_pack(written[0].read_text(encoding="utf-8"))
    if problems:
        raise BrokenRecord(
            f"The pack was written, but the evidence isn't what was recorded: {problems[0]}",
            next_action="Run `trimtab records verify` to see every place.",
        )


@app.command()
def upgrade() -> None:
    """Bring a database of an older release into this release's form; make a copy of it first."""
    settings = load_settings(analyst="rules")
    now = upgrade_schema(settings.records.get_secret_value())
    typer.echo(f"The records have this release's form: {now}.")


async def _keep(settings: Settings, session_id: str) -> None:
    """Keeps the session as it stands; where it can't be read any more, what was kept has to do, and that is said."""
    opened = late.open_desk(settings)
    try:
        await opened.office.keeper.keep(_CALLER, session_id)
    except BrokenRecord:
        raise
    except TrimtabError as error:
        typer.echo(f"Only what was kept before is exported: {error.message}", err=True)
    finally:
        await opened.close()


async def _pack(records: RecordStore, session_id: str) -> EvidencePack:
    entries = await _entries(records, session_id)
    if not entries:
        raise NotFound(
            "The records hold nothing of such a session.",
            field="session_id",
            next_action="`trimtab records list` names the sessions that are kept.",
        )
    return evidence_pack(entries, head=(await records.standing(Scope())).head, made_at=SystemClock().now())


async def _entries(records: RecordStore, session_id: str) -> list[EvidenceEntry]:
    entries: list[EvidenceEntry] = []
    while True:
        last = entries[-1].seq if entries else 0
        page = await records.entries(session_id, after_seq=last, limit=PAGE)
        entries += page
        if len(page) < PAGE:
            return entries


def _write(pack: EvidencePack, folder: Path, *, name: str) -> tuple[Path, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    as_json, as_page = folder / f"{name}.evidence.json", folder / f"{name}.evidence.html"
    as_json.write_text(pack.model_dump_json(indent=1) + "\n", encoding="utf-8")
    as_page.write_text(pack_page(pack), encoding="utf-8")
    return as_json, as_page


def _pack_problems(path: Path) -> list[str]:
    """What is wrong with a pack by itself, and where it differs from the records."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InvalidInput("The pack can't be read as UTF-8 text.", field="--pack") from None
    problems = list(check_pack(text))
    if problems:
        return problems
    pack = EvidencePack.model_validate_json(text)
    return list(with_records(lambda records: _unlike(records, pack)))


async def _unlike(records: RecordStore, pack: EvidencePack) -> list[str]:
    """Where a pack, sound by itself, isn't what the records hold: other entries, or not all there were then."""
    kept = {entry.seq: entry.hash for entry in await _entries(records, pack.identity.session_id)}
    packed = {entry.seq: entry.hash for entry in pack.entries}
    end = Scope(known=(pack.head.seq, pack.head.hash))
    problems = [f"Entry {seq} isn't the one in the records." for seq, hash_ in packed.items() if kept.get(seq) != hash_]
    left_out = [seq for seq in kept if seq <= pack.head.seq and seq not in packed]
    problems += [f"Entry {seq} of the records isn't in the pack." for seq in left_out]
    if not (await records.standing(end)).has_known:
        problems.append(f"The records don't hold entry {pack.head.seq}, with which they ended when the pack was made.")
    return problems
