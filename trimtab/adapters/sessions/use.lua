#!lua
-- Moves the expiry of a session that was read. Never back, and never of one that is gone.
local session, log, writes, of_owner, by_expiry = unpack(KEYS)
local id, owner, expires, keep_ms = unpack(ARGV)
local stands, opening = unpack(redis.call('HMGET', session, 'expires_at', 'opening'))
if not stands or tonumber(stands) >= tonumber(expires) then
    return
end
redis.call('HSET', session, 'expires_at', expires)
redis.call('ZADD', by_expiry, expires, id .. ' ' .. owner)
for _, key in ipairs({session, log, writes, of_owner, by_expiry, opening or nil}) do
    if redis.call('PTTL', key) < tonumber(keep_ms) then
        redis.call('PEXPIRE', key, keep_ms)
    end
end
