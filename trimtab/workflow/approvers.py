"""Who may approve: added by a person who may already, and known by a secret of their own.

The first approver is added on the word of whoever keeps the records. From then on an approver vouches for each change,
so that a program which can run commands can't make itself one.
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

import anyio.to_thread

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.workflow.approving import after_wrong_secret, approver_named, may_approve, refuse, time_goes_back
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.records import Approver, Effects, Evidence, RecordStore, Scope, Standing
from trimtab.workflow.ports.secrets import Proof, Secrets

SHORTEST_SECRET: Final = 12
REFUSAL: Final = "refusal"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)
_NOT_A_PERSON: Final = frozenset({"assistant", "rules", "model", "anthropic", "openai", "client", "trimtab"})


class Approvers:
    """Adds, removes and recognises approvers; every change and every wrong secret is evidence."""

    def __init__(self, records: RecordStore, *, secrets: Secrets, clock: Clock) -> None:
        self._records = records
        self._secrets = secrets
        self._clock = clock

    async def listed(self) -> tuple[Approver, ...]:
        """The approvers who weren't removed, by name."""
        standing = await self._records.standing(Scope())
        return tuple(sorted((each for each in standing.approvers if not each.removed), key=lambda each: each.name))

    async def add(self, new: Proof, *, by: Proof | None, actor: str) -> Approver:
        """Adds an approver. `by` is one who vouches; only the first needs nobody.

        Raises:
            InvalidInput: The name or the secret can't be one.
            Blocked: `by` is missing or not recognised, or the name is taken.
        """
        _require_usable(new)
        vouched = None if by is None else await self.recognise(by, session_id="", actor=actor)
        made = Approver(
            name=new.name,
            secret_hash=await anyio.to_thread.run_sync(self._secrets.hashed, new.secret),
            added_by=actor if vouched is None else vouched.name,
        )

        def decide(standing: Standing) -> Effects:
            refuse(_not_addable(standing, new.name, vouched=vouched), what="Not added", next_action=_ADD_NEXT)
            return self._effects(standing, made, actor=made.added_by)

        await self._records.write(Scope(), decide)
        return made

    async def remove(self, name: str, *, by: Proof, actor: str) -> None:
        """Takes the right to approve away; what the person approved and isn't used doesn't count any more."""
        vouched = await self.recognise(by, session_id="", actor=actor)

        def decide(standing: Standing) -> Effects:
            found = approver_named(standing.approvers, name)
            if found is None:
                refuse([_unknown()], what="Not removed", next_action="`trimtab approver list` names them.")
            assert found is not None
            return self._effects(standing, found.model_copy(update={"removed": True}), actor=vouched.name)

        await self._records.write(Scope(), decide)

    async def recognise(self, proof: Proof, *, session_id: str, actor: str) -> Approver:
        """The approver, by the secret. A wrong one is counted, and after some no secret is looked at for a while.

        Raises:
            Blocked: `unknown_approver`, `wrong_secret`, `approver_locked`.
        """
        standing = await self._records.standing(Scope())
        refuse(may_approve(standing, proof.name, now=self._clock.now()), what="Not recognised", next_action=_LIST_NEXT)
        known = approver_named(standing.approvers, proof.name)
        assert known is not None, "may_approve has looked"
        compare = partial(self._secrets.matches, proof.secret, known.secret_hash)
        right = await anyio.to_thread.run_sync(compare)
        await self._count(proof.name, right=right, session_id=session_id, actor=actor)
        if not right:
            refuse([_wrong_secret()], what="Not recognised", next_action="Try again with the right secret.")
        return known

    async def _count(self, name: str, *, right: bool, session_id: str, actor: str) -> None:
        """Stores what the try changed. Under the lock it is looked at again: many tries at once are still counted."""

        def decide(standing: Standing) -> Effects:
            now = self._clock.now()
            refuse(may_approve(standing, name, now=now), what="Not recognised", next_action=_LIST_NEXT)
            known = approver_named(standing.approvers, name)
            assert known is not None, "may_approve has looked"
            if right and not known.failures:
                return Effects(at=now, actor=actor, source="person")
            if right:
                cleared = known.model_copy(update={"failures": 0, "locked_until": None})
                return self._effects(standing, cleared, actor=name)
            tried = refusal([_wrong_secret()], what="approve", session_id=session_id, actor=actor)
            return Effects(
                at=now, actor=actor, source="person", evidence=[tried], rows=[after_wrong_secret(known, now)]
            )

        await self._records.write(Scope(), decide)

    def _effects(self, standing: Standing, row: Approver, *, actor: str) -> Effects:
        now = self._clock.now()
        refuse(time_goes_back(standing, now), what="Nothing was changed", next_action="Correct the clock.")
        return Effects(at=now, actor=actor, source="person", rows=[row])


def refusal(problems: Sequence[Problem], *, what: str, session_id: str, actor: str, source: str = "person") -> Evidence:
    """That something was refused, as evidence: what somebody tried, and by which rules it was turned down."""
    return Evidence(
        kind=REFUSAL,
        actor=actor,
        source=source,
        session_id=session_id,
        content={"what": what, "rules": [{"rule": each.code, "message": each.message} for each in problems]},
    )


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


def _not_addable(standing: Standing, name: str, *, vouched: Approver | None) -> Iterator[Problem]:
    active = [each for each in standing.approvers if not each.removed]
    if active and vouched is None:
        yield Problem("by", "There are approvers already: one of them has to vouch", "vouching_missing")
    if any(each.name == name for each in standing.approvers):
        yield Problem("name", "The name is taken, or was once; names aren't given twice", "name_taken")


def _unknown() -> Problem:
    return Problem("name", "There is no approver of that name", "unknown_approver")


def _wrong_secret() -> Problem:
    return Problem("secret", "The secret isn't this approver's", "wrong_secret")


_LIST_NEXT: Final = "`trimtab approver list` names the approvers; a lock ends by itself."
_ADD_NEXT: Final = "Name an approver with --by, who then gives their secret, and a name that is free."
