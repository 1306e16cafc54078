--- The virtual lines of a hunk: proposed text with its colours, and the words about it.

local M = {}

---@alias singletree.Chunk { [1]: string, [2]: string|(string|integer)[] }

--- Lines that are shown; a longer text is read better in a window of its own.
local MOST_LINES = 200
--- Bytes of a line that are shown.
local MOST_BYTES = 2000

--- Columns that a text takes. A NUL would make something else than a string of it.
---@param text string
---@param column? integer where it begins
---@return integer
local function width_of(text, column)
  local plain = text:gsub('%z', '\1')
  return vim.fn.strdisplaywidth(plain, column or 0)
end

--- Cuts a line into pieces that fit, as bytes where each begins.
---@param text string
---@param width integer
---@return integer[]
local function pieces(text, width)
  local starts, used = { 0 }, 0
  for index, from in ipairs(vim.str_utf_pos(text)) do
    local stop = vim.str_utf_end(text, from) + from
    local wide = width_of(text:sub(from, stop), used)
    if used + wide > width and index > 1 then
      table.insert(starts, from - 1)
      used = 0
    end
    used = used + wide
  end
  return starts
end

--- What stands where in a line: places at which its look changes.
---@param length integer
---@param runs singletree.Part[]
---@param parts singletree.Part[]
---@return integer[]
local function borders(length, runs, parts)
  local set = { [0] = true, [length] = true }
  for _, list in ipairs({ runs, parts }) do
    for _, each in ipairs(list) do
      set[math.min(each.from, length)] = true
      set[math.min(each.to, length)] = true
    end
  end
  local sorted = vim.tbl_keys(set)
  table.sort(sorted)
  return sorted
end

---@param list singletree.Part[]
---@param byte integer
---@return singletree.Part?
local function at(list, byte)
  for _, each in ipairs(list) do
    if each.from <= byte and byte < each.to then
      return each
    end
  end
end

---@param text string
---@param runs? singletree.Part[]
---@param parts? singletree.Part[]
---@param groups { line: string, part: string }
---@return singletree.Chunk[]
local function chunks(text, runs, parts, groups)
  if not runs and not parts then
    return { { text, groups.line } }
  end
  runs, parts = runs or {}, parts or {}
  local list = {}
  local edges = borders(#text, runs, parts)
  for index = 1, #edges - 1 do
    local from, to = edges[index], edges[index + 1]
    local run = at(runs, from)
    local stack = { at(parts, from) and groups.part or groups.line, run and run.group or nil }
    table.insert(list, { text:sub(from + 1, to), stack })
  end
  return list
end

--- The part of a list of parts or runs that lies in `from` to `to`, counted from there.
---@param list? singletree.Part[]
---@param from integer
---@param to integer
---@return singletree.Part[]?
local function within(list, from, to)
  if not list then
    return nil
  end
  local found = {}
  for _, each in ipairs(list) do
    if each.from < to and each.to > from then
      local part =
        { from = math.max(each.from, from) - from, to = math.min(each.to, to) - from, group = each.group }
      table.insert(found, part)
    end
  end
  return found
end

---@class singletree.Virtual
---@field lines string[]
---@field runs? singletree.Run[][]
---@field parts? table<integer, singletree.Part[]>
---@field groups { line: string, part: string }
---@field label singletree.Chunk[]
---@field reserved integer columns that the label takes at most
---@field look singletree.Look

---@param rows singletree.Chunk[][]
---@param given singletree.Virtual
---@param number integer
---@param fill string
local function add_line(rows, given, number, fill)
  local text, groups = given.lines[number], given.groups
  if #text > MOST_BYTES then
    text = text:sub(1, MOST_BYTES + vim.str_utf_start(text, MOST_BYTES + 1)) .. '…'
  end
  local runs = given.runs and given.runs[number]
  local parts = given.parts and given.parts[number]
  if not given.look.wraps or #text <= given.look.width and not text:find('\t') then
    local row = chunks(text, runs, parts, groups)
    table.insert(row, { fill, groups.line })
    table.insert(rows, row)
    return
  end
  local starts = pieces(text, given.look.width)
  for index, from in ipairs(starts) do
    local to = starts[index + 1] or #text
    local row = chunks(text:sub(from + 1, to), within(runs, from, to), within(parts, from, to), groups)
    table.insert(row, { fill, groups.line })
    table.insert(rows, row)
  end
end

--- Rows for `virt_lines`. The label stands behind the first line where there is room for it, else above.
---@param given singletree.Virtual
---@return singletree.Chunk[][]
---@return integer need columns that the first line and the label take together
---@return integer longest bytes of the longest line
function M.rows(given)
  local rows = {}
  local fill = (' '):rep(vim.o.columns)
  local first = given.lines[1]
  local need = first and width_of(first) + 3 + given.reserved or math.huge
  local is_beside = need <= given.look.width
  local longest = 0
  if #given.label > 0 and not is_beside then
    table.insert(rows, given.label)
  end
  for number = 1, math.min(#given.lines, MOST_LINES) do
    add_line(rows, given, number, fill)
    longest = math.max(longest, #given.lines[number])
  end
  if #given.lines > MOST_LINES then
    local more = ('… %d more lines (:Singletree diff)'):format(#given.lines - MOST_LINES)
    table.insert(rows, { { more, 'SingletreeLabel' } })
  end
  if #given.label > 0 and is_beside then
    local row = rows[1]
    row[#row] = { ' ', given.groups.line }
    table.insert(row, { '  ' })
    vim.list_extend(row, given.label)
  end
  return rows, need, longest
end

return M
