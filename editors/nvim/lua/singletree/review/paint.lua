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

---@class singletree.Unsent a change of lines that no server knows of yet
---@field tick integer
---@field first integer
---@field last integer
---@field new_last integer

---@type table<integer, singletree.Unsent[]> by buffer
local unsent = {}

--- Changes that are remembered; more are only there if no server listens.
local MOST_UNSENT = 1000

---@param buffer integer
local function follow(buffer)
  if unsent[buffer] then
    return
  end
  unsent[buffer] = {}
  vim.api.nvim_buf_attach(buffer, false, {
    on_lines = function(_, _, tick, first, last, new_last)
      local list = unsent[buffer]
      if not list or not draw.is_drawn(buffer) then
        unsent[buffer] = nil
        return true
      end
      if #list < MOST_UNSENT then
        list[#list + 1] = { tick = tick, first = first, last = last, new_last = new_last }
      end
    end,
    on_reload = function()
      unsent[buffer] = {}
    end,
    on_detach = function()
      unsent[buffer] = nil
    end,
  })
end

--- A row that the server names, after what was typed since it was told of any.
---@param buffer integer
---@return fun(row: integer): integer
local function translation(buffer)
  local version = state.version(M.uri(buffer) or '') or 0
  local list = vim.tbl_filter(function(change)
    return change.tick > version
  end, unsent[buffer] or {})
  unsent[buffer] = list
  return function(row)
    for _, change in ipairs(list) do
      if row >= change.last then
        row = row + change.new_last - change.last
      elseif row > change.first then
        row = math.min(row, change.new_last)
      end
    end
    return row
  end
end

---@type table<integer, true>
local stale = {}

---@param buffer integer
local function paint(buffer)
  local file = M.file(buffer)
  if file or draw.is_drawn(buffer) then
    if file then
      follow(buffer)
    end
    draw.draw(buffer, file, translation(buffer))
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
    draw.focus(buffer, M.file(buffer), place and place.hunk.id, translation(buffer))
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

---@param names vim.api.keyset.events|vim.api.keyset.events[]
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

if require('singletree.config').get().review.signs then
  require('singletree.review.folds').watch()
end
windows_changed()

return M
