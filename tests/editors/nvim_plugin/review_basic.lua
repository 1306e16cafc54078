-- proves: staged, inline-diff, undo
-- Two hunks drawn in their place; one kept and one rejected by keys, and the editor's own undo.
local t, p = require('lib'), require('plugin')

p.model(p.proposes(
  { 'shapes.py', '    return pi * radius * radius\n', '    return pi * radius**2\n' },
  {
    'shapes.py',
    '    return [value * factor for value in values]\n',
    '    scaled = [factor * value for value in values]\n    return scaled\n',
  }
))
p.said()
local path = vim.env.TEST_WORKSPACE .. '/shapes.py'
local buffer = t.edit(path)
local before = t.lines(buffer)
local undo = vim.fn.undotree().seq_last
p.run('document')
p.wait_for_hunks(2)
p.map_keys()
p.shows('return pi %* radius%*%*2')
t.equal(t.lines(buffer), before, 'proposed text is never in the buffer')
t.equal(vim.fn.undotree().seq_last, undo, 'drawing is no change')

p.keys(']h')
t.equal(vim.fn.line('.'), 7, 'the first hunk')
p.keys('gk')
p.wait_for_hunks(1)
t.equal(t.lines(buffer)[7], '    return pi * radius**2', 'what was kept')
local kept = t.lines(buffer)
p.keys(']h')
t.equal(vim.fn.line('.'), 11, 'the second hunk')
p.keys('gr')
p.wait_for_hunks(0)
t.equal(t.lines(buffer), kept, 'what was rejected changes nothing')
p.keys('u')
t.equal(t.lines(buffer), before, 'one undo takes back what was kept')
