"""Who asks, where nobody signs in: the person at this machine, whatever program they use."""

from typing import Final

from trimtab.workflow.ports.desk import Caller

LOCAL_OWNER: Final = "local"
"""Sessions opened over stdio and by commands belong together: each sees the other's."""


def local_caller(actor: str) -> Caller:
    """The caller of a program on this machine; the log names it as `actor`."""
    return Caller(owner=LOCAL_OWNER, actor=actor)
