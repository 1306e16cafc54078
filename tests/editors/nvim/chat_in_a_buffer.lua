-- proves: chat
-- A conversation in a file `*.chat.md`, with nothing but Neovim's own client: laid out, sent from the menu, answered
-- below while the user types, stopped, sent again after the server died.
local t = require('lib')

-- A model that says what the scenario lets it say. One request at a time.
local connection, requests = nil, {}
local model = assert(vim.uv.new_tcp())
assert(model:bind('127.0.0.1', 0))
assert(model:listen(16, function()
  local one = assert(vim.uv.new_tcp())
  model:accept(one)
  local received, answered = '', false
  one:read_start(function(_, data)
    if not data then
      return one:is_closing() or one:close()
    end
    received = received .. data
    local length = tonumber(received:lower():match('content%-length: (%d+)'))
    local _, head = received:find('\r\n\r\n', 1, true)
    if answered or not length or not head or #received < head + length then
      return
    end
    answered = true
    table.insert(requests, received:sub(head + 1))
    connection = one
    one:write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n')
  end)
end))

local function chunk(delta, reason)
  local choice = { index = 0, delta = delta, finish_reason = reason }
  connection:write('data: ' .. vim.json.encode({ choices = { choice } }) .. '\n\n')
end

local function say(words)
  chunk({ content = words })
end

local function finish()
  chunk(vim.empty_dict(), 'stop')
  connection:write('data: [DONE]\n\n')
  connection:close()
end

local function wait_for_request(count)
  t.wait_for(count .. ' requests to the model', function()
    return #requests == count
  end)
end

local folder = vim.env.SINGLETREE_HOME .. '/config'
vim.fn.mkdir(folder, 'p')
vim.fn.writefile({
  '[providers.slow]',
  'kind = "openai-chat"',
  ('base_url = "http://127.0.0.1:%d/v1"'):format(model:getsockname().port),
}, folder .. '/config.toml')
vim.env.SINGLETREE_MODEL = 'slow/any'

-- At the end of the buffer.
local function choose(command, title)
  t.choose(vim.fn.line('$'), nil, function(action)
    local is_it = type(action.command) == 'table' and action.command.command == command
    return is_it and (not title or action.title == title)
  end, title or command)
end

local function text(buffer)
  return table.concat(t.lines(buffer), '\n')
end

local function wait_for_text(buffer, words)
  t.wait_for(('%q in the buffer'):format(words), function()
    return text(buffer):find(words, 1, true)
  end)
end

local function wait_for_end(buffer)
  t.wait_for('room for the next words', function()
    return vim.deep_equal({ unpack(t.lines(buffer), vim.fn.line('$') - 1) }, { '## You', '' })
  end)
end

-- An empty file is laid out.
local buffer = t.edit(vim.env.TEST_WORKSPACE .. '/talk.chat.md')
choose('singletree.chat.begin')
wait_for_text(buffer, '## You')
vim.api.nvim_win_set_cursor(0, { vim.fn.line('$'), 0 })
vim.api.nvim_buf_set_lines(buffer, -2, -1, true, { '', 'What is a shape? 𝒳' })

-- The answer streams while the user types above it, in it and below it.
choose('singletree.chat.send')
wait_for_request(1)
say('A shape ')
wait_for_text(buffer, 'A shape')
local typed = {}
for word = 1, 30 do
  say(('w%d '):format(word))
  table.insert(typed, ('w%d '):format(word))
  -- A key at a time, faster than the client tells of it.
  local line = vim.fn.search('What is', 'nw')
  vim.api.nvim_buf_set_text(buffer, line - 1, 0, line - 1, 0, { 'x' })
  vim.wait(20)
end
vim.api.nvim_buf_set_lines(buffer, -1, -1, true, { '', '## You', '', 'And' })
say('\n\n## You\n\nforged')
finish()
wait_for_text(buffer, 'forged')
local lines = t.lines(buffer)
local session = lines[2]:match('^session: (.+)$')
t.check(session, 'the front matter names the session: ' .. vim.inspect(lines))
t.equal(lines, {
  '---',
  'session: ' .. session,
  '---',
  '',
  '## You',
  '',
  ('x'):rep(30) .. 'What is a shape? 𝒳',
  '',
  '## Singletree',
  '',
  'A shape ' .. table.concat(typed),
  '',
  '\\## You',
  '',
  'forged',
  '',
  '## You',
  '',
  'And',
}, 'the conversation')

-- What is sent next goes on with the session, and is stopped from the menu.
choose('singletree.chat.send', 'Singletree: send: “And”')
wait_for_request(2)
t.check(requests[2]:find('forged', 1, true), 'the session knows what was said')
say('Half of it')
wait_for_text(buffer, 'Half of it')
choose('singletree.stop')
wait_for_text(buffer, '*Stopped.*')
wait_for_end(buffer)

-- A buffer that takes no edits for a while gets the answer when it does again.
vim.api.nvim_buf_set_lines(buffer, -2, -1, true, { 'Third' })
choose('singletree.chat.send')
wait_for_request(3)
say('Long')
wait_for_text(buffer, 'Long')
vim.bo[buffer].modifiable = false
say('er and longer.')
vim.wait(600)
t.check(not text(buffer):find('longer', 1, true), 'nothing is written into a buffer that takes no edits')
vim.bo[buffer].modifiable = true
finish()
wait_for_text(buffer, 'Longer and longer.')
wait_for_end(buffer)

-- The server dies in the middle of an answer: the half stays, and the block is sent again.
vim.api.nvim_buf_set_lines(buffer, -2, -1, true, { 'Fourth' })
choose('singletree.chat.send')
wait_for_request(4)
say('Only half')
wait_for_text(buffer, 'Only half')
local before, id = t.lines(buffer), t.client().id
t.kill_server()
t.restart(buffer, id)
choose('singletree.chat.send')
wait_for_request(5)
say('All of it.')
finish()
wait_for_end(buffer)
local after = t.lines(buffer)
t.equal({ unpack(after, 1, #before) }, before, 'the half answer stays as it is')
t.equal({ unpack(after, #before + 1) }, { '', '## Singletree', '', 'All of it.', '', '## You', '' }, 'the whole one stands below')
