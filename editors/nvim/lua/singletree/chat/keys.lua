--- Keys of the panel's two buffers; all are the buffers' own.

local asks = require('singletree.chat.asks')
local say = require('singletree.say')
local session = require('singletree.chat.session')

local M = {}

--- Answers that are numbered.
local MOST = 9

---@param number integer
local function answer(number)
  local now = session.current()
  local ask = now and asks.first(now.transcript.id)
  local choice = ask and ask.choices[number]
  if choice then
    choice.run()
  else
    say.info(ask and ('the question has %d answers'):format(#ask.choices) or 'no question is open here')
  end
end

---@param buffer integer
---@return fun(key: string, action: function|string, desc: string)
local function mapper(buffer)
  return function(key, action, desc)
    vim.keymap.set('n', key, action, { buffer = buffer, desc = 'Singletree: ' .. desc, nowait = true })
  end
end

--- What both buffers know.
---@param buffer integer
function M.both(buffer)
  local map = mapper(buffer)
  for number = 1, MOST do
    map('g' .. number, function()
      answer(number)
    end, 'answer ' .. number)
  end
  map('<C-c>', function()
    if not session.stop() then
      say.info('nothing runs here')
    end
  end, 'stop the turn')
  map('g?', function()
    vim.cmd.help('singletree-chat-keys')
  end, 'help on these keys')
end

--- Where the cursor stands: an answer, a place, a fold.
local function enter()
  local view = require('singletree.chat.panel').view()
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local entry, drawn, at
  if view then
    entry, drawn, at = view:at(row)
  end
  local jump = require('singletree.chat.jump')
  local place = jump.under_cursor()
  local ask = entry and entry.ask
  ---@type integer?
  local number = drawn and drawn.choices and drawn.choices[at]
  if ask and number and not ask.answer then
    ask.choices[number].run()
  elseif vim.fn.foldclosed('.') > 0 then
    vim.cmd('normal! zo')
  elseif drawn and drawn.places and drawn.places[at] then
    jump.to(drawn.places[at])
  elseif place then
    jump.to(place)
  elseif vim.fn.foldlevel('.') > 0 then
    vim.cmd('normal! zc')
  end
end

--- `gf`, also on a closed fold: the place of the tool call.
local function go_to_file()
  local view = require('singletree.chat.panel').view()
  local jump = require('singletree.chat.jump')
  local _, drawn, at
  if view then
    _, drawn, at = view:at(vim.api.nvim_win_get_cursor(0)[1] - 1)
  end
  local place = drawn and drawn.places and drawn.places[at] or jump.under_cursor()
  if place then
    jump.to(place)
  else
    say.info('no file is named here')
  end
end

--- To the next or previous message of the user's.
---@param step -1|1
local function message(step)
  local view = require('singletree.chat.panel').view()
  if not view then
    return
  end
  local here, rows, row = vim.api.nvim_win_get_cursor(0)[1], {}, 0
  for index, drawn in ipairs(view.drawn) do
    if view.transcript.entries[index].kind == 'user' then
      table.insert(rows, row + drawn.lead + 1)
    end
    row = row + drawn.lines
  end
  local first, last = step > 0 and 1 or #rows, step > 0 and #rows or 1
  for index = first, last, step do
    if (rows[index] - here) * step > 0 then
      vim.cmd("normal! m'")
      return vim.api.nvim_win_set_cursor(0, { rows[index], 0 })
    end
  end
end

---@param mode string how the prompt is entered
local function write(mode)
  return function()
    require('singletree.chat.panel').open({ focus = true })
    vim.cmd(mode)
  end
end

--- The transcript's own.
---@param buffer integer
function M.transcript(buffer)
  local map = mapper(buffer)
  M.both(buffer)
  map('<CR>', enter, 'answer, open or fold what is here')
  map('gf', go_to_file, 'open the file that is named here')
  map('q', function()
    require('singletree.chat.panel').close()
  end, 'close the chat')
  for _, key in ipairs({ 'i', 'a', 'o', 'I', 'A', 'O' }) do
    map(key, write('startinsert!'), 'write a message')
  end
  map(']]', function()
    message(1)
  end, 'next message of yours')
  map('[[', function()
    message(-1)
  end, 'previous message of yours')
end

return M
