--- Hunks drawn into a buffer, by marks alone: the text and its undo tree are the user's. A mark that is there already is
--- changed in place, so that nothing flickers while text is streamed.

local config = require('singletree.config')
local label = require('singletree.review.label')
local shape = require('singletree.review.shape')
local syntax = require('singletree.review.syntax')
local virtual = require('singletree.review.virtual')
local windows = require('singletree.review.windows')
local words = require('singletree.review.words')

local M = {}

local namespace = vim.api.nvim_create_namespace('singletree.review')
--- The places by themselves: they are asked for often.
local places = vim.api.nvim_create_namespace('singletree.review.places')

--- Beneath everything that means more than "this line goes": the language's own colours are at 100.
local PRIORITY = 90

---@class singletree.Drawn a hunk as it is drawn
---@field hunk singletree.Hunk
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
---@field buffer integer
---@field drawn table<string, singletree.Drawn> by hunk
---@field look singletree.Look
---@field count integer lines of the buffer
---@field is_empty boolean whether its only line is empty
---@field is_proposed boolean whether it holds proposed text itself
---@field signs boolean
---@field focus? string the hunk at the cursor

---@type table<integer, singletree.Canvas>
local canvases = {}

local GROUPS = {
  pending = { line = 'SingletreeAdded', part = 'SingletreeAddedText' },
  streaming = { line = 'SingletreeStreaming', part = 'SingletreeStreaming' },
  conflict = { line = 'SingletreeConflict', part = 'SingletreeConflict' },
}
GROUPS.keeping = GROUPS.pending

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

local CAN_SCROLL = vim.fn.has('nvim-0.11') == 1

local SIGNS = { streaming = 'SingletreeSignStreaming', conflict = 'SingletreeSignConflict' }

---@param found singletree.Shape
---@param hunk singletree.Hunk
---@return string
local function sign_group(found, hunk)
  if SIGNS[hunk.state] then
    return SIGNS[hunk.state]
  elseif shape.is_textless(hunk) then
    return 'SingletreeSignChanged'
  elseif #found.old == 0 then
    return 'SingletreeSignAdded'
  end
  return #found.new == 0 and 'SingletreeSignRemoved' or 'SingletreeSignChanged'
end

---@param buffer integer
---@param id? integer
---@param row integer
---@param column integer
---@param options vim.api.keyset.set_extmark
---@param space? integer
---@return integer
local function mark(buffer, id, row, column, options, space)
  options.id = id
  options.strict = false
  return vim.api.nvim_buf_set_extmark(buffer, space or namespace, row, column, options)
end

---@param buffer integer
---@param id? integer
local function unmark(buffer, id)
  if id then
    vim.api.nvim_buf_del_extmark(buffer, namespace, id)
  end
end

---@param hunk singletree.Hunk
---@param file singletree.File
---@param is_focused boolean
---@return singletree.Chunk[]
---@return integer reserved
local function label_of(hunk, file, is_focused)
  local text = label.of(hunk, file)
  local group = hunk.state == 'conflict' and 'SingletreeSignConflict' or 'SingletreeLabel'
  local chunks = { { text, group } }
  local reserved = vim.api.nvim_strwidth(text)
  if hunk.state == 'pending' or hunk.state == 'conflict' then
    for _, key in ipairs(label.keys()) do
      if key.what == 'reject' or hunk.state == 'pending' then
        reserved = reserved + vim.api.nvim_strwidth(key.lhs .. key.what) + 3
        if is_focused then
          vim.list_extend(
            chunks,
            { { '  ', group }, { key.lhs, 'SingletreeKey' }, { ' ' .. key.what, group } }
          )
        end
      end
    end
  end
  return chunks, reserved
end

--- Where virtual lines hang: beneath the row before them; in an empty buffer, beneath its only row.
---@param canvas singletree.Canvas
---@param row integer they stand before this row
---@return integer row
---@return boolean is_above
local function hook(canvas, row)
  if row == 0 and not canvas.is_empty then
    return 0, true
  end
  return math.min(math.max(0, row - 1), canvas.count - 1), false
end

---@param drawn singletree.Drawn
---@param buffer integer
---@param found singletree.Shape
---@param is_rich boolean
---@return singletree.Run[][]?
local function colours(drawn, buffer, found, is_rich)
  local are_readable = require('singletree.review.colours').are_many()
  if not is_rich or #found.new == 0 or drawn.hunk.state == 'conflict' or not are_readable then
    return nil
  end
  local known, runs = drawn.new or {}, drawn.runs or {}
  local same = 0
  -- The last line that was known may have been half a line.
  while same < #found.new and same < #known - 1 and known[same + 1] == found.new[same + 1] do
    same = same + 1
  end
  if same < #found.new or #known ~= #found.new then
    local more = syntax.of(buffer, found.first, found.last, found.new, same)
    runs = more and vim.list_extend(vim.list_slice(runs, 1, same), more) or nil
  end
  drawn.new, drawn.runs = found.new, runs
  return runs
end

