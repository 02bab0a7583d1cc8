#!lua
-- Forgets some sessions that expired before a moment, and says how many. The server may have dropped a session's own
-- keys by then, so the index says whose it was. A key that has opened another session since stays.
local by_expiry = KEYS[1]
local long_ago, most = unpack(ARGV)
local found = redis.call('ZRANGEBYSCORE', by_expiry, '-inf', long_ago, 'LIMIT', 0, most)
for _, member in ipairs(found) do
    local id, owner = string.match(member, '^(%S*) (.*)$')
    local session = 'trimtab:session:' .. id
    local opening = redis.call('HGET', session, 'opening')
    if opening and redis.call('GET', opening) == id then
        redis.call('DEL', opening)
    end
    redis.call('DEL', session, 'trimtab:log:' .. id, 'trimtab:writes:' .. id)
    redis.call('ZREM', 'trimtab:owner:' .. owner, id)
    redis.call('ZREM', by_expiry, member)
end
return #found
