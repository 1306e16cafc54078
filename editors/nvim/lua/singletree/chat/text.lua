--- Running text piece by piece: how what came is to be appended to the lines that are there.

local LONGEST = require('singletree.chat.render').LONGEST

local M = {}

--- What a block of text has consumed of its entry's pieces, and where its last line stands.
---@class singletree.chat.Cursor
---@field part integer the piece that is next
---@field byte integer where in it
---@field column integer bytes of the last line
---@field head string how the last line begins
---@field fence? { indent: string, ticks: string } an open code fence
---@field html? string what closes the HTML that is open

--- Bytes of a line that are looked at for a fence.
local HEAD = 80

---@return singletree.chat.Cursor
function M.cursor()
  return { part = 1, byte = 1, column = 0, head = '' }
end

--- At most `most` bytes of what was not consumed yet, whole characters.
---@param cursor singletree.chat.Cursor
---@param parts string[]
---@param most number
---@return string
local function take(cursor, parts, most)
  local taken, size = {}, 0
  while size < most and parts[cursor.part] do
    local part = parts[cursor.part]
    local stop = math.min(#part, cursor.byte + most - size - 1) --[[@as integer]]
    if stop < #part then
      stop = stop + vim.str_utf_start(part, stop + 1)
    end
    if stop < cursor.byte then
      break
    end
    local piece = part:sub(cursor.byte, stop)
    table.insert(taken, piece)
    size = size + #piece
    if stop >= #part then
      cursor.part, cursor.byte = cursor.part + 1, 1
    else
      cursor.byte = stop + 1
    end
  end
  return table.concat(taken)
end

--- Where a piece that is too long for its line is cut: at a blank if there is one, else between characters.
---@param piece string
---@param room integer
---@return integer
local function cut_at(piece, room)
  if room <= 0 then
    return 0
  end
  -- An empty capture is a position.
  local blank = piece:sub(1, room):match('^.*()%s') --[[@as integer?]]
  if blank and blank > room / 2 then
    return blank
  end
  return room + vim.str_utf_start(piece, room + 1)
end

--- The HTML that goes on until it is closed, whatever stands below.
local HTML = {
  { '^%s*<!%-%-', '-->' },
  { '^%s*<%?', '?>' },
  { '^%s*<!%[cdata%[', ']]>' },
  { '^%s*<script[%s>]', '</script>' },
  { '^%s*<pre[%s>]', '</pre>' },
  { '^%s*<style[%s>]', '</style>' },
  { '^%s*<textarea[%s>]', '</textarea>' },
}

--- What closes the HTML that a line opens.
---@param line string
---@return string?
local function html(line)
  -- A tag may end with its line.
  line = line:lower() .. ' '
  for _, one in ipairs(HTML) do
    if line:find(one[1]) then
      return one[2]
    end
  end
end

--- A line has ended: whether a fence opens or closes with it.
---@param cursor singletree.chat.Cursor
local function end_line(cursor)
  local line = cursor.head
  local indent, ticks, rest = line:match('^(%s*)(```+)(.*)$')
  if not indent then
    indent, ticks, rest = line:match('^(%s*)(~~~+)(.*)$')
  end
  if cursor.fence then
    local open = cursor.fence.ticks
    if ticks and rest and ticks:sub(1, 1) == open:sub(1, 1) and #ticks >= #open and not rest:find('%S') then
      cursor.fence = nil
    end
  elseif
    not cursor.html
    and indent
    and ticks
    and rest
    and not (ticks:sub(1, 1) == '`' and rest:find('`', 1, true))
  then
    cursor.fence = { indent = indent, ticks = ticks }
  else
    local closing = cursor.html or html(line)
    cursor.html = closing and not line:lower():find(closing, 1, true) and closing or nil
  end
  cursor.head, cursor.column = '', 0
end

---@param cursor singletree.chat.Cursor
---@param piece string
local function advance(cursor, piece)
  cursor.column = cursor.column + #piece
  if #cursor.head < HEAD then
    cursor.head = (cursor.head .. piece):sub(1, HEAD)
  end
end

--- The next lines of an entry: the first is to be put behind the last line, the others are lines of their own.
---@param cursor singletree.chat.Cursor
---@param parts string[]
---@param most number bytes
---@return string[]? lines none if all is consumed
function M.next(cursor, parts, most)
  if not parts[cursor.part] then
    return nil
  end
  local lines = {}
  local text = take(cursor, parts, most):gsub('\r\n', '\n')
  local first = true
  for piece in vim.gsplit(text, '\n', { plain = true }) do
    if not first then
      end_line(cursor)
    end
    while cursor.column + #piece > LONGEST do
      local at = cut_at(piece, LONGEST - cursor.column)
      table.insert(lines, piece:sub(1, at))
      piece = piece:sub(at + 1)
      cursor.column = 0
    end
    table.insert(lines, piece)
    advance(cursor, piece)
    first = false
  end
  return lines
end

--- What closes text that nothing follows any more, so that what stands below is not part of its code.
---@param cursor singletree.chat.Cursor
---@return string? line
function M.closing(cursor)
  -- The last line has had no end.
  local column = cursor.column
  end_line(cursor)
  cursor.column = column
  local closing = cursor.fence and cursor.fence.indent .. cursor.fence.ticks or cursor.html
  cursor.fence, cursor.html = nil, nil
  return closing
end

---@param cursor singletree.chat.Cursor
---@param parts string[]
---@return boolean
function M.is_consumed(cursor, parts)
  return parts[cursor.part] == nil
end

return M
