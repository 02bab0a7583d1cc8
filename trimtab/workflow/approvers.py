"""Who may approve: added by a person who may already, and known by a secret of their own.

The first approver is added on the word of whoever keeps the records. From then on an approver vouches for each change,
so that a program which can run commands can't make itself one.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Final

import anyio.to_thread

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.workflow.approving import after_wrong_secret, approver_named, may_approve, refuse, time_goes_back
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.records import DESK, Approver, Effects, RecordStore, Scope, Standing
from trimtab.workflow.ports.secrets import Proof, Secrets
from trimtab.workflow.refusals import Refusals

SHORTEST_SECRET: Final = 12
MOST_VOUCHING: Final = 2
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)
_NOT_A_PERSON: Final = frozenset({"assistant", "rules", "model", "anthropic", "openai", "client", "trimtab"})


class Approvers:
    """Adds, removes and recognises approvers; every change and every wrong secret is evidence."""

    def __init__(self, records: RecordStore, *, secrets: Secrets, clock: Clock) -> None:
        self._records = records
        self._secrets = secrets
        self._clock = clock
        self._refusals = Refusals(records, clock)

    async def listed(self) -> tuple[Approver, ...]:
        """The approvers who weren't removed, by name."""
        standing = await self._records.standing(Scope())
        return tuple(sorted((each for each in standing.approvers if not each.removed), key=lambda each: each.name))

    async def add(self, new: Proof, *, by: Sequence[Proof], actor: str) -> Approver:
        """Adds an approver, whom others vouch for: nobody the first, that one the second, then always two different.

        So nobody becomes two approvers by themselves once there are two.

        Raises:
            InvalidInput: The name or the secret can't be one.
            Blocked: `vouching_missing`, `name_taken`, `secret_taken`, or who vouches isn't recognised.
        """
        _require_usable(new)
        vouched = [(await self.recognise(each, session_id=DESK, actor=actor)).name for each in by]
        async with self._noting("add an approver", session_id=DESK, actor=actor):
            taken = await self._is_taken(new.secret)
            secret_hash = await anyio.to_thread.run_sync(self._secrets.hashed, new.secret)
            made = Approver(name=new.name, secret_hash=secret_hash, added_by=", ".join(vouched) or actor)

            def decide(standing: Standing) -> Effects:
                problems = [*_not_addable(standing, new.name, vouched=vouched), *([_secret_taken()] if taken else [])]
                refuse(problems, what="Not added", next_action=_ADD_NEXT)
                return self._effects(standing, made, actor=made.added_by)

            await self._records.write(Scope(), decide)
        return made

    async def _is_taken(self, secret: str) -> bool:
        """Whether an approver has this secret: then the two could be one person."""
        hashes = [each.secret_hash for each in await self.listed()]
        return await anyio.to_thread.run_sync(lambda: any(self._secrets.matches(secret, each) for each in hashes))

    async def remove(self, name: str, *, by: Proof, actor: str) -> None:
        """Takes the right to approve away; what the person approved and isn't used doesn't count any more.

        Raises:
            Blocked: `unknown_approver`, `last_approver`, or `by` isn't recognised.
        """
        vouched = await self.recognise(by, session_id=DESK, actor=actor)

        def decide(standing: Standing) -> Effects:
            found = approver_named(standing.approvers, name)
            problems = [_unknown()] if found is None else list(_last_ones(standing))
            refuse(problems, what="Not removed", next_action="`trimtab approver list` names them.")
            assert found is not None, "an unknown one was just refused"
            return self._effects(standing, found.model_copy(update={"removed": True}), actor=vouched.name)

        async with self._noting("remove an approver", session_id=DESK, actor=actor):
            await self._records.write(Scope(), decide)

    async def recognise(self, proof: Proof, *, session_id: str, actor: str) -> Approver:
        """The approver, by the secret. A wrong one is counted, and after some no secret is looked at for a while.

        Raises:
            Blocked: `unknown_approver`, `wrong_secret`, `approver_locked`.
        """
        async with self._noting("approve", session_id=session_id, actor=actor):
            standing = await self._records.standing(Scope())
            refuse(may_approve(standing, proof.name, now=self._clock.now()), what=_NOT_YOU, next_action=_LIST_NEXT)
            known = approver_named(standing.approvers, proof.name)
            assert known is not None, "may_approve has looked"
            compare = partial(self._secrets.matches, proof.secret, known.secret_hash)
            right = await anyio.to_thread.run_sync(compare)
            await self._count(proof.name, right=right, actor=actor)
            if not right:
                refuse([_wrong_secret()], what=_NOT_YOU, next_action="Try again with the right secret.")
            return known

    async def _count(self, name: str, *, right: bool, actor: str) -> None:
        """Stores what the try changed. Under the lock it is looked at again: many tries at once are still counted."""

        def decide(standing: Standing) -> Effects:
            now = self._clock.now()
            refuse(may_approve(standing, name, now=now), what=_NOT_YOU, next_action=_LIST_NEXT)
            known = approver_named(standing.approvers, name)
            assert known is not None, "may_approve has looked"
            if right and known.failures:
                cleared = known.model_copy(update={"failures": 0, "locked_until": None})
                return self._effects(standing, cleared, actor=name)
            rows = [] if right else [after_wrong_secret(known, now)]
            return Effects(at=now, actor=actor, source="person", rows=rows)

        await self._records.write(Scope(), decide)

    def _noting(self, what: str, *, session_id: str, actor: str) -> AbstractAsyncContextManager[None]:
        """A person did it, whatever program they used."""
        person = Caller(owner="", actor=actor, source="person")
        return self._refusals.noting(what, person, session_id=session_id)

    def _effects(self, standing: Standing, row: Approver, *, actor: str) -> Effects:
        now = self._clock.now()
        refuse(time_goes_back(standing, now), what="Nothing was changed", next_action="Correct the clock.")
        return Effects(at=now, actor=actor, source="person", rows=[row])