---@param canvas singletree.Canvas
---@param drawn singletree.Drawn
---@param buffer integer
---@param file singletree.File
---@param found singletree.Shape
---@return singletree.Chunk[]? label that has no place among the lines that come
local function draw_lines(canvas, drawn, buffer, file, found)
  local hunk = drawn.hunk
  local chunks, reserved = label_of(hunk, file, canvas.focus == hunk.id)
  local new = found.new
  drawn.above = 0
  if canvas.look.is_diff then
    -- What comes is on the other side, and rows between the lines would part the two.
    unmark(buffer, drawn.lines)
    drawn.lines = nil
    return nil
  elseif #new == 0 and found.last > found.first then
    unmark(buffer, drawn.lines)
    drawn.lines = nil
    return chunks
  end
  local gone, come = {}, {}
  if drawn.is_rich and hunk.state ~= 'conflict' and hunk.state ~= 'streaming' then
    gone, come = words.changed(found.old, new)
  end
  local rows, need, longest = virtual.rows({
    lines = new,
    runs = colours(drawn, buffer, found, drawn.is_rich and #new > 0),
    parts = drawn.is_rich and come or nil,
    groups = GROUPS[hunk.state],
    label = chunks,
    reserved = reserved,
    look = canvas.look,
  })
  local row, is_above = hook(canvas, found.last)
  drawn.lines = mark(buffer, drawn.lines, row, 0, {
    virt_lines = rows,
    virt_lines_above = is_above,
    virt_lines_overflow = CAN_SCROLL and not canvas.look.wraps and 'scroll' or nil,
  })
  drawn.above, drawn.need, drawn.longest = is_above and #rows or 0, need, longest
  for number, parts in pairs(gone) do
    for _, part in ipairs(parts) do
      local id = mark(buffer, nil, found.first + number - 1, part.from, {
        end_col = part.to,
        hl_group = 'SingletreeRemovedText',
        priority = PRIORITY + 1,
      })
      table.insert(drawn.words, id)
    end
  end
end

--- A buffer that holds the proposed text itself: there a hunk is the lines that came.
---@param canvas singletree.Canvas
---@param drawn singletree.Drawn
---@param buffer integer
---@param file singletree.File
---@param found singletree.Shape
local function draw_proposed(canvas, drawn, buffer, file, found)
  drawn.place = mark(buffer, drawn.place, found.first, 0, { end_row = found.last, end_col = 0 }, places)
  drawn.above = 0
  if file.kind == 'create' and not canvas.look.is_diff then
    local rows = { (label_of(drawn.hunk, file, canvas.focus == drawn.hunk.id)) }
    drawn.lines = mark(buffer, drawn.lines, 0, 0, { virt_lines = rows, virt_lines_above = true })
    drawn.above = 1
  end
end

---@param canvas singletree.Canvas
---@param drawn singletree.Drawn
---@param buffer integer
---@param file singletree.File
---@param found singletree.Shape
local function draw_hunk(canvas, drawn, buffer, file, found)
  if canvas.is_proposed then
    return draw_proposed(canvas, drawn, buffer, file, found)
  end
  local hunk = drawn.hunk
  local count = canvas.count
  local first, last = math.min(found.first, count), math.min(found.last, count)
  for _, id in ipairs(drawn.words) do
    unmark(buffer, id)
  end
  drawn.words = {}
  local beside = draw_lines(canvas, drawn, buffer, file, found)
  local group = hunk.state == 'conflict' and 'SingletreeConflict' or 'SingletreeRemoved'
  drawn.place = mark(buffer, drawn.place, first, 0, {
    end_row = last,
    end_col = 0,
    hl_group = last > first and not canvas.look.is_diff and group or nil,
    hl_eol = true,
    priority = PRIORITY,
    virt_text = beside and vim.list_extend({ { '  ' } }, beside) or nil,
  }, places)
  if canvas.signs then
    local row = math.max(0, math.min(last > first and first or first - 1, count - 1))
    drawn.sign = mark(buffer, drawn.sign, row, 0, {
      end_row = last > first and last - 1 or nil,
      end_col = last > first and 0 or nil,
      sign_text = last > first and '▎' or (first == 0 and '▔' or '▁'),
      sign_hl_group = sign_group(found, hunk),
      priority = PRIORITY,
    })
  end
end

---@param buffer integer
---@param drawn singletree.Drawn
local function erase(buffer, drawn)
  for _, id in ipairs(drawn.words) do
    unmark(buffer, id)
  end
  vim.api.nvim_buf_del_extmark(buffer, places, drawn.place)
  unmark(buffer, drawn.sign)
  unmark(buffer, drawn.lines)
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
  for _, each in ipairs(vim.api.nvim_buf_get_extmarks(buffer, places, 0, -1, {})) do
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
  canvas = canvas or { buffer = buffer, drawn = {} }
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
      vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
      vim.api.nvim_buf_clear_namespace(buffer, places, 0, -1)
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
      or not is_there
      or drawn.is_rich ~= is_rich
      or not is_same_manner(canvas, drawn)
    then
      drawn.hunk, drawn.is_rich = hunk, is_rich
      canvas.drawn[hunk.id] = drawn
      draw_hunk(canvas, drawn, buffer, file, found)
      drawn.look, drawn.fits, drawn.cut, drawn.is_focused = manner(canvas, drawn)
    end
    above = above + drawn.above
  end
  for id, drawn in pairs(canvas.drawn) do
    if not seen[id] then
      erase(buffer, drawn)
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
  for _, each in ipairs(vim.api.nvim_buf_get_extmarks(buffer, places, start, stop, options)) do
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
      and vim.api.nvim_buf_get_extmark_by_id(buffer, places, drawn.place, {})[1]
    -- Where typing has moved it meanwhile, it is drawn anew as soon as the server knows of that.
    if row and row == shapes[hunk.id].first then
      draw_hunk(canvas, drawn, buffer, file, shapes[hunk.id])
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
