--- The sessions that this Neovim follows. One is shown; others go on in the background while a turn of theirs runs.

local asks = require('singletree.chat.asks')
local connection = require('singletree.chat.connection')
local events = require('singletree.events')
local say = require('singletree.say')
local transcripts = require('singletree.chat.transcript')

local M = {}

---@class singletree.chat.Followed
---@field transcript singletree.chat.Transcript
---@field prompts integer that wait for the end of their turn
---@field pinned string[]
---@field dropped string[]
---@field chose boolean files were chosen, and the server is to be told
---@field loading boolean
---@field wish? integer which wish to show it is loaded for
---@field lost? boolean its server ended

---@type table<string, singletree.chat.Followed>
local followed = {}
---@type string?
local current
--- The newest wish to show a session: an older one that is still loading gives way.
local wish = 0
--- Sessions that are being made: the server may speak of one before it answers.
local creating = 0

--- Sessions that are being fetched.
M.fetching = 0

--- Hears which transcript is shown from now on. Set by the panel.
---@type fun(transcript: singletree.chat.Transcript)
M.shown = function(_) end

--- Hears that a session is being fetched, or is there. Set by the panel.
---@type fun()
M.fetched = function() end

---@return singletree.chat.Followed?
function M.current()
  return current and followed[current]
end

---@param id string
---@return singletree.chat.Transcript?
function M.transcript(id)
  return followed[id] and followed[id].transcript
end

---@param id string
---@return singletree.chat.Followed
local function follow(id)
  followed[id] = followed[id]
    or {
      transcript = transcripts.new(id),
      prompts = 0,
      pinned = {},
      dropped = {},
      chose = false,
      loading = false,
    }
  return followed[id]
end

---@param transcript singletree.chat.Transcript
---@param state table
local function take_state(transcript, state)
  transcript.modes = state.modes
  transcript.options = state.configOptions or {}
  local ours = (state._meta or {}).singletree or {}
  if ours.running ~= nil then
    transcript.running = ours.running
  end
end

--- The session that is left is closed unless something still runs in it.
---@param id string
local function show(id)
  local left = current
  current = id
  M.shown(followed[id].transcript)
  local before = left and left ~= id and followed[left]
  if before and not before.transcript.running and before.prompts == 0 then
    followed[left] = nil
    if connection.current() then
      connection.request('session/close', { sessionId = left })
    end
  end
end

---@return table
local function place()
  return { cwd = connection.folder(), mcpServers = {} }
end

--- Begins a session.
---@param done? fun(err?: lsp.ResponseError, found?: singletree.chat.Followed)
function M.create(done)
  wish = wish + 1
  local mine = wish
  creating = creating + 1
  connection.ensure(function(problem)
    local function finish(err, state)
      creating = creating - 1
      if err then
        return (done or say.refused)(err)
      end
      local found = follow(state.sessionId)
      take_state(found.transcript, state)
      if mine == wish then
        show(state.sessionId)
      end
      if done then
        done(nil, found)
      end
    end
    if problem then
      return finish(problem)
    end
    connection.request('session/new', place(), finish)
  end)
end

--- Tells a session's past and follows it; a turn that runs in it goes on before the reader's eyes.
---@param id string
---@param done? fun(err?: lsp.ResponseError)
function M.load(id, done)
  wish = wish + 1
  local known = followed[id]
  if known and not known.loading then
    show(id)
    return done and done()
  elseif known then
    -- It is on its way.
    known.wish = wish
    return
  end
  followed[id] = nil
  local found = follow(id)
  found.loading, found.wish = true, wish
  M.fetching = M.fetching + 1
  M.fetched()
  connection.ensure(function(problem)
    local function finish(err, state)
      M.fetching = M.fetching - 1
      M.fetched()
      if err then
        followed[id] = nil
        return (done or say.refused)(err)
      end
      found.loading = false
      take_state(found.transcript, state)
      if found.wish == wish then
        show(id)
      end
      if done then
        done()
      end
    end
    if problem then
      return finish(problem)
    end
    connection.request('session/load', vim.tbl_extend('force', { sessionId = id }, place()), finish)
  end)
end

--- The session that is shown, or a new one.
---@param done fun(found: singletree.chat.Followed)
---@param failed? fun()
function M.with(done, failed)
  local function refused(err)
    say.refused(err)
    if failed then
      failed()
    end
  end
  local found = M.current()
  if found and found.lost then
    return M.reload(function(err)
      if err then
        return refused(err)
      end
      done(assert(M.current(), 'a session that was loaded again is shown'))
    end)
  elseif found then
    return done(found)
  end
  M.create(function(err, made)
    if err then
      return refused(err)
    end
    done(assert(made, 'what is made without an error is told'))
  end)
