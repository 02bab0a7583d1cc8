"""Which faults strike: those that are switched on, and how often they have struck whom, kept with what they did."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from trimtab.server.paper_oms.faults import FaultKind, FaultRule, Target


@dataclass(frozen=True, slots=True)
class _Armed:
    """A fault that is switched on, by the name under which its strikes are kept."""

    name: str
    rule: FaultRule


class Strikes:
    """The faults of one transaction: those of the file, and those that this process was started with."""

    def __init__(self, connection: sqlite3.Connection, *, started_with: Iterable[FaultRule], seed: int) -> None:
        self._connection = connection
        self._seed = seed
        self._started_with = [_Armed(f"started with {rule.model_dump_json()}", rule) for rule in started_with]
        rows = connection.execute("SELECT number, rule FROM faults ORDER BY number")
        self._kept = [_Armed(str(number), FaultRule.model_validate_json(rule)) for number, rule in rows]

    def in_force(self) -> tuple[FaultRule, ...]:
        """All that are switched on."""
        return tuple(each.rule for each in (*self._started_with, *self._kept))

    def switch_on(self, rule: FaultRule) -> None:
        """Keeps one more in the file; how often one like it has struck before doesn't matter to it."""
        number = self._connection.execute("INSERT INTO faults (rule) VALUES (?)", (rule.model_dump_json(),)).lastrowid
        self._kept.append(_Armed(str(number), rule))

    def switch_off(self) -> None:
        """Takes all away that the file has."""
        self._connection.execute("DELETE FROM faults")
        self._kept.clear()

    def strike(self, kind: FaultKind, targets: Sequence[Target], *, after: int = 0) -> frozenset[str]:
        """The subjects that this fault strikes now, which is kept; the first `after` occasions of each it lets pass."""
        struck: set[str] = set()
        for armed in (*self._started_with, *self._kept):
            if armed.rule.kind == kind:
                struck.update(self._struck(armed, targets, after=after))
        return frozenset(struck)

    def of_subjects(self) -> dict[str, dict[str, int]]:
        """How often which fault has struck, by subject and kind."""
        found: dict[str, dict[str, int]] = {}
        query = "SELECT subject, kind, SUM(struck) FROM strikes GROUP BY subject, kind HAVING SUM(struck) > 0"
        for subject, kind, struck in self._connection.execute(query):
            found.setdefault(subject, {})[kind] = struck
        return found

    def _struck(self, armed: _Armed, targets: Sequence[Target], *, after: int) -> Iterator[str]:
        met = list(dict.fromkeys(each.subject for each in targets if armed.rule.meets(each, seed=self._seed)))
        if not met:
            return
        before = self._occasions(armed.name, met)
        due = [subject for subject in met if before.get(subject, 0) < after + armed.rule.times]
        strikes = {subject: before.get(subject, 0) >= after for subject in due}
        self._connection.executemany(
            "INSERT INTO strikes VALUES (?, ?, ?, 1, ?) "
            "ON CONFLICT DO UPDATE SET occasions = occasions + 1, struck = struck + excluded.struck",
            [(subject, armed.name, armed.rule.kind, int(strike)) for subject, strike in strikes.items()],
        )
        yield from (subject for subject, strike in strikes.items() if strike)

    def _occasions(self, name: str, subjects: Sequence[str]) -> dict[str, int]:
        query = "SELECT subject, occasions FROM strikes WHERE rule = ? AND subject IN (SELECT value FROM json_each(?))"
        return dict(self._connection.execute(query, (name, json.dumps(subjects))).fetchall())
