--- Follows the user's typing. The server says nothing of a hunk that typing merely moves, and what it does say may be
--- about a text that is some keystrokes old: both are made good here, by the server's own arithmetic
--- (`server/text/src/rebase.rs`). Pure: positions are LSP's, in the encoding of the client that they came from.

local version = require('singletree.version')

local M = {}

--- One change of a document, as `textDocument/didChange` carries it; its range is in the text before.
---@class singletree.Change
---@field range? lsp.Range nil where the whole text is another one
---@field text string

---@param left lsp.Position
---@param right lsp.Position
---@return boolean
local function is_before(left, right)
  return left.line < right.line or left.line == right.line and left.character < right.character
end

---@param left lsp.Position
---@param right lsp.Position
---@return boolean
local function is_same(left, right)
  return left.line == right.line and left.character == right.character
end

--- Where the text that a change inserted ends.
---@param change singletree.Change
---@param encoding singletree.Encoding
---@return lsp.Position
local function end_of(change, encoding)
  local start = assert(change.range).start
  local text = change.text:gsub('\r\n?', '\n')
  local _, breaks = text:gsub('\n', '')
  local last = text:match('[^\n]*$') or ''
  local before = breaks == 0 and start.character or 0
  return { line = start.line + breaks, character = before + version.units(last, encoding, #last) }
end

--- A position after a change. One inside of what was replaced goes to its end.
---@param at lsp.Position
---@param range lsp.Range
---@param last lsp.Position where the inserted text ends
---@return lsp.Position
local function moved(at, range, last)
  if is_before(at, range['end']) then
    return is_before(range.start, at) and last or at
  end
  if at.line == range['end'].line then
    return { line = last.line, character = last.character + at.character - range['end'].character }
  end
  return { line = at.line + last.line - range['end'].line, character = at.character }
end

--- A range after a change, and whether that is certain. What is inserted at its edges stays outside, and at an empty
--- range it goes behind it. Where the change touches the hunk, the server merges the two and may put it elsewhere.
---@param range lsp.Range
---@param change singletree.Change
---@param encoding singletree.Encoding
---@return lsp.Range
---@return boolean is_certain
function M.range(range, change, encoding)
  local touched = assert(change.range)
  if is_before(range['end'], touched.start) then
    return range, true
  end
  local last = end_of(change, encoding)
  if is_before(touched['end'], range.start) then
    if last.line == touched['end'].line and range.start.line > last.line then
      return range, true
    end
    return { start = moved(range.start, touched, last), ['end'] = moved(range['end'], touched, last) }, true
  end
  local inserts_at_end = is_same(touched.start, touched['end']) and is_same(touched.start, range['end'])
  local stop = inserts_at_end and range['end'] or moved(range['end'], touched, last)
  local start = is_same(range.start, range['end']) and stop or moved(range.start, touched, last)
  return { start = start, ['end'] = stop }, false
end

return M
