-- Moves the expiry of a session that was read. Never back, and never of one that is gone.
local session, log, writes, of_owner, by_expiry = unpack(KEYS)
local id, expires, keep_ms = unpack(ARGV)
local stands = redis.call('HGET', session, 'expires_at')
if not stands then
    return
end
if tonumber(stands) < tonumber(expires) then
    redis.call('HSET', session, 'expires_at', expires)
    redis.call('ZADD', by_expiry, expires, id)
end
for _, key in ipairs({session, log, writes, of_owner, redis.call('HGET', session, 'opening')}) do
    if key and key ~= '' then
        redis.call('PEXPIRE', key, keep_ms)
    end
end
