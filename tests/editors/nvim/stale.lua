-- proves: stale
-- The user types in a line that is about to change: that change cannot be kept any more, and what was typed stays.
local t = require('lib')
t.model('two')

local buffer = t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
t.run('document', 4)
t.wait_for_hunks(2)
vim.api.nvim_buf_set_lines(buffer, 6, 7, true, { '    return pi * radius * radius  # mine' })
t.type_line(buffer, 0, '# above')
t.wait_for('the conflict', function()
  return #t.hunks('conflict') == 1
end)
local typed = t.lines(buffer)
t.execute('singletree.review.keep', vim.empty_dict())
t.wait_for('the other one to be kept', function()
  return #t.hunks() == 0 and #t.lines(buffer) == #typed + 1
end)
t.equal(t.lines(buffer)[8], typed[8], 'nothing is kept over what was typed')
t.take(8, 'Reject (conflicts with your text)')
t.wait_until_decided('the conflict')
t.equal(vim.list_slice(t.lines(buffer), 1, 11), vim.list_slice(typed, 1, 11), 'what was typed stays')
