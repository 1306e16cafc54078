-- proves: streaming, inline-diff, undo
-- A change grows while it is written: the view and the cursor stay, typing goes on, the undo tree is the user's.
local t, p = require('lib'), require('plugin')

local path = vim.env.TEST_WORKSPACE .. '/many.txt'
local lines = {}
for number = 1, 100 do
  lines[number] = ('line %d of it'):format(number)
end
vim.fn.writefile(lines, path)
local new = {}
for number = 1, 30 do
  new[number] = ('new line %d'):format(number)
end
local model = p.model()
model.tell(p.held_edit('many.txt', 'line 10 of it\n', table.concat(new, '\n') .. '\n', 'new line 20'))
local buffer = t.edit(path)
vim.cmd('normal! 50Gzt')
local view = vim.fn.winsaveview()
local sequence = vim.fn.undotree().seq_last
local changes = 0
vim.api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI', 'BufModifiedSet' }, {
  callback = function()
    changes = changes + 1
  end,
})
p.run('document')
p.wait_for_hunks(1)
t.wait_for('the half that is written', function()
  local hunk = require('singletree.review.state').files()[1].hunks[1]
  return hunk and hunk.newText:find('new line 19')
end)
t.equal(require('singletree.review.state').files()[1].hunks[1].state, 'streaming', 'it is still written')
t.equal(vim.fn.winsaveview(), view, 'the view stays')
t.equal(changes, 0, 'nothing changed the buffer')
t.equal(vim.bo.modified, false, 'nor was it touched')

-- It can be seen, and not be kept.
vim.cmd('normal! 10Gzt')
p.shows('new line 18')
local said = p.said()
require('singletree.review').keep()
t.check(said[#said]:find('still being written'), 'why not: ' .. vim.inspect(said))

-- Typing goes on elsewhere.
p.keys('5Gotyped<Esc>')
t.equal(vim.fn.undotree().seq_last, sequence + 1, "the user's own change and no other")
model.tell({ release = true })
t.wait_for('the whole, where it has followed what was typed', function()
  local file = require('singletree.review.state').files()[1]
  local hunk = file and file.hunks[1]
  return hunk and hunk.state == 'pending' and hunk.range.start.line == 10
end)
t.equal(require('singletree.review.draw').places(buffer)[1].first, 10, 'and is drawn there')
vim.cmd('normal! 11Gzt')
p.shows('new line 20')
t.equal(vim.fn.undotree().seq_last, sequence + 1, 'drawing is no change')
vim.cmd('normal! 11G')
require('singletree.review').keep()
p.wait_for_hunks(0)
t.equal(vim.fn.undotree().seq_last, sequence + 2, 'Keep is one undo step')
t.equal(vim.list_slice(t.lines(buffer), 11, 40), new, 'all of it')
vim.cmd('silent undo')
t.equal(t.lines(buffer)[11], 'line 10 of it', 'and back in one')
