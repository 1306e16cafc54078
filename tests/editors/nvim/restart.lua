-- kill -9 under pending hunks: the restarted server offers exactly those still open, and none twice.
local t = require('lib')

local path = vim.env.TEST_WORKSPACE .. '/shapes.py'
local buffer = t.edit(path)
vim.api.nvim_buf_set_lines(buffer, 0, 0, true, { '# unsaved' })
t.run('document', 1, vim.api.nvim_buf_line_count(buffer))
local hunks = t.wait_for_hunks(2)

t.execute('singletree.review.keep', { hunkId = hunks[1].id })
t.wait_for('the first to be kept', function()
  return #t.hunks() == 1
end)
local kept = t.lines(buffer)

local function kill_and_restart()
  local client = t.client()
  local old = client.id
  -- The server's own pid is not the client's to know; it is our only child.
  vim.fn.system({ 'pkill', '-9', '-P', tostring(vim.fn.getpid()), '-f', 'singletree' })
  t.wait_for('the client to notice', function()
    return vim.lsp.get_client_by_id(old) == nil
  end)
  vim.api.nvim_exec_autocmds('FileType', { buffer = buffer })
  t.wait_for('the server to attach again', function()
    local again = t.client()
    return again and again.initialized and vim.lsp.buf_is_attached(buffer, again.id)
  end)
end

kill_and_restart()
local after = t.hunks('pending', 'keeping', 'conflict')
t.equal(#after, 1, 'one hunk is open')
t.equal(after[1].id, hunks[2].id, 'it is the one that was')
t.equal(t.lines(buffer), kept, 'a restart changes no text')

-- Killed between sending the edit and seeing its didChange: the edit is applied, the server never hears of it.
local apply = vim.lsp.handlers['workspace/applyEdit']
vim.lsp.handlers['workspace/applyEdit'] = function(...)
  local answer = apply(...)
  vim.fn.system({ 'pkill', '-9', '-P', tostring(vim.fn.getpid()), '-f', 'singletree' })
  return answer
end
local old = t.client().id
vim.lsp.buf_request(buffer, 'workspace/executeCommand', {
  command = 'singletree.review.keep',
  arguments = { { hunkId = after[1].id } },
}, function() end)
t.wait_for('the server to die', function()
  return vim.lsp.get_client_by_id(old) == nil
end)
vim.lsp.handlers['workspace/applyEdit'] = apply
local text = t.lines(buffer)
t.check(#text > #kept, 'the editor applied the edit before the server died')
vim.api.nvim_exec_autocmds('FileType', { buffer = buffer })
t.wait_for('the server to attach a third time', function()
  local again = t.client()
  return again and again.initialized and vim.lsp.buf_is_attached(buffer, again.id)
end)
t.equal(#t.hunks('pending', 'keeping', 'conflict'), 0, 'nothing is offered twice')
t.equal(t.lines(buffer), text, 'nothing is inserted twice')
vim.cmd('qall!')
