#!lua
-- Makes or changes a session by compare-and-set: all of it, or nothing and the reason why not.
-- A write that comes a second time, because its answer was lost with the connection, gets the answer it had.
-- The server doesn't take back what a script wrote before it failed, so all that can fail comes before the first write.
local session, log, writes, of_owner, by_expiry, opening = unpack(KEYS)
local act, id, owner, write_id, now, expires, keep_ms, schema, state,
      expected_version, head_seq, head_hash, seq, hash = unpack(ARGV, 1, 14)
local FIRST_ENTRY, REMEMBERED_WRITES = 15, 64

local function answer(outcome)
    local facts = redis.call('HMGET', session, 'created_at', 'expires_at', 'log_seq', 'log_hash')
    return {outcome, facts[1], facts[2], facts[3], facts[4]}
end

local function living(of)
    local until_when = redis.call('HGET', of, 'expires_at')
    return until_when and tonumber(until_when) > tonumber(now)
end

local function keep(key)
    if redis.call('PTTL', key) < tonumber(keep_ms) then
        redis.call('PEXPIRE', key, keep_ms)
    end
end

if redis.call('LPOS', writes, write_id) then
    return answer('done')
end

if act == 'create' then
    if redis.call('EXISTS', session) == 1 then
        return {'used'}
    end
    if opening then
        local opened = redis.call('GET', opening)
        if opened and living('trimtab:session:' .. opened) then
            return {'opened', opened}
        end
    end
else
    local facts = redis.call('HMGET', session, 'owner', 'expires_at', 'schema_version', 'version', 'log_seq', 'log_hash',
        'opening')
    if facts[1] ~= owner then
        return {'unknown'}
    elseif tonumber(facts[2]) <= tonumber(now) then
        return {'expired', facts[2]}
    elseif tonumber(facts[3]) > tonumber(schema) then
        return {'newer'}
    elseif facts[4] ~= expected_version then
        return {'conflict', facts[4]}
    elseif #ARGV >= FIRST_ENTRY and (facts[5] ~= head_seq or facts[6] ~= head_hash) then
        return {'unlinked', facts[5]}
    end
    if tonumber(facts[2]) > tonumber(expires) then
        expires = facts[2]
    end
    opening = facts[7]
end

-- Fail, where these keys hold something else, and where this user may not announce. Whoever hears of the change
-- can't look before this script ends.
redis.call('LLEN', log)
redis.call('ZCARD', of_owner)
redis.call('ZCARD', by_expiry)
redis.call('PUBLISH', 'trimtab:changes', id)

redis.call('ZADD', by_expiry, expires, id .. ' ' .. owner)
if act == 'create' then
    redis.call('ZADD', of_owner, now, id)
    if opening then
        redis.call('SET', opening, id)
        redis.call('HSET', session, 'opening', opening)
    end
    redis.call('HSET', session, 'owner', owner, 'created_at', now, 'log_seq', head_seq, 'log_hash', head_hash)
end
for entry = FIRST_ENTRY, #ARGV do
    redis.call('RPUSH', log, ARGV[entry])
end
if #ARGV >= FIRST_ENTRY then
    redis.call('HSET', session, 'log_seq', seq, 'log_hash', hash)
end
redis.call('HSET', session, 'expires_at', expires, 'schema_version', schema, 'state', state,
    'version', expected_version + 1)
redis.call('LPUSH', writes, write_id)
redis.call('LTRIM', writes, 0, REMEMBERED_WRITES - 1)
for _, key in ipairs({session, log, writes, of_owner, by_expiry}) do
    keep(key)
end
if opening then
    keep(opening)
end
return answer('done')
