--- The turns of this Neovim: what runs, what it says it does, and what came of those that began here.

local client = require('singletree.client')
local events = require('singletree.events')
local say = require('singletree.say')

local M = {}

---@class singletree.Turn
---@field id string
---@field title string what the server calls it: `document shapes.py`
---@field step string what it does right now
---@field client_id integer

---@class singletree.TurnParams
---@field turnId string
---@field state 'running'|'completed'|'stopped'|'failed'
---@field text? string
---@field stopReason? string
---@field error? string

--- The server's token of a turn's progress begins with this.
local TOKEN = 'singletree/'
--- Turns that ended before the answer to `run` said that they were ours.
local REMEMBERED = 20

---@type table<string, singletree.Turn>
local active = {}
---@type string[] ids of `active`, oldest first
local order = {}
---@type table<string, fun(turn: singletree.TurnParams)>
local begun = {}
---@type singletree.TurnParams[]
local ended = {}

--- What runs, oldest first.
---@return singletree.Turn[]
function M.running()
  return vim.tbl_map(function(id)
    return active[id]
  end, order)
end

--- A turn that the user began here; `done` hears how it ended.
---@param turn_id string
---@param done fun(turn: singletree.TurnParams)
function M.began(turn_id, done)
  for _, turn in ipairs(ended) do
    if turn.turnId == turn_id then
      return done(turn)
    end
  end
  begun[turn_id] = done
end

---@param params singletree.TurnParams
local function finish(params)
  active[params.turnId] = nil
  order = vim.tbl_filter(function(id)
    return id ~= params.turnId
  end, order)
  local done = begun[params.turnId]
  if done then
    begun[params.turnId] = nil
    done(params)
    return
  end
  table.insert(ended, params)
  if #ended > REMEMBERED then
    table.remove(ended, 1)
  end
end

--- `singletree/turn`
---@param params singletree.TurnParams
---@param ctx lsp.HandlerContext
function M.on_turn(params, ctx)
  if params.state ~= 'running' then
    finish(params)
  elseif not active[params.turnId] then
    active[params.turnId] = { id = params.turnId, title = '', step = '', client_id = ctx.client_id }
    table.insert(order, params.turnId)
  end
  events.emit('SingletreeTurn', { turnId = params.turnId, state = params.state })
end

--- `$/progress`: ours is noted, and Neovim's own handling of all goes on.
---@param params lsp.ProgressParams
---@param ctx lsp.HandlerContext
---@param err? lsp.ResponseError
---@param options? table
function M.on_progress(params, ctx, err, options)
  local turn = active[tostring(params.token):sub(#TOKEN + 1)]
  if turn and params.value.kind ~= 'end' then
    local value = params.value --[[@as { title?: string, message?: string }]]
    turn.title = value.title or turn.title
    turn.step = value.message or turn.step
    events.emit('SingletreeTurn', { turnId = turn.id, state = 'running' })
  end
  return vim.lsp.handlers['$/progress'](err, params, ctx, options)
end

--- Stops what runs here: one turn, or all.
---@param turn_id? string
function M.stop(turn_id)
  if #order == 0 then
    return say.info('nothing runs')
  end
  for _, turn in ipairs(M.running()) do
    if not turn_id or turn.id == turn_id then
      client.execute('singletree.stop', { turnId = turn.id }, nil, vim.lsp.get_client_by_id(turn.client_id))
    end
  end
end

events.on('SingletreeServer', function(about)
  if about.running then
    return
  end
  for _, turn in ipairs(M.running()) do
    if turn.client_id == about.client_id then
      finish({ turnId = turn.id, state = 'failed', error = 'the server ended in the middle of the turn' })
      events.emit('SingletreeTurn', { turnId = turn.id, state = 'failed' })
    end
  end
end)

return M
