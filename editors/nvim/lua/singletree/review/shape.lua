--- What of a hunk is drawn where, before anything is drawn. Pure: lines in, lines out.

local M = {}

---@class singletree.Shape
---@field first integer the first row of the buffer that goes, from 0; for an insertion the row that it stands before
---@field last integer the row behind the last one that goes
---@field old string[] the lines that go
---@field new string[] the lines that come

--- Lines without their ends; a final line break ends the last line and begins none.
---@param text string
---@return string[]
function M.lines(text)
  if text == '' then
    return {}
  end
  if text:find('\r', 1, true) then
    text = text:gsub('\r\n?', '\n')
  end
  -- By hand: this runs for every hunk of a review at once.
  local lines, at = {}, 1
  while at <= #text do
    local stop = text:find('\n', at, true) or #text + 1
    lines[#lines + 1] = text:sub(at, stop - 1)
    at = stop + 1
  end
  return lines
end

--- The rows that a hunk's range covers: hunks are whole lines, the last of which may have no break behind it.
---@param range lsp.Range
---@return integer first
---@return integer last
function M.rows(range)
  local stop = range['end']
  return range.start.line, stop.line + (stop.character > 0 and 1 or 0)
end

---@param old string[]
---@param new string[]
---@return integer head lines that are the same at the beginning
---@return integer tail and at the end
local function common(old, new)
  local most = math.min(#old, #new)
  local head, tail = 0, 0
  while head < most and old[head + 1] == new[head + 1] do
    head = head + 1
  end
  while tail < most - head and old[#old - tail] == new[#new - tail] do
    tail = tail + 1
  end
  return head, tail
end

---@param list string[]
---@param head integer
---@param tail integer
---@return string[]
local function inner(list, head, tail)
  if head == 0 and tail == 0 then
    return list
  end
  local found = {}
  for index = head + 1, #list - tail do
    found[#found + 1] = list[index]
  end
  return found
end

---@class singletree.Trimmed
---@field head integer lines that both texts have at their beginning
---@field shape singletree.Shape
---@field range? lsp.Range what the shape was made for

---@type table<singletree.Hunk, singletree.Trimmed>
local cache = setmetatable({}, { __mode = 'k' })

--- Lines that both texts have at their ends are left out; of one that is still written only those at its beginning, for
--- its end is not known yet. Of a conflict none: what stands at its place is the user's own.
---@param hunk singletree.Hunk
---@return singletree.Trimmed
local function trimmed(hunk)
  local old, new = M.lines(hunk.oldText), M.lines(hunk.newText)
  local head, tail = 0, 0
  if hunk.state ~= 'conflict' then
    head, tail = common(old, new)
  end
  if hunk.state == 'streaming' then
    tail = 0
  end
  local shape = { first = 0, last = 0, old = inner(old, head, tail), new = inner(new, head, tail) }
  return { head = head, shape = shape }
end

---@param hunk singletree.Hunk
---@return singletree.Shape
function M.of(hunk)
  local found = cache[hunk] or trimmed(hunk)
  cache[hunk] = found
  if found.range ~= hunk.range then
    local shape = found.shape
    local first, last = M.rows(hunk.range)
    first = first + found.head
    last = hunk.state == 'conflict' and last or first + #shape.old
    found.range = hunk.range
    found.shape = { first = first, last = last, old = shape.old, new = shape.new }
  end
  return found.shape
end

--- A hunk about its file as a whole: a rename alone, an empty file that comes or goes. There is no text to show.
---@param hunk singletree.Hunk
---@return boolean
function M.is_textless(hunk)
  return hunk.oldText == '' and hunk.newText == ''
end

--- `+2 −1`
---@param hunk singletree.Hunk
---@return string
function M.size(hunk)
  local shape = M.of(hunk)
  local parts = {}
  if #shape.new > 0 then
    table.insert(parts, '+' .. #shape.new)
  end
  if #shape.old > 0 then
    table.insert(parts, '−' .. #shape.old)
  end
  return table.concat(parts, ' ')
end

--- The first line that comes, or else goes: what a user recognises a change by.
---@param hunk singletree.Hunk
---@return string
function M.telling(hunk)
  local shape = M.of(hunk)
  for _, lines in ipairs({ shape.new, shape.old }) do
    for _, line in ipairs(lines) do
      if line:find('%S') then
        return vim.trim(line)
      end
    end
  end
  return ''
end

return M
