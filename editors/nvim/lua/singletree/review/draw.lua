--- The hunks of a buffer, drawn by marks alone: the text and its undo tree are the user's. Only what is other than it was
--- drawn is drawn again.

local config = require('singletree.config')
local marks = require('singletree.review.marks')
local shape = require('singletree.review.shape')
local windows = require('singletree.review.windows')

local M = {}

---@class singletree.Drawn a hunk as it is drawn
---@field hunk singletree.Hunk
---@field touched? integer how often it was typed into when it was drawn
---@field look? string
---@field fits? boolean
---@field cut? integer
---@field is_focused? boolean
---@field need integer columns that the first line and the label take
---@field longest integer bytes of the longest line
---@field place integer mark of the rows that go
---@field sign? integer
---@field lines? integer mark of the lines that come
---@field words integer[]
---@field is_rich boolean whether the colours of its language are drawn
---@field new? string[] lines whose colours are known
---@field runs? singletree.Run[][] those colours
---@field above integer rows above the first line

---@class singletree.Canvas
---@field drawn table<string, singletree.Drawn> by hunk
---@field look singletree.Look
---@field count integer lines of the buffer
---@field is_empty boolean whether its only line is empty
---@field is_proposed boolean whether it holds proposed text itself
---@field signs boolean
---@field focus? string the hunk at the cursor

---@type table<integer, singletree.Canvas>
local canvases = {}

--- What the drawing of a hunk depends on besides the hunk: a window that is wider only matters where text has its end.
---@param canvas singletree.Canvas
---@param drawn singletree.Drawn
---@return string look
---@return boolean fits
---@return integer cut
---@return boolean is_focused
local function manner(canvas, drawn)
  local look = canvas.look
  local cut = look.wraps and drawn.longest > look.width and look.width or 0
  return look.key, look.width >= drawn.need, cut, canvas.focus == drawn.hunk.id
end

---@param canvas singletree.Canvas
---@param drawn singletree.Drawn
---@return boolean
local function is_same_manner(canvas, drawn)
  local look, fits, cut, is_focused = manner(canvas, drawn)
  return drawn.look == look and drawn.fits == fits and drawn.cut == cut and drawn.is_focused == is_focused
end

---@param found singletree.Shape
---@param ranges { [1]: integer, [2]: integer }[]
---@return boolean
local function is_within(found, ranges)
  for _, range in ipairs(ranges) do
    if found.first <= range[2] and found.last >= range[1] then
      return true
    end
  end
  return false
end

--- Rows of the places of a buffer, by their marks.
---@param buffer integer
---@return table<integer, integer>
local function rows_of(buffer)
  local rows = {}
  for _, each in ipairs(vim.api.nvim_buf_get_extmarks(buffer, marks.places, 0, -1, {})) do
    rows[each[1]] = each[2]
  end
  return rows
end

--- Where the hunks of a file are in a buffer: in the user's text, or in the text that is proposed.
---@param canvas singletree.Canvas
---@param file singletree.File
---@param translate fun(row: integer): integer
---@return table<string, singletree.Shape>
local function shapes_in(canvas, file, translate)
  local shapes, shift = {}, 0
  for _, hunk in ipairs(file.hunks) do
    local found = shape.of(hunk)
    shapes[hunk.id] = found
    if canvas.is_proposed then
      local come, gone = hunk.state == 'conflict' and 0 or #found.new, found.last - found.first
      local first = found.first + shift
      shapes[hunk.id] = { first = first, last = first + come, old = found.new, new = found.old }
      shift = shift + come - (hunk.state == 'conflict' and 0 or gone)
    else
      local by = translate(found.first) - found.first
      if by ~= 0 then
        shapes[hunk.id] =
          { first = found.first + by, last = found.last + by, old = found.old, new = found.new }
      end
    end
  end
  return shapes
end

---@param buffer integer
---@param canvas? singletree.Canvas
---@return singletree.Canvas
local function prepare(buffer, canvas)
  canvas = canvas or { drawn = {} } --[[@as singletree.Canvas]]
  canvases[buffer] = canvas
  canvas.look = windows.look(buffer)
  canvas.count = vim.api.nvim_buf_line_count(buffer)
  canvas.is_empty = canvas.count == 1 and vim.api.nvim_buf_get_lines(buffer, 0, 1, false)[1] == ''
  canvas.is_proposed = vim.b[buffer].singletree_proposed ~= nil
  canvas.signs = config.get().review.signs
  return canvas
end

