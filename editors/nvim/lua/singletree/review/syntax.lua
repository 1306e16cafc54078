--- The colours of proposed text: those that its buffer would give it, by tree-sitter where that colours the buffer, by
--- its `syntax` else. Only what is on the screen is asked for.

local M = {}

--- Part of a line in one colour.
---@class singletree.Run: singletree.Part

--- Rows around a hunk that are parsed with it, so that its text is seen in its place.
local AROUND = 60
--- Bytes of a line that are coloured.
local MOST_BYTES = 400

---@param buffer integer
---@param first integer
---@param last integer
---@param new string[]
---@return string[] lines
---@return integer before lines of the buffer before the new ones
local function in_place(buffer, first, last, new)
  local count = vim.api.nvim_buf_line_count(buffer)
  first, last = math.min(first, count), math.min(last, count)
  local before = vim.api.nvim_buf_get_lines(buffer, math.max(0, first - AROUND), first, false)
  local after = vim.api.nvim_buf_get_lines(buffer, last, math.min(count, last + AROUND), false)
  local lines = vim.list_extend({}, before)
  vim.list_extend(lines, new)
  vim.list_extend(lines, after)
  return lines, #before
end

--- Notes a colour for part of the lines; what is noted later lies above.
---@param painted table<integer, table<integer, string|integer>> by line and byte
---@param lines string[]
---@param group string|integer
---@param from { [1]: integer, [2]: integer } row and byte
---@param to { [1]: integer, [2]: integer }
---@param shown { first: integer, last: integer }
local function paint(painted, lines, group, from, to, shown)
  for row = math.max(from[1], shown.first), math.min(to[1], shown.last - 1) do
    local line = lines[row + 1]
    local start = row == from[1] and from[2] or 0
    local stop = math.min(row == to[1] and to[2] or #line, #line, MOST_BYTES)
    local bytes = painted[row] or {}
    painted[row] = bytes
    for byte = start, stop - 1 do
      bytes[byte] = group
    end
  end
end

---@param painted table<integer, table<integer, string|integer>>
---@param lines string[]
---@param shown { first: integer, last: integer }
---@return singletree.Run[][]
local function runs(painted, lines, shown)
  local all = {}
  for row = shown.first, shown.last - 1 do
    local line, bytes = {}, painted[row] or {}
    local run
    for byte = 0, math.min(#lines[row + 1], MOST_BYTES) - 1 do
      local group = bytes[byte]
      if group and run and run.group == group and run.to == byte then
        run.to = byte + 1
      elseif group then
        run = { from = byte, to = byte + 1, group = group }
        table.insert(line, run)
      end
    end
    table.insert(all, line)
  end
  return all
end

---@param buffer integer
---@return string? language of a buffer that tree-sitter colours
local function language(buffer)
  local highlighter = vim.treesitter.highlighter.active[buffer]
  return highlighter and highlighter.tree:lang()
end

---@param lang string
---@param lines string[]
---@param shown { first: integer, last: integer }
---@return singletree.Run[][]
local function by_tree(lang, lines, shown)
  local source = table.concat(lines, '\n') .. '\n'
  local parser = vim.treesitter.get_string_parser(source, lang)
  parser:parse(true)
  local painted = {}
  parser:for_each_tree(function(tree, ltree)
    local query = vim.treesitter.query.get(ltree:lang(), 'highlights')
    if not query then
      return
    end
    for id, node, metadata in query:iter_captures(tree:root(), source, shown.first, shown.last) do
      local name = query.captures[id]
      if name:sub(1, 1) ~= '_' and name ~= 'spell' and name ~= 'nospell' and name ~= 'conceal' then
        local range = vim.treesitter.get_range(node, source, metadata and metadata[id])
        local group = ('@%s.%s'):format(name, ltree:lang())
        paint(painted, lines, group, { range[1], range[2] }, { range[4], range[5] }, shown)
      end
    end
  end)
  return runs(painted, lines, shown)
end

---@type table<string, integer> a scratch buffer for each `syntax`
local scratches = {}

---@param syntax string
---@return integer
local function scratch(syntax)
  local buffer = scratches[syntax]
  if not buffer or not vim.api.nvim_buf_is_valid(buffer) then
    buffer = vim.api.nvim_create_buf(false, true)
    scratches[syntax] = buffer
    vim.bo[buffer].undolevels = -1
    vim.bo[buffer].syntax = syntax
  end
  return buffer
end

---@param syntax string
---@param lines string[]
---@param shown { first: integer, last: integer }
---@return singletree.Run[][]
local function by_syntax(syntax, lines, shown)
  local buffer = scratch(syntax)
  local painted = {}
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.api.nvim_buf_call(buffer, function()
    for row = shown.first, shown.last - 1 do
      local bytes = {}
      painted[row] = bytes
      for byte = 0, math.min(#lines[row + 1], MOST_BYTES) - 1 do
        local id = vim.fn.synID(row + 1, byte + 1, 1)
        bytes[byte] = id ~= 0 and vim.fn.synIDattr(vim.fn.synIDtrans(id), 'name') or nil
      end
    end
  end)
  return runs(painted, lines, shown)
end

--- The colours of lines that are proposed for rows `first` to `last` of a buffer, without the first `skipped` of them;
--- nothing where the buffer has no colours itself.
---@param buffer integer
---@param first integer
---@param last integer
---@param new string[]
---@param skipped integer
---@return singletree.Run[][]? by line
function M.of(buffer, first, last, new, skipped)
  local lang = language(buffer)
  local syntax = vim.bo[buffer].syntax
  if not lang and (syntax == '' or syntax == 'ON' or syntax == 'OFF') then
    return nil
  end
  local lines, before = in_place(buffer, first, last, new)
  local shown = { first = before + skipped, last = before + #new }
  local ok, found
  if lang then
    ok, found = pcall(by_tree, lang, lines, shown)
  else
    ok, found = pcall(by_syntax, syntax, lines, shown)
  end
  return ok and found or nil
end

return M
