-- kill -9 while a new file is being created: it is offered again if it was not made, and not if it was.
local t = require('lib')

local path = vim.env.TEST_WORKSPACE .. '/tests/test_shapes.py'
local buffer = t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
t.run('test', 4)
local proposed = t.wait_for_hunks(1)[1]
t.equal(vim.uri_to_fname(proposed.uri), path, 'a new file is proposed')

t.die_while_keeping(buffer, proposed, true)
local again = t.wait_for_hunks(1)[1]
t.equal({ again.id, again.newText }, { proposed.id, proposed.newText }, 'it is offered as it was')
t.equal(vim.fn.filereadable(path), 0, 'and was not made')

t.die_while_keeping(buffer, again, false)
local created = vim.fn.bufnr(path)
vim.api.nvim_exec_autocmds('FileType', { buffer = created })
t.wait_for_server(created)
t.equal(#t.open_hunks(), 0, 'nothing is offered twice')
t.equal(table.concat(t.lines(created), '\n') .. '\n', proposed.newText, 'the editor has the text, once')
