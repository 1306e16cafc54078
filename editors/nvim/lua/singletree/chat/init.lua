--- The chat: what the server says of sessions and asks in them, and what the rest of the plugin may know.

local say = require('singletree.say')
local wait = require('singletree.wait').wait

local M = {}

local asks = require('singletree.chat.asks')
local session = require('singletree.chat.session')
local transcripts = require('singletree.chat.transcript')

---@return table
local function panel()
  return require('singletree.chat.panel')
end

--- `session/update`
M.on_update = session.on_update

--- A question stands: where the user does not see it, it is said.
---@param ask singletree.chat.Ask
local function put(ask)
  asks.add(ask, session.transcript(ask.session))
  if not panel().shows(ask.session) then
    say.warn(ask.title .. ' (:Singletree answer)')
  end
end

--- `session/request_permission`
---@param params table
---@return table
function M.on_permission(params)
  return wait(function(done)
    put(require('singletree.chat.permissions').ask(params, done))
  end)
end

--- `elicitation/create`
---@param params table
---@return table
function M.on_form(params)
  if params.mode ~= 'form' then
    return { action = 'cancel' }
  end
  local now = session.current()
  local id = params.sessionId or now and now.transcript.id or ''
  return wait(function(done)
    put(require('singletree.chat.forms').ask(params, id, done))
  end)
end

---@param key string
local function close(key)
  asks.close(function(ask)
    return ask.key == key
  end, 'answered elsewhere, or not needed any more')
end

--- `_singletree/permission/closed`
---@param params { sessionId: string, toolCallId: string }
function M.on_permission_closed(params)
  close(('permission:%s:%s'):format(params.sessionId, params.toolCallId))
end

--- `_singletree/elicitation/closed`
---@param params { id: string }
function M.on_form_closed(params)
  close('form:' .. params.id)
end

--- `_singletree/context`
---@param params table
function M.on_context(params)
  local transcript = session.transcript(params.sessionId)
  if transcript then
    transcripts.context(transcript, params)
  end
end

--- `_singletree/notice`
---@param params { sessionId: string, message: string }
function M.on_notice(params)
  local transcript = session.transcript(params.sessionId)
  if transcript then
    transcripts.notice(transcript, params.message)
  end
end

--- What waits for an answer, oldest first.
---@return singletree.chat.Ask[] each with `title` and `open`
function M.pending()
  return asks.all()
end

--- Stops the turn of the session that is shown.
---@return boolean whether one ran
function M.stop()
  return session.stop()
end

--- The session that is shown, in few words.
---@return singletree.chat.Summary?
function M.summary()
  return require('singletree.chat.bar').summary()
end

--- Opens the chat.
---@param words? string a message to send
function M.open(words)
  panel().open({ focus = true }, function()
    if words and words ~= '' then
      require('singletree.chat.prompt').say(words)
    end
  end)
end

--- Opens the chat on a stored session.
---@param id string
function M.resume(id)
  panel().open({ focus = true }, function()
    session.load(id)
  end)
end

function M.close()
  panel().close()
end

--- Fills a buffer of the chat's that is read (`:edit`).
---@param buffer integer
function M.adopt(buffer)
  panel().adopt(buffer)
end

--- Fills the chat's windows that a session file restored.
function M.restore()
  panel().restore()
end

return M
