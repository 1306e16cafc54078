-- proves: staged, undo, progress
-- A code action on an unsaved buffer: progress, two hunks, keep one, reject one, and the editor's own undo.
local t = require('lib')

local path = vim.env.TEST_WORKSPACE .. '/shapes.py'
local buffer = t.edit(path)
local progress = t.watch_progress()
local on_disk = vim.fn.readblob(path)

-- The buffer differs from the disk before anything is asked.
t.type_line(buffer, 0, '# unsaved')
local before = t.lines(buffer)

t.run('document', 1, #before)
local hunks = t.wait_for_hunks(2)
t.wait_for('progress to end', function()
  return progress.begin == 1 and progress['end'] == 1
end)
t.equal(progress.message, 'done', 'progress says how it ended')
t.equal(t.lines(buffer), before, 'proposed text is never in the buffer')

-- Keep the first at its place; the second stays pending where it stands now.
t.decide('keep', hunks[1])
t.wait_for('the hunk in the buffer and the other one alone', function()
  return #t.lines(buffer) > #before and #t.open_hunks() == 1
end)
local kept = t.lines(buffer)

t.decide('reject', t.hunks()[1])
t.wait_until_decided('one was kept, one was rejected')
t.equal(t.lines(buffer), kept, 'a rejected hunk changes nothing')

-- Exactly the kept hunk: every other line is as it was.
local added = #kept - #before
local at = hunks[1].range.start.line
local without = vim.list_slice(kept, 1, at)
vim.list_extend(without, vim.list_slice(kept, at + added + 1))
t.equal(without, before, 'lines outside of the hunk are as they were')

vim.cmd('silent undo')
t.equal(t.lines(buffer), before, 'the editor undoes a kept hunk in one step')
vim.cmd('silent redo')
t.equal(t.lines(buffer), kept, 'and does it again')
t.equal(#t.open_hunks(), 0, 'a decided hunk does not come back with undo and redo')
t.equal(vim.fn.readblob(path), on_disk, "the disk is the user's: nothing was saved")
