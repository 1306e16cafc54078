--- `@` and `#` in the prompt: what they offer ('omnifunc', so that every completion plugin sees it), and the blocks that
--- they become when the prompt is sent.

local attach = require('singletree.chat.attach')
local client = require('singletree.client')
local connection = require('singletree.chat.connection')
local session = require('singletree.chat.session')
local version = require('singletree.version')

local M = {}

--- How long a completion waits for the server's index.
local WAIT_MS = 200
local MOST_FILES = 20
local MOST_SYMBOLS = 10

local OWN = {
  selection = 'what was selected last',
  diagnostics = 'errors and warnings',
  diff = 'what is not committed',
}

--- What was offered or put in, by its word: the block that it stands for.
---@type table<string, table>
local known = {}

--- Notes what a word in the prompt stands for.
---@param word string without `@`
---@param block table
function M.note(word, block)
  known[word] = block
end

---@param kind 'file'|'symbol'
---@param query string
---@param limit integer
---@return table[]
local function ask(kind, query, limit)
  local found = connection.current() or client.get()
  if not found then
    return {}
  end
  local params = { kind = kind, query = query, limit = limit }
  local answer = version.call(found, 'request_sync', '_singletree/mentions', params, WAIT_MS, 0)
  return answer and answer.result and answer.result.items or {}
end

---@param sign '@'|'#'
---@param kind 'file'|'symbol'
---@param query string
---@param limit integer
---@param into table[]
local function found(sign, kind, query, limit, into)
  for _, item in ipairs(ask(kind, query, limit)) do
    local word = item.label:gsub('%s+', '_')
    known[word] = attach.link(item.uri, item.label, item.range)
    table.insert(
      into,
      { word = sign .. word, menu = item.detail or '', kind = kind == 'file' and 'f' or 's' }
    )
  end
end

---@param typed string
---@return table[]
local function mentions(typed)
  local sign = typed:sub(1, 1) --[[@as '@'|'#']]
  local query = typed:sub(2)
  local items = {}
  for name, about in vim.spairs(OWN) do
    if vim.startswith(name, query:lower()) then
      table.insert(items, { word = sign .. name, menu = about, kind = 'e' })
    end
  end
  found(sign, 'file', query, MOST_FILES, items)
  if query ~= '' then
    found(sign, 'symbol', query, MOST_SYMBOLS, items)
  end
  return items
end

---@param typed string with the slash
---@return table[]
local function commands(typed)
  local items, now = {}, session.current()
  for _, command in ipairs(now and now.transcript.commands or {}) do
    local word = '/' .. command.name
    if vim.startswith(word, typed) then
      local hint = command.input and command.input.hint
      table.insert(
        items,
        { word = word, menu = command.description, info = hint and word .. ' ' .. hint, kind = 'c' }
      )
    end
  end
  return items
end

--- Where the word to complete starts, in bytes; none if the cursor is in no such word.
---@return integer?
function M.start()
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local before = vim.api.nvim_get_current_line():sub(1, column)
  -- An empty capture is a position.
  local mention = (before:match('.*%s()[@#]%S*$') or before:match('^()[@#]%S*$')) --[[@as integer?]]
  if mention then
    return mention - 1
  end
  return row == 1 and before:match('^/%S*$') and 0 or nil
end

--- 'omnifunc' of the prompt.
---@param find_start integer
---@param base string
---@return integer|table[]
function M.complete(find_start, base)
  if find_start == 1 then
    return M.start() or -2
  end
  return vim.startswith(base, '/') and commands(base) or mentions(base)
end

--- The words of a prompt that name something, each once.
---@param text string
---@return string[]
local function named(text)
  local words, seen = {}, {}
  for word in (' ' .. text):gmatch('%s[@#](%S+)') do
    -- What ends a sentence is not part of a name.
    for _, one in ipairs({ word, (word:gsub('[%.,;:!%?%)%]]+$', '')) }) do
      if not seen[one] then
        seen[one] = true
        table.insert(words, one)
      end
    end
  end
  return words
end

--- The blocks of a prompt: its words, then what they name.
---@param text string
---@param done fun(blocks?: table[], problem?: string)
function M.blocks(text, done)
  local blocks, words = { { type = 'text', text = text } }, named(text)
  local function next(index)
    local word = words[index]
    if not word then
      return done(blocks)
    end
    local function add(block, problem)
      if problem then
        return done(nil, ('@%s: %s'):format(word, problem))
      end
      table.insert(blocks, block)
      next(index + 1)
    end
    if attach.OWN[word] then
      attach.OWN[word](add)
    else
      add(known[word] or attach.path(word))
    end
  end
  next(1)
end

return M
