--- Keeps `state` in step with the servers: their notifications, what Neovim tells them of typing, and their ends.

local client = require('singletree.client')
local events = require('singletree.events')
local state = require('singletree.review.state')

local M = {}

--- What can wait for a pause of the user's waits for one of this length.
local PAUSE_MS = 250

---@param uris string[]
local function emit(uris)
  if #uris > 0 then
    events.emit('SingletreeReview', { uris = uris })
  end
end

---@type table<integer, uv.uv_timer_t>
local timers = {}

---@param client_id integer
local function ask_places(client_id)
  local server = vim.lsp.get_client_by_id(client_id)
  if not server then
    return
  end
  client.execute('singletree.review.state', {}, function(err, result)
    if not err and result and vim.lsp.get_client_by_id(client_id) then
      emit(state.place(client_id, result.reviews))
    end
  end, server)
end

--- Asks the server where its hunks stand, once the user pauses.
---@param client_id integer
local function doubt(client_id)
  local timer = timers[client_id] or assert(vim.uv.new_timer())
  timers[client_id] = timer
  timer:start(
    PAUSE_MS,
    0,
    vim.schedule_wrap(function()
      ask_places(client_id)
    end)
  )
end

---@type table<string, true>
local moved = {}
local moving = assert(vim.uv.new_timer())

--- Hunks that were merely moved are where their marks have gone by themselves, so nobody needs to know before the user
--- pauses: typing costs nothing but the arithmetic.
---@param uri string
local function note_move(uri)
  moved[uri] = true
  moving:start(
    PAUSE_MS,
    0,
    vim.schedule_wrap(function()
      local uris = vim.tbl_keys(moved)
      moved = {}
      emit(uris)
    end)
  )
end

---@type table<integer, true> servers that have told of a review
local known = {}

--- `singletree/review`
---@param params singletree.ReviewParams
---@param ctx lsp.HandlerContext
function M.on_review(params, ctx)
  local server = vim.lsp.get_client_by_id(ctx.client_id)
  if not server or type(params) ~= 'table' then
    return
  end
  emit(state.apply(ctx.client_id, server.offset_encoding, params))
  if not known[ctx.client_id] then
    -- What was typed before this module listened is not known.
    known[ctx.client_id] = true
    ask_places(ctx.client_id)
  end
end

---@param data { client_id: integer, method: string, params: table }
local function on_sent(data)
  if not known[data.client_id] then
    return
  end
  local document = data.params and data.params.textDocument
  if data.method == 'textDocument/didChange' then
    local changes = data.params.contentChanges
    local has_moved, is_certain = state.typed(data.client_id, document.uri, document.version, changes)
    if not is_certain then
      emit({ document.uri })
      doubt(data.client_id)
    elseif has_moved then
      note_move(document.uri)
    end
  elseif
    data.method == 'textDocument/didOpen' and state.opened(data.client_id, document.uri, document.version)
  then
    -- The text may be another one than the server knew, and it moves hunks without a word.
    ask_places(data.client_id)
    emit({ document.uri })
  end
end

---@param client_id integer
local function forget(client_id)
  known[client_id] = nil
  if timers[client_id] then
    timers[client_id]:stop()
    timers[client_id]:close()
    timers[client_id] = nil
  end
  emit(state.forget(client_id))
end

vim.api.nvim_create_autocmd('LspNotify', {
  group = vim.api.nvim_create_augroup('singletree.review.track', {}),
  callback = function(about)
    on_sent(about.data)
  end,
})
events.on('SingletreeServer', function(about)
  if not about.running then
    forget(about.client_id)
  end
end)

return M
