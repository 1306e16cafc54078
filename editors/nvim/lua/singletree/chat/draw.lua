--- Entries of a transcript as lines of its buffer: drawn at the end, grown, and patched where they stand.

local folds = require('singletree.chat.folds')
local render = require('singletree.chat.render')
local text = require('singletree.chat.text')

local M = {}

--- Bytes of a text that are written at once.
local SLICE_BYTES = 8 * 1024

local NAMESPACE = folds.NAMESPACE
--- Of what an empty transcript says.
M.HINT = vim.api.nvim_create_namespace('singletree.chat.hint')

local DECORATION = {
  user = { sign_text = '┃', sign_hl_group = 'SingletreeChatYou', line_hl_group = 'SingletreeChatYouLine' },
  thought = {
    sign_text = '┃',
    sign_hl_group = 'SingletreeChatMuted',
    line_hl_group = 'SingletreeChatMuted',
  },
}

---@param view singletree.chat.View
---@param from integer
---@param to integer
---@param lines string[]
local function set_lines(view, from, to, lines)
  vim.api.nvim_buf_set_lines(view.buffer, from, to, true, lines)
end

---@param kind string
---@return boolean
function M.is_text(kind)
  return kind == 'user' or kind == 'agent' or kind == 'thought'
end

---@param view singletree.chat.View
---@param first integer
---@param last integer
---@param kind string
local function decorate(view, first, last, kind)
  local how = DECORATION[kind]
  if how then
    for row = first, last do
      vim.api.nvim_buf_set_extmark(view.buffer, NAMESPACE, row, 0, how)
    end
  end
end

---@param view singletree.chat.View
---@param row integer
---@param block singletree.chat.Block
local function mark(view, row, block)
  for _, one in ipairs(block.marks) do
    vim.api.nvim_buf_set_extmark(view.buffer, NAMESPACE, row + one.row, one.col, {
      end_col = one.stop,
      hl_group = one.group,
      priority = 200,
    })
  end
  for at, sign in pairs(block.signs) do
    local of = { sign_text = sign.text, sign_hl_group = sign.group }
    vim.api.nvim_buf_set_extmark(view.buffer, NAMESPACE, row + at, 0, of)
  end
end

--- What running text begins with.
local HEADINGS = { user = 'You', thought = 'Thought' }