def _require_usable(new: Proof) -> None:
    problems = []
    if not _NAME.fullmatch(new.name) or new.name in _NOT_A_PERSON:
        allowed = "2 to 40 of a-z, 0-9, dot, dash, underscore, and a person's own"
        problems.append(Problem("name", f"The name has to be {allowed}"))
    if len(new.secret) < SHORTEST_SECRET or len(set(new.secret)) < SHORTEST_SECRET // 2:
        different = SHORTEST_SECRET // 2
        problems.append(
            Problem("secret", f"The secret needs {SHORTEST_SECRET} characters or more, {different} of them different")
        )
    if problems:
        raise InvalidInput(f"{problems[0].field}: {problems[0].message}", problems=problems)


def _not_addable(standing: Standing, name: str, *, vouched: Sequence[str]) -> Iterator[Problem]:
    active = {each.name for each in _active(standing)}
    needed, given = min(len(active), MOST_VOUCHING), len(active & set(vouched))
    if given < needed:
        who = "one of them has" if needed == 1 else "two different ones have"
        yield Problem("by", f"There are approvers already: {who} to vouch", "vouching_missing")
    if any(each.name == name for each in standing.approvers):
        yield Problem("name", "The name is taken, or was once; names aren't given twice", "name_taken")


def _last_ones(standing: Standing) -> Iterator[Problem]:
    if len(_active(standing)) <= MOST_VOUCHING:
        message = "Two approvers stay, or one could make themself a second: add another first"
        yield Problem("name", message, "last_approver")


def _active(standing: Standing) -> list[Approver]:
    return [each for each in standing.approvers if not each.removed]


def _secret_taken() -> Problem:
    return Problem("secret", "Another approver has this secret; each has one of their own", "secret_taken")


def _unknown() -> Problem:
    return Problem("name", "There is no approver of that name", "unknown_approver")


def _wrong_secret() -> Problem:
    return Problem("secret", "The secret isn't this approver's", "wrong_secret")


_LIST_NEXT: Final = "`trimtab approver list` names the approvers; a lock ends by itself."
_ADD_NEXT: Final = "Name who vouches with --by, twice where two have to; each gives their secret first."
_NOT_YOU: Final = "Not recognised"
