-- A code action on an unsaved buffer: progress, two hunks, keep one, reject one, and the editor's own undo.
local t = require('lib')

local path = vim.env.TEST_WORKSPACE .. '/shapes.py'
local buffer = t.edit(path)
local progress = t.watch_progress()
local on_disk = vim.fn.readblob(path)

-- The buffer differs from the disk before anything is asked.
vim.api.nvim_buf_set_lines(buffer, 0, 0, true, { '# unsaved' })
local before = t.lines(buffer)

t.run('document', 1, #before)
local hunks = t.wait_for_hunks(2)
t.wait_for('progress to end', function()
  return progress.begin == 1 and progress['end'] == 1
end)
t.equal(t.lines(buffer), before, 'proposed text is never in the buffer')

-- Keep the first from the menu at its place; the second stays pending where it stands now.
local first_line = hunks[1].range.start.line + 1
t.choose(first_line, first_line, function(action)
  return action.command and action.command.command == 'singletree.review.keep' and action.command.arguments[1].hunkId == hunks[1].id
end, 'Keep')
t.wait_for('the hunk in the buffer', function()
  return #t.lines(buffer) > #before
end)
t.wait_for('the hunk to retire', function()
  return #t.hunks() == 1 and #t.hunks('keeping') == 0
end)
local kept = t.lines(buffer)

-- Reject the second.
local second = t.hunks()[1]
local second_line = second.range.start.line + 1
t.choose(second_line, second_line, function(action)
  return action.command and action.command.command == 'singletree.review.reject' and action.command.arguments[1].hunkId == second.id
end, 'Reject')
t.wait_for('no open hunk', function()
  return #t.hunks('pending', 'keeping', 'conflict') == 0
end)
t.equal(t.lines(buffer), kept, 'a rejected hunk changes nothing')

-- Exactly the kept hunk: every other line is as it was.
local added = #kept - #before
local at = hunks[1].range.start.line
local without = vim.list_slice(kept, 1, at)
vim.list_extend(without, vim.list_slice(kept, at + added + 1))
t.equal(without, before, 'lines outside the hunk are as they were')

vim.cmd('silent undo')
t.equal(t.lines(buffer), before, 'the editor undoes a kept hunk in one step')
t.equal(vim.fn.readblob(path), on_disk, 'the disk is the user\'s: nothing was saved')
vim.cmd('qall!')