---@param entry singletree.chat.Entry
---@return singletree.chat.Block
local function heading(entry)
  local words = HEADINGS[entry.kind]
  local group = entry.kind == 'user' and 'SingletreeChatYou' or 'SingletreeChatMuted'
  return {
    lines = words and { words, '' } or { '' },
    marks = words and { { row = 0, col = 0, stop = #words, group = group } } or {},
    signs = {},
    fold = entry.kind == 'thought',
  }
end

---@param view singletree.chat.View
---@param lines string[]
local function append(view, lines)
  set_lines(view, view.total == 0 and 0 or view.total, view.total == 0 and -1 or view.total, lines)
  view.total = view.total + #lines
  for _, line in ipairs(lines) do
    view.bytes = view.bytes + #line + 1
  end
end

--- Draws the entry that comes next.
---@param view singletree.chat.View
---@param entry singletree.chat.Entry
function M.draw(view, entry)
  local before = view.drawn[#view.drawn]
  local running = M.is_text(entry.kind)
  local block = running and heading(entry) or render.block(entry)
  if running and block.fold then
    table.insert(block.lines, '')
  end
  local lead = (not before or before.fold and block.fold) and 0 or 1
  ---@type singletree.chat.Drawn
  local drawn = {
    lead = lead,
    lines = lead + #block.lines,
    fold = block.fold or false,
    tail = running and block.fold and 1 or 0,
    cursor = running and text.cursor() or nil,
    places = block.places,
    choices = block.choices,
  }
  local row = view.total + lead
  if view.total == 0 then
    vim.api.nvim_buf_clear_namespace(view.buffer, M.HINT, 0, -1)
  end
  append(view, lead == 1 and vim.list_extend({ '' }, block.lines) or block.lines)
  table.insert(view.drawn, drawn)
  mark(view, row, block)
  if running then
    decorate(view, row, view.total - 1, entry.kind)
  end
  if drawn.fold then
    folds.create(view.buffer, row + 1, view.total)
  end
end

--- Changes lines of an entry that is a fold, and keeps the fold as the user has it.
---@param view singletree.chat.View
---@param index integer
---@param change fun()
local function in_fold(view, index, change)
  local drawn = view.drawn[index]
  if not drawn.fold then
    return change()
  end
  local first = view:row(index) + drawn.lead + 1
  local state, before = folds.state(view.buffer, first), drawn.lines - drawn.lead
  change()
  local after = drawn.lines - drawn.lead
  if after ~= before then
    folds.mend(state, first, first + after - 1)
  end
end

--- Adds lines to an entry's text: the first goes behind its last line.
---@param view singletree.chat.View
---@param index integer
---@param lines string[]
local function add_text(view, index, lines)
  local drawn, entry = view.drawn[index], view.transcript.entries[index]
  local last = view:row(index) + drawn.lines - 1 - drawn.tail
  local old = vim.api.nvim_buf_get_lines(view.buffer, last, last + 1, true)[1]
  if lines[1] ~= '' then
    vim.api.nvim_buf_set_text(view.buffer, last, #old, last, #old, { lines[1] })
  end
  if #lines > 1 then
    set_lines(view, last + 1, last + 1, vim.list_slice(lines, 2))
    drawn.lines, view.total = drawn.lines + #lines - 1, view.total + #lines - 1
    decorate(view, last + 1, last + #lines - 1, entry.kind)
  end
end

--- Writes what an entry's text has grown by.
---@param view singletree.chat.View
---@param index integer
---@param deadline integer
---@return boolean finished
function M.grow(view, index, deadline)
  local drawn, entry = view.drawn[index], view.transcript.entries[index]
  local cursor, parts = assert(drawn.cursor, 'running text has a cursor'), assert(entry.parts)
  if not text.is_consumed(cursor, parts) then
    in_fold(view, index, function()
      repeat
        local lines = text.next(cursor, parts, SLICE_BYTES)
        if not lines then
          break
        end
        for _, line in ipairs(lines) do
          view.bytes = view.bytes + #line + 1
        end
        add_text(view, index, lines)
      until vim.uv.hrtime() > deadline
    end)
  end
  if not text.is_consumed(cursor, parts) then
    return false
  end
  local over = entry.done or index < #view.transcript.entries
  if over and not drawn.is_closed then
    drawn.is_closed = true
    local closing = text.closing(cursor)
    if closing then
      in_fold(view, index, function()
        add_text(view, index, { '', closing })
      end)
    end
  end
  return true
end

--- Makes the lines from `row` on others, and touches only what differs.
---@param view singletree.chat.View
---@param row integer
---@param count integer
---@param new string[]
local function patch(view, row, count, new)
  local old = vim.api.nvim_buf_get_lines(view.buffer, row, row + count, true)
  local front, back = 0, 0
  while front < math.min(#old, #new) and old[front + 1] == new[front + 1] do
    front = front + 1
  end
  while back < math.min(#old, #new) - front and old[#old - back] == new[#new - back] do
    back = back + 1
  end
  local same = math.min(#old, #new) - front - back
  for at = front, front + same - 1 do
    -- Within a line, so that marks, folds and cursors stay.
    vim.api.nvim_buf_set_text(view.buffer, row + at, 0, row + at, #old[at + 1], { new[at + 1] })
  end
  local rest = vim.list_slice(new, front + same + 1, #new - back)
  local from, to = row + front + same, row + #old - back
  if #rest > 0 or to > from then
    set_lines(view, from, to, rest)
  end
end

--- Draws an entry anew where it stands.
---@param view singletree.chat.View
---@param index integer
function M.redraw(view, index)
  local drawn, entry = view.drawn[index], view.transcript.entries[index]
  local block
  if M.is_text(entry.kind) then
    block = heading(entry)
    drawn.cursor = text.cursor()
    local lines = text.next(drawn.cursor, assert(entry.parts), math.huge) or {}
    block.lines[#block.lines] = block.lines[#block.lines] .. (lines[1] or '')
    vim.list_extend(block.lines, lines, 2)
    drawn.is_closed = nil
  else
    block = render.block(entry)
    drawn.places, drawn.choices = block.places, block.choices
  end
  local row, count = view:row(index) + drawn.lead, drawn.lines - drawn.lead
  in_fold(view, index, function()
    patch(view, row, count, block.lines)
    drawn.lines, view.total = drawn.lead + #block.lines, view.total + #block.lines - count
  end)
  vim.api.nvim_buf_clear_namespace(view.buffer, NAMESPACE, row, row + #block.lines)
  mark(view, row, block)
  decorate(view, row, row + #block.lines - 1, entry.kind)
end

return M
