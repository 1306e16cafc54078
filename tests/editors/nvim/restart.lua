-- kill -9 under pending hunks: the restarted server offers exactly those still open, and none twice.
local t = require('lib')

local path = vim.env.TEST_WORKSPACE .. '/shapes.py'
local buffer = t.edit(path)
t.type_line(buffer, 0, '# unsaved')
t.run('document', 1, vim.api.nvim_buf_line_count(buffer))
local hunks = t.wait_for_hunks(2)

t.decide('keep', hunks[1])
t.wait_for('the first to be kept', function()
  return #t.open_hunks() == 1
end)
local kept = t.lines(buffer)

--- What is open after a restart is the second hunk, once, as it was proposed, and no text has changed.
local function only_the_second(text)
  local open = t.wait_for_hunks(1)
  t.equal(#t.open_hunks(), 1, 'one hunk is open')
  t.equal({ open[1].id, open[1].newText }, { hunks[2].id, hunks[2].newText }, 'it is the one that was')
  t.equal(t.lines(buffer), text, 'a restart changes no text')
  return open[1]
end

local client = t.client().id
t.kill_server()
t.restart(buffer, client)
only_the_second(kept)

-- Typed while no server is there: the hunk moves with its place.
client = t.client().id
t.kill_server()
t.wait_for('the client to notice', function()
  return vim.lsp.get_client_by_id(client) == nil
end)
t.type_line(buffer, 0, '# typed in between')
kept = t.lines(buffer)
t.restart(buffer, client)
local moved = only_the_second(kept)

-- Killed when the edit was sent and not applied: the hunk is offered again.
t.die_while_keeping(buffer, moved, true)
local again = only_the_second(kept)

-- Killed when the edit was applied and its didChange not seen: the hunk is kept, and not offered again.
t.die_while_keeping(buffer, again, false)
t.equal(#t.open_hunks(), 0, 'nothing is offered twice')
local applied = t.lines(buffer)
local line = again.range.start.line
t.equal(vim.list_slice(applied, 1, line), vim.list_slice(kept, 1, line), 'what stands before is as it was')
t.equal(#applied, #kept + select(2, again.newText:gsub('\n', '')), 'the text is there, once')