end

--- Prompts that steered a turn are all answered when it ends: the last answer is its end.
---@param found singletree.chat.Followed
---@param reason string
---@param error? string
local function ended(found, reason, error)
  found.prompts = found.prompts - 1
  local transcript = found.transcript
  if followed[transcript.id] ~= found then
    return
  end
  if found.prompts > 0 then
    if error then
      transcripts.notice(transcript, error)
    end
  elseif transcript.running or error then
    local id = transcript.id
    asks.close(function(ask)
      return ask.session == id
    end)
    transcripts.ended(transcript, reason, error)
  end
  events.emit('SingletreeChat', { sessionId = transcript.id, running = transcript.running })
end

--- Says something in the session that is shown; to a turn that runs it is a word on the way.
---@param blocks table[]
---@param failed? fun() nothing of it was sent
function M.prompt(blocks, failed)
  M.with(function(found)
    local transcript = found.transcript
    found.prompts = found.prompts + 1
    transcript.running = true
    transcripts.sent(transcript, blocks)
    events.emit('SingletreeChat', { sessionId = transcript.id, running = true })
    local params = { sessionId = transcript.id, prompt = blocks }
    if found.chose then
      params._meta = { singletree = { pinned = found.pinned, dropped = found.dropped } }
    end
    connection.request('session/prompt', params, function(err, answer)
      if err then
        local data = type(err.data) == 'table' and err.data or {}
        ended(found, data.cause or 'failed', err.message)
      else
        ended(found, answer.stopReason)
      end
    end)
  end, failed)
end

--- Stops the turn of the session that is shown.
---@return boolean whether one ran
function M.stop()
  local found = M.current()
  if not found or not found.transcript.running then
    return false
  end
  connection.notify('session/cancel', { sessionId = found.transcript.id })
  asks.close(function(ask)
    return ask.session == found.transcript.id
  end)
  return true
end

---@param params { sessionId: string, update: table }
function M.on_update(params)
  local found = followed[params.sessionId]
  if not found and creating > 0 then
    found = follow(params.sessionId)
  end
  if found then
    local ran = found.transcript.running == true
    transcripts.update(found.transcript, params.update)
    if ran and not found.transcript.running then
      events.emit('SingletreeChat', { sessionId = params.sessionId, running = false })
    end
  end
end

--- The session is gone from the store.
---@param id string
function M.deleted(id)
  asks.close(function(ask)
    return ask.session == id
  end)
  followed[id] = nil
  if id == current then
    current = nil
    M.create()
  end
end

--- The server ended: what it said of a turn is not the end of it, and it knows none of the sessions any more.
local function lost()
  asks.close(function()
    return true
  end, 'the server ended')
  local found = M.current()
  for id, other in pairs(followed) do
    if other ~= found then
      followed[id] = nil
    end
  end
  if found then
    local ran = found.transcript.running
    found.prompts, found.transcript.running = 0, false
    transcripts.notice(
      found.transcript,
      ('The server ended%s. What was said is stored, and your next message goes on from there.'):format(
        ran and ' in the middle of the turn' or ''
      )
    )
    found.lost = true
  end
end

--- A server is there again: the session that is shown goes on with what is stored.
---@param done? fun(err?: lsp.ResponseError)
function M.reload(done)
  local found = M.current()
  if not found or not found.lost then
    return done and done()
  end
  local old, id = found, found.transcript.id
  followed[id] = nil
  M.load(id, function(err)
    if not err then
      ---@type singletree.chat.Followed?
      local known = followed[id]
      local now = assert(known, 'what was loaded is followed')
      now.pinned, now.dropped, now.chose = old.pinned, old.dropped, old.chose
      return done and done()
    end
    -- Nothing was said in it yet, so nothing is stored.
    current = nil
    M.create(done)
  end)
end

--- Whether the session that is shown has no server any more.
---@return boolean
local function is_lost()
  local found = M.current()
  return found ~= nil and found.lost == true
end

events.on('SingletreeServer', function(about)
  if not about.running and connection.is_bound(about.client_id) then
    lost()
  elseif about.running and is_lost() then
    vim.schedule(function()
      if is_lost() then
        M.reload()
      end
    end)
  end
end)

return M
