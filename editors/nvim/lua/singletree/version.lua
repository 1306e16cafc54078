--- What differs between Neovim 0.10 and newer ones.

local M = {}

---@alias singletree.Encoding 'utf-8'|'utf-16'|'utf-32'

local HAS_METHODS = vim.fn.has('nvim-0.11') == 1

--- Calls a function of a language client: a method since 0.11, a closure before.
---@param client vim.lsp.Client
---@param name string
---@param ... any
---@return any ...
function M.call(client, name, ...)
  if HAS_METHODS then
    return client[name](client, ...)
  end
  return client[name](...)
end

---@param client vim.lsp.Client
---@param method string
---@param buffer integer
---@return boolean
function M.supports(client, method, buffer)
  return M.call(client, 'supports_method', method, HAS_METHODS and buffer or { bufnr = buffer })
end

--- How many units of `encoding` the first `bytes` bytes of `line` are.
---@param line string
---@param encoding singletree.Encoding
---@param bytes integer
---@return integer
function M.units(line, encoding, bytes)
  bytes = math.min(bytes, #line)
  if encoding == 'utf-8' then
    return bytes
  elseif HAS_METHODS then
    return vim.str_utfindex(line, encoding, bytes, false)
  end
  ---@diagnostic disable-next-line: param-type-mismatch, missing-parameter
  local utf32, utf16 = vim.str_utfindex(line, bytes)
  return encoding == 'utf-16' and utf16 or utf32
end

--- How many bytes the first `units` units of `line` are.
---@param line string
---@param encoding singletree.Encoding
---@param units integer
---@return integer
function M.bytes(line, encoding, units)
  if encoding == 'utf-8' then
    return math.min(units, #line)
  elseif HAS_METHODS then
    return vim.str_byteindex(line, encoding, units, false)
  end
  ---@diagnostic disable-next-line: param-type-mismatch, missing-parameter
  local ok, bytes = pcall(vim.str_byteindex, line, units, encoding == 'utf-16')
  return ok and bytes or #line
end

return M
