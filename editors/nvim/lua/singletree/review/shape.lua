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
  local plain = text:gsub('\r\n', '\n'):gsub('\r', '\n')
  local lines = vim.split(plain, '\n', { plain = true })
  if lines[#lines] == '' then
    lines[#lines] = nil
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

---@type table<singletree.Hunk, { key: string, old: string[], new: string[], head: integer }>
local cache = setmetatable({}, { __mode = 'k' })

--- Lines that both texts have at their ends are left out; of one that is still written only those at its beginning, for
--- its end is not known yet.
---@param hunk singletree.Hunk
---@return { old: string[], new: string[], head: integer }
local function trimmed(hunk)
  local found = cache[hunk]
  if found then
    return found
  end
  local old, new = M.lines(hunk.oldText), M.lines(hunk.newText)
  if hunk.state ~= 'conflict' then
    local head, tail = common(old, new)
    if hunk.state == 'streaming' then
      tail = 0
    end
    found = {
      old = vim.list_slice(old, head + 1, #old - tail),
      new = vim.list_slice(new, head + 1, #new - tail),
      head = head,
    }
  else
    -- The old text is no longer there: what stands at the place is the user's own.
    found = { old = old, new = new, head = 0 }
  end
  cache[hunk] = found
  return found
end

---@param hunk singletree.Hunk
---@return singletree.Shape
function M.of(hunk)
  local text = trimmed(hunk)
  local first, last = M.rows(hunk.range)
  if hunk.state == 'conflict' then
    return { first = first, last = last, old = text.old, new = text.new }
  end
  first = first + text.head
  return { first = first, last = first + #text.old, old = text.old, new = text.new }
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
