--- When what is drawn: everything that concerns a buffer is drawn once, before the screen is.

local draw = require('singletree.review.draw')
local events = require('singletree.events')
local label = require('singletree.review.label')
local state = require('singletree.review.state')

local M = {}

require('singletree.review.colours')

---@type table<string, string>
local uris = {}

--- The file that a buffer shows, or proposes.
---@param buffer integer
---@return string? uri
function M.uri(buffer)
  local proposed = vim.b[buffer].singletree_proposed
  if proposed then
    return proposed
  end
  local name = vim.api.nvim_buf_get_name(buffer)
  if name == '' or vim.bo[buffer].buftype ~= '' then
    return nil
  end
  uris[name] = uris[name] or vim.uri_from_fname(name)
  return uris[name]
end

---@param buffer integer
---@return singletree.File?
function M.file(buffer)
  local uri = M.uri(buffer)
  return uri and state.file(uri)
end

---@type table<integer, integer> `changedtick` of the last change, by buffer
local ticks = {}

---@param buffer integer
local function follow(buffer)
  if ticks[buffer] then
    return
  end
  ticks[buffer] = 0
  vim.api.nvim_buf_attach(buffer, false, {
    on_lines = function(_, _, tick)
      if not ticks[buffer] then
        return true
      end
      ticks[buffer] = tick
    end,
    on_reload = function() end,
    on_detach = function()
      ticks[buffer] = nil
    end,
  })
end

--- Whether the server knows all that was typed.
---@param buffer integer
---@return boolean
local function is_settled(buffer)
  local tick = ticks[buffer] or 0
  return tick == 0 or (state.version(M.uri(buffer) or '') or 0) >= tick
end

---@type table<integer, true>
local stale = {}

---@param buffer integer
local function paint(buffer)
  local file = M.file(buffer)
  if file or draw.is_drawn(buffer) then
    follow(buffer)
    draw.draw(buffer, file, is_settled(buffer))
  end
end

--- Draws a buffer at once, for who moves the cursor there.
---@param buffer integer
function M.now(buffer)
  paint(buffer == 0 and vim.api.nvim_get_current_buf() or buffer)
end

--- The hunk at the cursor of the current window.
local function refocus()
  local buffer = vim.api.nvim_get_current_buf()
  if draw.is_drawn(buffer) then
    local place = require('singletree.review.places').at(buffer, vim.api.nvim_win_get_cursor(0)[1] - 1)
    draw.focus(buffer, M.file(buffer), place and place.hunk.id)
  end
end

local is_due = false

--- Draws what is stale and on the screen; what is not is drawn when it comes there.
local function paint_all()
  is_due = false
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local buffer = vim.api.nvim_win_get_buf(window)
    if stale[buffer] then
      stale[buffer] = nil
      paint(buffer)
    end
  end
  refocus()
end

---@param buffer integer
local function soon(buffer)
  stale[buffer] = true
  if not is_due then
    is_due = true
    vim.schedule(paint_all)
  end
end

--- Marks that are wider than the window now, or on the screen for the first time.
local function windows_changed()
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local buffer = vim.api.nvim_win_get_buf(window)
    if draw.is_drawn(buffer) or M.file(buffer) then
      soon(buffer)
    end
  end
end

local group = vim.api.nvim_create_augroup('singletree.review.paint', {})

---@param names string|string[]
---@param react fun(about: table)
---@param pattern? string|string[]
local function on(names, react, pattern)
  vim.api.nvim_create_autocmd(names, { group = group, pattern = pattern, callback = react })
end

events.on('SingletreeReview', function(about)
  local changed = {}
  for _, uri in ipairs(about.uris) do
    changed[state.key(uri)] = true
  end
  label.forget_keys()
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    local uri = vim.api.nvim_buf_is_loaded(buffer) and M.uri(buffer)
    if uri and changed[state.key(uri)] then
      soon(buffer)
    end
  end
end)

on({ 'BufWinEnter', 'WinResized', 'TabEnter', 'FileType', 'Syntax', 'BufFilePost' }, windows_changed)
on(
  'OptionSet',
  windows_changed,
  { 'wrap', 'diff', 'tabstop', 'number', 'relativenumber', 'signcolumn', 'termguicolors' }
)
on('WinScrolled', function()
  -- At once: it comes before the screen is drawn, and what scrolls into sight has its colours from the first.
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local buffer = vim.api.nvim_win_get_buf(window)
    if draw.is_drawn(buffer) then
      paint(buffer)
    end
  end
end)
on({ 'CursorMoved', 'CursorMovedI', 'BufEnter' }, refocus)
on('BufUnload', function(about)
  draw.forget(about.buf)
  stale[about.buf] = nil
end)

windows_changed()

return M
