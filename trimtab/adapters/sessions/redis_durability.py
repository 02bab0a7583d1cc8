"""Says once, in the log, when a session server would forget sessions."""

import logging
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


async def warn_if_forgetful(client: Redis) -> None:
    """Looks at how the server keeps its data. A server that doesn't let us look is taken as it is."""
    try:
        facts: dict[str, Any] = {**await client.info("persistence"), **await client.info("memory")}
    except (RedisError, OSError):
        return
    if not facts.get("aof_enabled"):
        logger.warning(
            "The session server has appendonly off: changes since its last snapshot are lost when it stops. "
            "Set `appendonly yes` there."
        )
    if facts.get("maxmemory") and facts.get("maxmemory_policy") != "noeviction":
        logger.warning(
            "The session server drops sessions when its memory is full. Set `maxmemory-policy noeviction` there."
        )
