"""Approvers' secrets as scrypt hashes: each guess costs 16 MB and tens of milliseconds."""

import base64
import hashlib
import hmac
import secrets
from typing import Final

_COST, _BLOCK, _LANES = 2**14, 8, 1
_MOST_MEMORY: Final = 64 * 2**20
_SALT_BYTES: Final = 16
_ID_BYTES: Final = 12
_SCHEME: Final = "scrypt"


class ScryptSecrets:
    """Implements `Secrets`. A hash is `scrypt$cost$block$lanes$salt$hash`, so that the cost can be raised later."""

    def hashed(self, secret: str) -> str:
        """See `Secrets.hashed`."""
        salt = secrets.token_bytes(_SALT_BYTES)
        made = _scrypt(secret, salt, cost=_COST, block=_BLOCK, lanes=_LANES)
        return "$".join((_SCHEME, str(_COST), str(_BLOCK), str(_LANES), _text(salt), _text(made)))

    def matches(self, secret: str, secret_hash: str) -> bool:
        """See `Secrets.matches`."""
        scheme, cost, block, lanes, salt, known = secret_hash.split("$")
        if scheme != _SCHEME:
            return False
        made = _scrypt(secret, base64.b64decode(salt), cost=int(cost), block=int(block), lanes=int(lanes))
        return hmac.compare_digest(made, base64.b64decode(known))

    def new_id(self, prefix: str) -> str:
        """See `Secrets.new_id`."""
        return f"{prefix}_{secrets.token_urlsafe(_ID_BYTES)}"


def _scrypt(secret: str, salt: bytes, *, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=_MOST_MEMORY)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
