--- What of a few lines changes, word by word. Pure.

local M = {}

--- Part of a line, in bytes.
---@class singletree.Part
---@field from integer
---@field to integer
---@field group? string|integer its colour, where it has one

--- Lines and bytes beyond which whole lines are marked: there is nothing small about such a change.
local MOST_LINES = 40
local MOST_BYTES = 8000
--- A line of which less than this stays is another line, not a changed one.
local STAYS = 0.5

---@type fun(a: string, b: string, options: table): integer[][]
---@diagnostic disable-next-line: undefined-field, deprecated, assign-type-mismatch
local diff = vim.text and vim.text.diff or vim.diff

---@class singletree.Token
---@field line integer
---@field from integer
---@field text string

--- Words, runs of blanks, and every other character by itself.
---@param lines string[]
---@return singletree.Token[]
local function tokens(lines)
  local found = {}
  for number, line in ipairs(lines) do
    local at = 1
    while at <= #line do
      local stop = select(2, line:find('^[%w_\128-\255]+', at)) or select(2, line:find('^%s+', at)) or at
      table.insert(found, { line = number, from = at - 1, text = line:sub(at, stop) })
      at = stop + 1
    end
    table.insert(found, { line = number, from = #line, text = '\1' })
  end
  return found
end

---@param list singletree.Token[]
---@return string
local function joined(list)
  local texts = {}
  for index, token in ipairs(list) do
    texts[index] = token.text
  end
  return table.concat(texts, '\n') .. '\n'
end

--- The changed tokens of each line, next to each other ones as one part; lines that are all new have none.
---@param lines string[]
---@param list singletree.Token[]
---@param is_changed table<integer, true>
---@return table<integer, singletree.Part[]> by line
local function parts(lines, list, is_changed)
  local by_line, changed = {}, {}
  for index, token in ipairs(list) do
    if is_changed[index] and token.text ~= '\1' then
      local line = by_line[token.line] or {}
      by_line[token.line] = line
      local last = line[#line]
      local to = token.from + #token.text
      if last and not lines[token.line]:sub(last.to + 1, token.from):find('%S') then
        -- Blanks between two changed words are no border.
        last.to = to
      else
        table.insert(line, { from = token.from, to = to })
      end
      if token.text:find('%S') then
        changed[token.line] = (changed[token.line] or 0) + #token.text
      end
    end
  end
  for number in pairs(by_line) do
    local size = #lines[number]:gsub('%s', '')
    if (changed[number] or 0) > size * (1 - STAYS) then
      by_line[number] = nil
    end
  end
  return by_line
end

---@param lines string[]
---@return integer
local function bytes(lines)
  local sum = 0
  for _, line in ipairs(lines) do
    sum = sum + #line
  end
  return sum
end

--- Which words of the old lines go, and which of the new ones come; by line, from 1. Nothing where that would say no
--- more than the lines do.
---@param old string[]
---@param new string[]
---@return table<integer, singletree.Part[]> gone
---@return table<integer, singletree.Part[]> come
function M.changed(old, new)
  if #old == 0 or #new == 0 or #old + #new > MOST_LINES or bytes(old) + bytes(new) > MOST_BYTES then
    return {}, {}
  end
  local before, after = tokens(old), tokens(new)
  local gone, come = {}, {}
  for _, change in ipairs(diff(joined(before), joined(after), { result_type = 'indices' })) do
    for index = change[1], change[1] + change[2] - 1 do
      gone[index] = true
    end
    for index = change[3], change[3] + change[4] - 1 do
      come[index] = true
    end
  end
  return parts(old, before, gone), parts(new, after, come)
end

return M