--- Draws what is proposed for a buffer's file; `translate` brings a row up to date with what was typed since the server
--- was told of any.
---@param buffer integer
---@param file? singletree.File
---@param translate fun(row: integer): integer
function M.draw(buffer, file, translate)
  local canvas = canvases[buffer]
  if not file then
    if canvas then
      canvases[buffer] = nil
      marks.clear(buffer)
    end
    return
  end
  canvas = prepare(buffer, canvas)
  local rows = rows_of(buffer)
  local visible = windows.visible(buffer)
  local seen, above = {}, 0
  local shapes = shapes_in(canvas, file, translate)
  for _, hunk in ipairs(file.hunks) do
    seen[hunk.id] = true
    local drawn = canvas.drawn[hunk.id]
      or { hunk = hunk, words = {}, need = 0, longest = 0, is_rich = false, above = 0 }
    local found = shapes[hunk.id]
    local row = drawn.place and rows[drawn.place]
    local is_there = row == math.min(found.first, canvas.count)
    local is_rich = drawn.is_rich or is_within(found, visible)
    if
      drawn.hunk ~= hunk
      or drawn.touched ~= hunk.touched
      or not is_there
      or drawn.is_rich ~= is_rich
      or not is_same_manner(canvas, drawn)
    then
      drawn.hunk, drawn.touched, drawn.is_rich = hunk, hunk.touched, is_rich
      canvas.drawn[hunk.id] = drawn
      marks.draw(canvas, drawn, buffer, file, found)
      drawn.look, drawn.fits, drawn.cut, drawn.is_focused = manner(canvas, drawn)
    end
    above = above + drawn.above
  end
  for id, drawn in pairs(canvas.drawn) do
    if not seen[id] then
      marks.erase(buffer, drawn)
      canvas.drawn[id] = nil
    end
  end
  if above > 0 then
    windows.show_above(buffer, above)
  end
end

---@class singletree.Place a hunk and the rows that it covers now, whatever was typed since the server last spoke
---@field hunk singletree.Hunk
---@field first integer
---@field last integer the row behind the last one; `first` for an insertion

--- The hunks that touch rows `from` to `to` (without it), from top to bottom.
---@param buffer integer
---@param from? integer
---@param to? integer
---@return singletree.Place[]
function M.places(buffer, from, to)
  buffer = buffer == 0 and vim.api.nvim_get_current_buf() or buffer
  local canvas = canvases[buffer]
  if not canvas then
    return {}
  end
  local by_mark = {}
  for _, drawn in pairs(canvas.drawn) do
    by_mark[drawn.place] = drawn.hunk
  end
  local start = from and { from, 0 } or 0
  local stop = to and { to, 0 } or -1
  local options = { overlap = from ~= nil }
  local found = {}
  for _, each in ipairs(vim.api.nvim_buf_get_extmarks(buffer, marks.places, start, stop, options)) do
    local hunk = by_mark[each[1]]
    if hunk then
      local shown = shape.of(hunk)
      local height = canvas.is_proposed and #shown.new or shown.last - shown.first
      table.insert(found, { hunk = hunk, first = each[2], last = each[2] + height })
    end
  end
  table.sort(found, function(left, right)
    return left.first < right.first
  end)
  return found
end

--- Shows the keys of this hunk and of no other.
---@param buffer integer
---@param file? singletree.File
---@param id? string
---@param translate fun(row: integer): integer
function M.focus(buffer, file, id, translate)
  local canvas = canvases[buffer]
  if not canvas or not file or canvas.focus == id then
    return
  end
  local changed = { [canvas.focus or ''] = true, [id or ''] = true }
  canvas.focus = id
  local shapes = shapes_in(canvas, file, translate)
  for _, hunk in ipairs(file.hunks) do
    local drawn = changed[hunk.id] and canvas.drawn[hunk.id]
    local row = drawn
      and drawn.hunk == hunk
      and vim.api.nvim_buf_get_extmark_by_id(buffer, marks.places, drawn.place, {})[1]
    -- Where typing has moved it meanwhile, it is drawn anew as soon as the server knows of that.
    if row and row == shapes[hunk.id].first then
      marks.draw(canvas, drawn, buffer, file, shapes[hunk.id])
      drawn.look, drawn.fits, drawn.cut, drawn.is_focused = manner(canvas, drawn)
    end
  end
end

---@param buffer integer
---@return boolean
function M.is_drawn(buffer)
  return canvases[buffer] ~= nil
end

--- A buffer was unloaded: its marks went with it.
---@param buffer integer
function M.forget(buffer)
  canvases[buffer] = nil
end

return M
