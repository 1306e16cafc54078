--- A transcript in a buffer. What changes is noted, and written some thirty times a second in short slices; text that
--- grows is appended, and what changes in place is patched line by line, so that no cursor, fold or view moves.

local draw = require('singletree.chat.draw')
local folds = require('singletree.chat.folds')

local M = {}

--- Between two writes.
local PAUSE_MS = 35
--- The longest that one slice writes.
local SLICE_NS = 1500 * 1000
--- Bytes of a buffer above which its syntax is not looked at any more.
local MOST_SYNTAX = 512 * 1024

local NAMESPACE = folds.NAMESPACE
local HINT = draw.HINT

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
---@field is_plain? boolean its syntax is not looked at any more
---@field after? fun() called when all is written
local View = {}
View.__index = View

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
      if entry.anew or not draw.is_text(entry.kind) then
        entry.anew = nil
        draw.redraw(view, index)
      end
      if draw.is_text(entry.kind) and not draw.grow(view, index, deadline) then
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
    if before > 0 and draw.is_text(entries[before].kind) and not draw.grow(view, before, deadline) then
      return false
    end
    draw.draw(view, entries[before + 1])
    if draw.is_text(entries[before + 1].kind) and not draw.grow(view, before + 1, deadline) then
      view.dirty[before + 1] = true
      return false
    end
    if vim.uv.hrtime() > deadline then
      return #view.drawn == #entries
    end
  end
  return true
end

--- What is too long to be followed at a glance is drawn without its syntax: a parser would hold everything up.
---@param view singletree.chat.View
---@param bytes integer
local function check_size(view, bytes)
  if bytes > MOST_SYNTAX and not view.is_plain then
    view.is_plain = true
    pcall(vim.treesitter.stop, view.buffer)
    vim.bo[view.buffer].syntax = ''
  end
end

--- The text of a transcript, in bytes.
---@param transcript singletree.chat.Transcript
---@return integer
local function size_of(transcript)
  local bytes = 0
  for _, entry in ipairs(transcript.entries) do
    for _, part in ipairs(entry.parts or {}) do
      bytes = bytes + #part
    end
  end
  return bytes
end

---@return boolean
function View:is_valid()
  return vim.api.nvim_buf_is_valid(self.buffer) and vim.api.nvim_buf_is_loaded(self.buffer)
end

--- Someone else has written into the buffer: it is drawn anew.
---@param view singletree.chat.View
local function check_untouched(view)
  if vim.api.nvim_buf_line_count(view.buffer) ~= math.max(1, view.total) then
    vim.api.nvim_buf_set_lines(view.buffer, 0, -1, true, {})
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
  check_size(self, self.bytes)
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
  local parts = index and self.transcript.entries[index].parts
  if index then
    self.dirty[index] = true
  end
  if parts then
    check_size(self, self.bytes + #parts[#parts])
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
  vim.api.nvim_buf_set_lines(self.buffer, row, -1, true, {})
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
  -- All its rows are those of its entries.
  folds.fill(window, ranges, function()
    return self:is_valid() and self.total >= row and vim.api.nvim_win_get_buf(window) == self.buffer
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
  vim.api.nvim_buf_set_lines(view.buffer, 0, -1, true, {})
  vim.bo[buffer].modifiable = false
  vim.api.nvim_buf_clear_namespace(buffer, NAMESPACE, 0, -1)
  transcript.changed = function(index)
    view:touch(index)
  end
  check_size(view, size_of(transcript))
  view:hint()
  view:touch()
  return view
end

return M
