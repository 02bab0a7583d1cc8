"""What approvers prove themselves with, and ids that nobody can guess."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Proof:
    """A name and the secret that proves it; nothing shows the secret."""

    name: str
    secret: str

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Proof({self.name!r})"


class Secrets(Protocol):
    """Keeps secrets only as hashes that are slow to make and can't be turned back."""

    def hashed(self, secret: str) -> str:
        """A salted hash of the secret, as text; another one each time."""

    def matches(self, secret: str, secret_hash: str) -> bool:
        """Whether the hash is this secret's; takes as long for a wrong one as for the right one."""

    def new_id(self, prefix: str) -> str:
        """`prefix_` and an id that nobody can guess."""
