-- proves: files
-- A new file, another name for one and the end of a third: nothing happens before they are kept.
local t = require('lib')
t.model('files')

local workspace = vim.env.TEST_WORKSPACE
local function there(name)
  return vim.fn.filereadable(workspace .. '/' .. name) == 1
end
local text = vim.fn.readblob(workspace .. '/shapes.py')
t.edit(workspace .. '/shapes.py')
t.run('document', 4)
t.wait_for_hunks(3)
t.check(not there('docs/plan.md') and there('broken.py'), 'nothing happens before it is kept')
t.take(4, 'Keep: new file docs/plan.md')
t.wait_for('the new file', function()
  return #t.open_hunks() == 2
end)
t.take(4, 'Keep: delete broken.py')
t.wait_for('the deleted file to go', function()
  return not there('broken.py')
end)
t.take(1, 'Keep: rename shapes.py to geometry/shapes.py')
t.wait_for('the renamed file', function()
  return there('geometry/shapes.py') and not there('shapes.py')
end)
vim.cmd('silent wall')
t.equal(vim.fn.readblob(workspace .. '/geometry/shapes.py'), text, 'it has its text')
t.equal(vim.fn.readfile(workspace .. '/docs/plan.md'), { '# Plan', '', '- é 🌳' }, 'and the new one its own')
