--- A transcript in a buffer. What changes is noted, and written some thirty times a second in short slices; text that
--- grows is appended, and what changes in place is patched line by line, so that no cursor, fold or view moves.

local folds = require('singletree.chat.folds')
local render = require('singletree.chat.render')
local text = require('singletree.chat.text')

local M = {}

--- Between two writes.
local PAUSE_MS = 35
--- The longest that one slice writes, and how much of a text at once.
local SLICE_NS = 1.5e6
local SLICE_BYTES = 8 * 1024
--- Bytes of a buffer above which its syntax is not looked at any more.
local MOST_SYNTAX = 1024 * 1024

local NAMESPACE = folds.NAMESPACE
local HINT = vim.api.nvim_create_namespace('singletree.chat.hint')

local DECORATION = {
  user = { sign_text = '┃', sign_hl_group = 'SingletreeChatYou', line_hl_group = 'SingletreeChatYouLine' },
  thought = {
    sign_text = '┃',
    sign_hl_group = 'SingletreeChatMuted',
    line_hl_group = 'SingletreeChatMuted',
  },
}

---@class singletree.chat.Drawn
---@field lead integer empty lines before it
---@field lines integer with the lead
---@field fold boolean
---@field tail integer lines that stand behind the text
---@field cursor? singletree.chat.Cursor of running text
---@field is_closed? boolean
---@field places? table<integer, { path: string, line?: integer }>
---@field choices? table<integer, integer>

---@class singletree.chat.View
---@field buffer integer
---@field transcript singletree.chat.Transcript
---@field drawn singletree.chat.Drawn[]
---@field total integer
---@field dirty table<integer, true>
---@field timer uv.uv_timer_t
---@field waits boolean
---@field wrote integer
---@field bytes integer
---@field after? fun() called after each write
local View = {}
View.__index = View

---@param lines string[]
---@param from integer
---@param to integer
---@param view singletree.chat.View
local function set_lines(view, from, to, lines)
  vim.api.nvim_buf_set_lines(view.buffer, from, to, true, lines)
end

--- The first row of an entry, its lead included.
---@param index integer
---@return integer
function View:row(index)
  local row = self.total
  for at = #self.drawn, index, -1 do
    row = row - self.drawn[at].lines
  end
  return row
end

--- The entry that stands at a row, and the row in it.
---@param row integer from 0
---@return singletree.chat.Entry? entry
---@return singletree.chat.Drawn? drawn
---@return integer? row
function View:at(row)
  local start = 0
  for index, drawn in ipairs(self.drawn) do
    if row < start + drawn.lines then
      return self.transcript.entries[index], drawn, row - start - drawn.lead
    end
    start = start + drawn.lines
  end
end

