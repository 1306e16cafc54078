--- Places, as Neovim counts them (lines from 0, bytes) and as a server does (lines from 0, units of its encoding).

local version = require('singletree.version')

local M = {}

---@param buffer integer
---@param row integer from 0
---@return string
local function line_of(buffer, row)
  return vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1] or ''
end

---@param buffer integer
---@param row integer
---@param column integer bytes
---@param encoding singletree.Encoding
---@return lsp.Position
function M.position(buffer, row, column, encoding)
  return { line = row, character = version.units(line_of(buffer, row), encoding, column) }
end

--- Where the user is: the given lines, what was selected if that is what the lines are, else the cursor.
---@param buffer integer
---@param lines? { first: integer, last: integer } from 1
---@param encoding singletree.Encoding
---@return lsp.Range
function M.range(buffer, lines, encoding)
  if not lines then
    local row, column = unpack(vim.api.nvim_win_get_cursor(0))
    local at = M.position(buffer, row - 1, column, encoding)
    return { start = at, ['end'] = at }
  end
  local from, to = vim.api.nvim_buf_get_mark(buffer, '<'), vim.api.nvim_buf_get_mark(buffer, '>')
  local start, past = 0, #line_of(buffer, lines.last - 1)
  if vim.fn.visualmode() == 'v' and from[1] == lines.first and to[1] == lines.last then
    start = from[2]
    -- The mark is on the last character selected; the range ends behind it.
    local rest = line_of(buffer, lines.last - 1):sub(to[2] + 1)
    past = math.min(past, to[2] + #vim.fn.strpart(rest, 0, 1, 1))
  end
  return {
    start = M.position(buffer, lines.first - 1, start, encoding),
    ['end'] = M.position(buffer, lines.last - 1, past, encoding),
  }
end

--- Reads lines of files for `convert`: of the buffer where one is loaded, else of the disk.
---@return fun(uri: string, row: integer): string
function M.reader()
  local files = {}
  return function(uri, row)
    local path = vim.uri_to_fname(uri)
    local buffer = vim.fn.bufnr(path)
    if buffer > 0 and vim.api.nvim_buf_is_loaded(buffer) then
      return line_of(buffer, row)
    end
    if not files[uri] then
      local ok, lines = pcall(vim.fn.readfile, path)
      files[uri] = ok and lines or {}
    end
    return files[uri][row + 1] or ''
  end
end

--- A range of one server's in the units of another.
---@param range lsp.Range
---@param uri string
---@param from singletree.Encoding
---@param to singletree.Encoding
---@param read fun(uri: string, row: integer): string
---@return lsp.Range
function M.convert(range, uri, from, to, read)
  if from == to then
    return range
  end
  local function moved(position)
    local line = read(uri, position.line)
    local bytes = version.bytes(line, from, position.character)
    return { line = position.line, character = version.units(line, to, bytes) }
  end
  return { start = moved(range.start), ['end'] = moved(range['end']) }
end

return M
