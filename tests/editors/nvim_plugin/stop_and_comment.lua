-- proves: cancel, comment
-- A running turn is stopped; an instruction in a comment is run by its code action, in a workspace that is trusted.
local t, p = require('lib'), require('plugin')

local model = p.model()
local trusted = vim.system({ vim.env.SINGLETREE, 'trust', vim.env.TEST_WORKSPACE }, { stdin = 'y\n' }):wait()
t.equal(trusted.code, 0, 'the workspace is trusted: ' .. trusted.stderr)
local said = p.said()
local buffer = t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
local before = t.lines(buffer)

model.script({ { held = { { says = 'I begin ' }, { says = 'and never end.' } } } })
vim.cmd('Singletree edit square it')
model.tell({ asked = 1 })
t.wait_for('the turn', function()
  return #require('singletree.turns').running() == 1
end)
t.check(require('singletree').statusline():find('singletree: '), 'the statusline says that something runs')
vim.cmd('Singletree stop')
t.wait_for('the end of it to be said', function()
  return said[#said] and said[#said]:find('stopped')
end)
t.equal(#require('singletree.turns').running(), 0, 'nothing runs any more')
t.equal(t.lines(buffer), before, 'nothing was changed')
vim.cmd('Singletree stop')
t.check(said[#said]:find('nothing runs'), 'and there is nothing more to stop')

t.type_line(buffer, 6, '    # singletree: use the power operator')
model.script(p.proposes({ 'shapes.py', 'radius * radius', 'radius**2' }))
t.choose(7, nil, function(action)
  return action.title:find('use the power operator', 1, true) ~= nil
end, 'the instruction')
p.wait_for_hunks(1)
