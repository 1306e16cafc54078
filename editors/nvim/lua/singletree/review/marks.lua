--- One hunk as marks of its buffer. A mark that is there already is changed in place, so that nothing flickers while
--- text is streamed.

local label = require('singletree.review.label')
local shape = require('singletree.review.shape')
local syntax = require('singletree.review.syntax')
local virtual = require('singletree.review.virtual')
local words = require('singletree.review.words')

local M = {}

local namespace = vim.api.nvim_create_namespace('singletree.review')
--- The places by themselves: they are asked for often.
M.places = vim.api.nvim_create_namespace('singletree.review.places')

--- Beneath everything that means more than "this line goes": the language's own colours are at 100.
local PRIORITY = 90

local GROUPS = {
  pending = { line = 'SingletreeAdded', part = 'SingletreeAddedText' },
  streaming = { line = 'SingletreeStreaming', part = 'SingletreeStreaming' },
  conflict = { line = 'SingletreeConflict', part = 'SingletreeConflict' },
}
GROUPS.keeping = GROUPS.pending

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
  ---@type singletree.Run[][]?
  local runs = drawn.runs or {}
  local known = drawn.runs and drawn.new or {}
  local same = 0
  -- The last line that was known may have been half a line.
  while same < #found.new and same < #known - 1 and known[same + 1] == found.new[same + 1] do
    same = same + 1
  end
  if same < #found.new or #known ~= #found.new then
    local more = syntax.of(buffer, found.first, found.last, found.new, same)
    runs = more and vim.list_extend(vim.list_slice(runs or {}, 1, same), more) or nil
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
  drawn.place = mark(buffer, drawn.place, found.first, 0, { end_row = found.last, end_col = 0 }, M.places)
  drawn.above = 0
  if file.kind == 'create' and not canvas.look.is_diff then
    local rows = { (label_of(drawn.hunk, file, canvas.focus == drawn.hunk.id)) }
    drawn.lines = mark(buffer, drawn.lines, 0, 0, { virt_lines = rows, virt_lines_above = true })
    drawn.above = 1
  end
end

--- Draws a hunk, or what has changed of it.
---@param canvas singletree.Canvas
---@param drawn singletree.Drawn
---@param buffer integer
---@param file singletree.File
---@param found singletree.Shape
function M.draw(canvas, drawn, buffer, file, found)
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
  }, M.places)
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
function M.erase(buffer, drawn)
  for _, id in ipairs(drawn.words) do
    unmark(buffer, id)
  end
  vim.api.nvim_buf_del_extmark(buffer, M.places, drawn.place)
  unmark(buffer, drawn.sign)
  unmark(buffer, drawn.lines)
end

---@param buffer integer
function M.clear(buffer)
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  vim.api.nvim_buf_clear_namespace(buffer, M.places, 0, -1)
end

return M
