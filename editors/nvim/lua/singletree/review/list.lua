--- Every hunk in the quickfix list, kept up to date for as long as the list is there.

local draw = require('singletree.review.draw')
local events = require('singletree.events')
local label = require('singletree.review.label')
local paint = require('singletree.review.paint')
local say = require('singletree.say')
local shape = require('singletree.review.shape')
local state = require('singletree.review.state')

local M = {}

local TITLE = 'Singletree: proposed changes'

---@type integer? of our list among the quickfix lists
local list_id

local TYPES = { conflict = 'W', streaming = 'I', keeping = 'I', pending = 'N' }

---@param hunk singletree.Hunk
---@param file singletree.File
---@return string
local function text(hunk, file)
  local parts = { label.of(hunk, file) }
  table.insert(parts, shape.size(hunk) ~= '' and shape.size(hunk) or nil)
  table.insert(parts, shape.telling(hunk) ~= '' and shape.telling(hunk) or nil)
  return table.concat(parts, ' │ ')
end

--- Lines as the marks say, where the file is shown.
---@param file singletree.File
---@return table<string, integer> by hunk
local function lines_of(file)
  local lines = {}
  local buffer = vim.fn.bufnr(vim.uri_to_fname(file.uri))
  for _, place in ipairs(buffer ~= -1 and draw.places(buffer) or {}) do
    lines[place.hunk.id] = place.first + 1
  end
  return lines
end

---@return table[]
local function items()
  local found = {}
  for _, file in ipairs(state.files()) do
    local lines = lines_of(file)
    for _, hunk in ipairs(file.hunks) do
      local place = shape.of(hunk)
      local line = lines[hunk.id] or place.first + 1
      table.insert(found, {
        filename = file.kind == 'create' and require('singletree.review.proposed').name(file.uri)
          or vim.uri_to_fname(file.uri),
        lnum = line,
        end_lnum = line + math.max(place.last - place.first - 1, 0),
        col = 1,
        type = TYPES[hunk.state],
        text = text(hunk, file),
        user_data = hunk.id,
      })
    end
  end
  return found
end

--- The number of the entry that was current, in the new entries.
---@param entries table[]
---@return integer?
local function same_entry(entries)
  local before = vim.fn.getqflist({ id = list_id, idx = 0, items = true })
  local current = before.items and before.items[before.idx]
  for index, entry in ipairs(entries) do
    if current and entry.user_data == current.user_data then
      return index
    end
  end
  return before.idx and before.idx > 0 and math.min(before.idx, #entries) or nil
end

local is_due = false

local function refresh()
  is_due = false
  if list_id and vim.fn.getqflist({ id = list_id }).id == list_id then
    local entries = items()
    local index = same_entry(entries)
    local windows = vim.fn.getqflist({ id = list_id, winid = true }).winid
    local view = windows ~= 0 and vim.api.nvim_win_call(windows, vim.fn.winsaveview) or nil
    vim.fn.setqflist({}, 'r', { id = list_id, title = TITLE, items = entries, idx = index })
    if view then
      vim.api.nvim_win_call(windows, function()
        vim.fn.winrestview(view)
      end)
    end
  else
    list_id = nil
  end
end

events.on('SingletreeReview', function()
  if list_id and not is_due then
    is_due = true
    vim.defer_fn(refresh, 50)
  end
end)

function M.open()
  local entries = items()
  if #entries == 0 then
    return say.info('nothing is proposed')
  end
  local is_there = list_id and vim.fn.getqflist({ id = list_id }).id == list_id
  vim.fn.setqflist({}, is_there and 'r' or ' ', {
    id = is_there and list_id or nil,
    title = TITLE,
    items = entries,
  })
  if is_there then
    vim.cmd(('silent %dchistory'):format(vim.fn.getqflist({ id = list_id, nr = 0 }).nr))
  end
  list_id = vim.fn.getqflist({ id = 0 }).id
  local file = paint.file(0)
  local line = vim.api.nvim_win_get_cursor(0)[1]
  for index, entry in ipairs(entries) do
    if file and vim.uri_to_fname(file.uri) == entry.filename and entry.lnum <= line then
      vim.fn.setqflist({}, 'r', { id = list_id, idx = index })
    end
  end
  vim.cmd('botright copen')
end

return M
