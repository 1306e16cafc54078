-- proves: files, inline-diff
-- Files that come, go and move: shown before anything happens, in the list, across files, in a diff; kept at last.
local t, p = require('lib'), require('plugin')

local root = vim.env.TEST_WORKSPACE
p.model({
  { calls = { { 'read', { path = 'shapes.py' } }, { 'read', { path = 'broken.py' } } } },
  {
    calls = {
      { 'write', { path = 'docs/new plan.lua', text = 'local M = {}\n\nreturn M\n' } },
      { 'move', { from = 'shapes.py', to = 'forms.py' } },
      { 'delete', { path = 'broken.py' } },
    },
  },
  { says = 'Done.' },
})
local said = p.said()
local buffer = t.edit(root .. '/shapes.py')
local text = t.lines(buffer)
p.map_keys()
p.run('document')
p.wait_for_hunks(3)
p.shows('to be renamed to forms.py')
t.equal(require('singletree.review').counts(), { here = 1, files = 3, all = 3 }, 'counts')

-- The list: every file of it, and the entry of the new one shows its text.
vim.cmd('Singletree hunks')
t.equal(vim.bo.buftype, 'quickfix', 'the list is open')
local entries = vim.fn.getqflist()
t.equal(#entries, 3, 'an entry each')
vim.cmd('wincmd p')
local window = vim.api.nvim_get_current_win()
vim.cmd('cc 2')
t.equal(vim.api.nvim_buf_get_lines(0, 0, -1, true), { 'local M = {}', '', 'return M' }, 'the text of the new file')
t.equal(vim.bo.modifiable, false, 'it is not there to be written to')
t.equal(vim.bo.filetype, 'lua', 'it has the colours of its language')
p.shows('new file')
p.keys('gr')
p.wait_for_hunks(2)
t.wait_for('the list to follow', function()
  return #vim.fn.getqflist() == 2
end)
t.equal(vim.api.nvim_get_current_win(), window, 'the list takes no focus')
vim.cmd('Singletree undo')
p.wait_for_hunks(3)
vim.cmd('cclose')

-- Across files.
p.keys(']H')
t.equal(vim.fn.expand('%:t'), 'shapes.py', 'the next file')
p.keys(']H')
t.equal(vim.fn.expand('%:t'), 'broken.py', 'around the end')
p.shows('to be deleted')
p.keys('2]H')
t.equal(vim.fn.expand('%:t'), 'shapes.py', 'two further')

-- What it is for, in a float.
vim.cmd('normal! gg')
vim.cmd('Singletree why')
p.shows('waits for Keep or Reject')
p.keys('l')

vim.cmd('Singletree keep all')
p.wait_for_hunks(0)
t.wait_for('the files to be as proposed', function()
  return vim.fn.filereadable(root .. '/shapes.py') == 0 and vim.fn.filereadable(root .. '/broken.py') == 0
end)
t.check(vim.fn.filereadable(root .. '/forms.py') == 1 or vim.fn.bufnr(root .. '/forms.py') ~= -1, 'the renamed file')
t.equal(vim.fn.bufnr(root .. '/docs/new plan.lua') ~= -1 or vim.fn.filereadable(root .. '/docs/new plan.lua') == 1, true, 'the new file')
t.check(#text > 0 and #said > 0, 'said something')
