-- proves: cancel, progress
-- A turn is stopped from the editor while its model is in the middle of an answer: the connection to the model is
-- closed, progress ends, nothing is proposed and the next turn works.
local t = require('lib')

-- A model that begins to answer and never ends: what a slow local server looks like.
local asked, hung_up = false, false
local model = assert(vim.uv.new_tcp())
assert(model:bind('127.0.0.1', 0))
assert(model:listen(16, function()
  local connection = assert(vim.uv.new_tcp())
  model:accept(connection)
  local received = ''
  connection:read_start(function(_, data)
    if not data then
      hung_up = true
      return connection:close()
    end
    received = received .. data
    if not asked and received:find('/chat/completions', 1, true) then
      asked = true
      connection:write(
        'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'
          .. 'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"I begin"}}]}\n\n'
      )
    end
  end)
end))

local folder = vim.env.SINGLETREE_HOME .. '/config'
vim.fn.mkdir(folder, 'p')
vim.fn.writefile({
  '[providers.slow]',
  'kind = "openai-chat"',
  ('base_url = "http://127.0.0.1:%d/v1"'):format(model:getsockname().port),
}, folder .. '/config.toml')
vim.env.SINGLETREE_MODEL = 'slow/any'

local buffer = t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
local before = t.lines(buffer)
local progress = t.watch_progress()
t.run('document', 4)
t.wait_for('the model to be in the middle of its answer', function()
  return asked and progress.report > 0
end)
t.equal(progress['end'], 0, 'the turn is running')

local started = vim.uv.hrtime()
t.notify('window/workDoneProgress/cancel', { token = progress.token })
t.wait_for('progress to end', function()
  return progress['end'] == 1
end)
t.check(vim.uv.hrtime() - started < 1e9, 'a stopped turn ends within a second')
t.equal(progress.message, 'stopped', 'progress says how it ended')
t.wait_for('the connection to the model to be closed', function()
  return hung_up
end)
t.equal(#t.open_hunks(), 0, 'nothing is proposed')
t.equal(t.lines(buffer), before, 'nothing is changed')

-- The server is free for the next one.
t.execute('singletree.run', {
  command = 'document',
  model = 'rules',
  textDocument = { uri = vim.uri_from_bufnr(buffer) },
  range = { start = { line = 3, character = 0 }, ['end'] = { line = 3, character = 0 } },
})
t.wait_for_hunks(1)