---@param kind string
---@return boolean
local function is_text(kind)
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
local function draw(view, entry)
  local before = view.drawn[#view.drawn]
  local running = is_text(entry.kind)
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
    vim.api.nvim_buf_clear_namespace(view.buffer, HINT, 0, -1)
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
  local state, before = folds.state(view.buffer, first), drawn.lines
  change()
  if drawn.lines ~= before then
    folds.mend(state, first, first + drawn.lines - drawn.lead - 1)
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
local function grow(view, index, deadline)
  local drawn, entry = view.drawn[index], view.transcript.entries[index]
  if not text.is_consumed(drawn.cursor, entry.parts) then
    in_fold(view, index, function()
      repeat
        local lines = text.next(drawn.cursor, entry.parts, SLICE_BYTES)
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
  if not text.is_consumed(drawn.cursor, entry.parts) then
    return false
  end
  local over = entry.done or index < #view.transcript.entries
  if over and not drawn.is_closed then
    drawn.is_closed = true
    local closing = text.closing(drawn.cursor)
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
local function redraw(view, index)
  local drawn, entry = view.drawn[index], view.transcript.entries[index]
  local block
  if is_text(entry.kind) then
    block = heading(entry)
    drawn.cursor = text.cursor()
    local lines = text.next(drawn.cursor, entry.parts, math.huge) or {}
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

--- The windows whose user looks at the end.
---@param view singletree.chat.View
---@return integer[]
local function at_end(view)
  local last = vim.api.nvim_buf_line_count(view.buffer)
  local here = vim.api.nvim_get_current_win()
  local selects = vim.api.nvim_get_mode().mode:match('^[vV\22sS\19]') ~= nil
  return vim.tbl_filter(function(window)
    if window == here and selects then
      return false
    end
    local line = vim.api.nvim_win_get_cursor(window)[1]
    if line >= last then
      return true
    elseif window ~= here then
      return vim.fn.line('w$', window) >= last
    end
    -- The last line may be in a closed fold.
    return vim.fn.foldclosedend(line) >= last
  end, vim.fn.win_findbuf(view.buffer))
end

--- Where a command in between disturbs nobody: not while a selection, a menu or a command is open.
local CALM = { n = true, i = true, t = true, nt = true }

--- Shows the end at the bottom of these windows.
---@param view singletree.chat.View
---@param windows integer[]
local function follow(view, windows)
  local last = vim.api.nvim_buf_line_count(view.buffer)
  local is_calm = CALM[vim.api.nvim_get_mode().mode]
  for _, window in ipairs(windows) do
    vim.api.nvim_win_set_cursor(window, { last, 0 })
    pcall(vim.api.nvim_win_call, window, function()
      if is_calm and (vim.fn.line('w$') < last or vim.fn.line('w0') > 1) then
        vim.cmd('normal! zb')
      end
    end)
  end
end

--- One slice of what is to be written.
---@param view singletree.chat.View
---@return boolean finished
local function slice(view)
  local deadline = vim.uv.hrtime() + SLICE_NS
  local entries = view.transcript.entries
  for index in pairs(view.dirty) do
    local drawn, entry = view.drawn[index], entries[index]
    if drawn and entry then
      if entry.anew or not is_text(entry.kind) then
        entry.anew = nil
        redraw(view, index)
      end
      if is_text(entry.kind) and not grow(view, index, deadline) then
        return false
      end
    end
    view.dirty[index] = nil
    if vim.uv.hrtime() > deadline then
      return false
    end
  end
  while #view.drawn < #entries do
    -- What has come meanwhile follows the entry before.
    local before = #view.drawn
    if before > 0 and is_text(entries[before].kind) and not grow(view, before, deadline) then
      return false
    end
    draw(view, entries[before + 1])
    if is_text(entries[before + 1].kind) and not grow(view, before + 1, deadline) then
      view.dirty[before + 1] = true
      return false
    end
    if vim.uv.hrtime() > deadline then
      return #view.drawn == #entries
    end
  end
  return true
end

--- What nobody can follow at a glance is drawn without its syntax.
---@param view singletree.chat.View
local function check_size(view)
  if view.bytes > MOST_SYNTAX and not view.is_plain then
    view.is_plain = true
    pcall(vim.treesitter.stop, view.buffer)
    vim.bo[view.buffer].syntax = ''
  end
end

---@return boolean
function View:is_valid()
  return vim.api.nvim_buf_is_valid(self.buffer) and vim.api.nvim_buf_is_loaded(self.buffer)
end

--- Someone else has written into the buffer: it is drawn anew.
---@param view singletree.chat.View
local function check_untouched(view)
  if vim.api.nvim_buf_line_count(view.buffer) ~= math.max(1, view.total) then
    set_lines(view, 0, -1, {})
    vim.api.nvim_buf_clear_namespace(view.buffer, NAMESPACE, 0, -1)
    view.drawn, view.total, view.dirty, view.bytes = {}, 0, {}, 0
  end
end

function View:write()
  self.waits = false
  if not self:is_valid() then
    return
  end
  vim.bo[self.buffer].modifiable = true
  check_untouched(self)
  local windows = at_end(self)
  local ok, finished = xpcall(slice, debug.traceback, self)
  vim.bo[self.buffer].modifiable = false
  vim.bo[self.buffer].modified = false
  if not ok then
    return require('singletree.say').error(tostring(finished))
  end
  check_size(self)
  follow(self, windows)
  self.wrote = vim.uv.now()
  if not finished then
    -- Keys and the screen come first.
    self:later(2)
  elseif self.after then
    self.after()
  end
end

---@param delay integer
function View:later(delay)
  if not self.waits then
    self.waits = true
    self.timer:start(
      delay,
      0,
      vim.schedule_wrap(function()
        self:write()
      end)
    )
  end
end

--- Notes that an entry is to be drawn; none: that there may be new ones.
---@param index? integer
function View:touch(index)
  if index then
    self.dirty[index] = true
  end
  self:later(math.max(1, PAUSE_MS - (vim.uv.now() - self.wrote)))
end

--- Entries were taken away at the end.
function View:truncate()
  local count = #self.transcript.entries
  if not self:is_valid() or #self.drawn <= count then
    return
  end
  local row = self:row(count + 1)
  vim.bo[self.buffer].modifiable = true
  set_lines(self, row, -1, {})
  vim.bo[self.buffer].modifiable = false
  self.total = row
  for index = #self.drawn, count + 1, -1 do
    self.drawn[index], self.dirty[index] = nil, nil
  end
  self:hint()
end

--- What an empty transcript says.
function View:hint()
  if self.total > 0 or not self:is_valid() then
    return
  end
  vim.api.nvim_buf_clear_namespace(self.buffer, HINT, 0, -1)
  vim.api.nvim_buf_set_extmark(self.buffer, HINT, 0, 0, {
    virt_text = { { 'What shall we work on?', 'SingletreeChatHeading' } },
    virt_text_pos = 'overlay',
    virt_lines = {
      {
        { 'Write below. ', 'SingletreeChatMuted' },
        { '@', 'SingletreeChatKey' },
        { ' names a file, a symbol, the', 'SingletreeChatMuted' },
      },
      {
        { '@selection, the @diagnostics or the @diff; ', 'SingletreeChatMuted' },
        { '/', 'SingletreeChatKey' },
        { ' is for commands.', 'SingletreeChatMuted' },
      },
      { { 'g?', 'SingletreeChatKey' }, { ' shows the keys.', 'SingletreeChatMuted' } },
    },
  })
end

--- Makes the folds of a window that comes to show the buffer.
---@param window integer
function View:fold(window)
  local ranges, row = {}, 0
  for _, drawn in ipairs(self.drawn) do
    if drawn.fold then
      table.insert(ranges, { row + drawn.lead + 1, row + drawn.lines })
    end
    row = row + drawn.lines
  end
  local total = self.total
  folds.fill(window, ranges, function()
    return self:is_valid() and self.total >= total and vim.api.nvim_win_get_buf(window) == self.buffer
  end)
end

function View:close()
  self.timer:stop()
  if not self.timer:is_closing() then
    self.timer:close()
  end
  self.transcript.changed = function() end
end

--- Draws a transcript into a buffer, from now on.
---@param transcript singletree.chat.Transcript
---@param buffer integer
---@param after fun()
---@return singletree.chat.View
function M.open(transcript, buffer, after)
  ---@type singletree.chat.View
  local view = setmetatable({
    buffer = buffer,
    transcript = transcript,
    drawn = {},
    total = 0,
    dirty = {},
    timer = assert(vim.uv.new_timer()),
    waits = false,
    wrote = 0,
    bytes = 0,
    after = after,
  }, View)
  vim.bo[buffer].modifiable = true
  set_lines(view, 0, -1, {})
  vim.bo[buffer].modifiable = false
  vim.api.nvim_buf_clear_namespace(buffer, NAMESPACE, 0, -1)
  transcript.changed = function(index)
    view:touch(index)
  end
  view:hint()
  view:touch()
  return view
end

return M
