-- How long the chat blocks Neovim, beside its limits. Prints figures and asserts nothing; needs no server.
--   nvim --headless -u nvim_plugin/init.lua -l nvim_plugin/bench/chat.lua      (or with `-c 'luafile …'` at a terminal)
local function ms(since)
  return (vim.uv.hrtime() - since) / 1e6
end

local started = vim.uv.hrtime()
require('singletree')
local lines = { ('require(singletree): %.2f ms (limit 2)'):format(ms(started)) }
started = vim.uv.hrtime()
require('singletree.chat')
require('singletree.chat.panel')
table.insert(lines, ('require of all of the chat, at its first use: %.2f ms'):format(ms(started)))

local connection = require('singletree.chat.connection')
local session = require('singletree.chat.session')
local history = {}
connection.ensure = function(done)
  done(nil, {})
end
connection.request = function(method, params, done)
  if method == 'session/new' then
    done(nil, { sessionId = 'bench', configOptions = {} })
  elseif method == 'session/load' then
    for _, update in ipairs(history) do
      session.on_update({ sessionId = params.sessionId, update = update })
    end
    done(nil, { configOptions = {} })
  end
end

--- The longest time that the main loop had for nothing else, while `body` waits; a key is pressed in between.
local function longest_block(name, limit, start, is_over)
  collectgarbage()
  local last, longest, keys, slowest_key = vim.uv.hrtime(), 0, 0, 0
  local beat = assert(vim.uv.new_timer())
  beat:start(0, 1, function()
    local now = vim.uv.hrtime()
    longest, last = math.max(longest, now - last), now
    local pressed = now
    if keys < 200 then
      keys = keys + 1
      vim.schedule(function()
        slowest_key = math.max(slowest_key, vim.uv.hrtime() - pressed)
      end)
    end
  end)
  local View = getmetatable(require('singletree.chat.panel').view())
  local write, longest_write = View.write, 0
  View.write = function(view)
    local at = vim.uv.hrtime()
    write(view)
    longest_write = math.max(longest_write, vim.uv.hrtime() - at)
  end
  local began = vim.uv.hrtime()
  start()
  vim.wait(60000, is_over, 1)
  local took = ms(began)
  longest = math.max(longest, vim.uv.hrtime() - last)
  beat:stop()
  beat:close()
  View.write = write
  local text =
    '%s: longest block %.1f ms (limit %s), longest write %.1f ms, a key waited %.1f ms at most, %.0f ms in all'
  table.insert(lines, text:format(name, longest / 1e6, limit, longest_write / 1e6, slowest_key / 1e6, took))
end

local function tell(update)
  session.on_update({ sessionId = session.current().transcript.id, update = update })
end
local function chunk(text)
  return { sessionUpdate = 'agent_message_chunk', content = { type = 'text', text = text } }
end
local function is_drawn()
  local view = require('singletree.chat.panel').view()
  if not view or view.waits or #view.drawn < #view.transcript.entries then
    return false
  end
  return next(view.dirty) == nil
end

require('singletree.chat').open()
vim.wait(1000, is_drawn, 1)

local sent, ticker = 0, assert(vim.uv.new_timer())
longest_block('200 tokens a second, 3 s', 10, function()
  local began = vim.uv.hrtime()
  ticker:start(
    0,
    5,
    vim.schedule_wrap(function()
      -- What the machine is late with is made up for.
      while sent < 600 and sent < ms(began) / 5 do
        sent = sent + 1
        tell(chunk(sent % 12 == 0 and ('word%d.\n\n'):format(sent) or ('`word%d` '):format(sent)))
      end
    end)
  )
end, function()
  return sent >= 600 and is_drawn()
end)
ticker:stop()
ticker:close()

-- Lines with code, as a long answer has them.
local line = '- `item` of a **list** with some words that stand for what a model says at length\n'
local big = ('```lua\nlocal x = 1\n```\n' .. line:rep(20)):rep(math.floor(5 * 1024 * 1024 / (#line * 20)))
longest_block('a message of 5 MB', 10, function()
  tell(chunk(big))
end, is_drawn)

local one_line = ('word '):rep(1024 * 1024)
tell({ sessionUpdate = 'plan', entries = {} })
longest_block('a line of 5 MB', 10, function()
  tell(chunk(one_line))
end, is_drawn)

for number = 1, 10000 do
  local kind = number % 4
  if kind == 0 then
    local content = { type = 'text', text = 'question ' .. number }
    local meta = { singletree = { message = number } }
    table.insert(history, { sessionUpdate = 'user_message_chunk', content = content, _meta = meta })
  elseif kind == 3 then
    local output = { type = 'content', content = { type = 'text', text = 'a line\nanother line' } }
    table.insert(history, {
      sessionUpdate = 'tool_call',
      toolCallId = tostring(number),
      title = 'Read file' .. number,
      status = 'completed',
      content = { output },
    })
  else
    table.insert(history, chunk(('answer %d\n\n- a\n- b\n'):format(number)))
  end
end
longest_block('10,000 messages loaded', 10, function()
  session.load('other')
end, is_drawn)

print(table.concat(lines, '\n') .. '\n')
local out = vim.env.BENCH_OUT
if out then
  vim.fn.writefile(lines, out)
end
vim.cmd('qall!')
