-- proves: staged, undo
-- Keep and Reject by keys: at the cursor with counts and `.`, over motions and selections, for a file, for all; and back.
local t, p = require('lib'), require('plugin')

local said = p.said()
local buffer = p.numbered('many.txt', 40, { 1, 5, 9, 13, 17, 21, 25, 29, 33, 40 })
p.map_keys()

local function kept()
  local numbers = {}
  for number, line in ipairs(t.lines(buffer)) do
    if line:find('^LINE') then
      table.insert(numbers, number)
    end
  end
  return numbers
end

local function wait_for(count, lines, what)
  p.wait_for_hunks(count)
  t.equal(kept(), lines, what)
end

-- Motions: a count, both ways, around the end, the jump list.
p.keys('gg3]h')
t.equal(vim.fn.line('.'), 13, 'three further: the first is at the cursor')
p.keys('2[h')
t.equal(vim.fn.line('.'), 5, 'two back')
p.keys('<C-o>')
t.equal(vim.fn.line('.'), 13, 'the jump list')
p.keys('G]h')
t.equal(vim.fn.line('.'), 1, 'around the end')
vim.o.wrapscan = false
p.keys('G]h')
t.equal(vim.fn.line('.'), 40, "not around the end without 'wrapscan'")
t.check(said[#said]:find('no proposed change below'), 'and it is said: ' .. vim.inspect(said))
vim.o.wrapscan = true

-- At the cursor, and again by `.`.
p.keys('gg]hgk')
wait_for(9, { 5 }, 'kept at the cursor')
p.keys(']h.')
wait_for(8, { 5, 9 }, 'kept by .')
t.equal(vim.fn.undotree().seq_cur, vim.fn.undotree().seq_last, 'nothing is undone')
p.keys('gg2Ggk')
t.check(said[#said]:find('no proposed change at the cursor'), 'no hunk at the cursor: ' .. said[#said])

-- Operators: a motion, a selection, the text object, `.`.
p.keys('13GgK4j')
wait_for(6, { 5, 9, 13, 17 }, 'kept over a motion')
p.keys('21GVjgr')
wait_for(5, { 5, 9, 13, 17 }, 'rejected over a selection')
p.keys('25GgRih')
wait_for(4, { 5, 9, 13, 17 }, 'rejected the text object')
p.keys('25Gyih')
t.check(said[#said]:find('no proposed change'), 'nothing to select: ' .. said[#said])
p.keys('29Gyih')
t.equal(vim.fn.getreg('"'), 'line 29 of it\n', 'the text object is the lines of the hunk')
vim.cmd('28,32Singletree keep')
wait_for(3, { 5, 9, 13, 17, 29 }, 'kept in a range')

--- Answers come after what they are about is on the screen.
local function told(words, what)
  t.wait_for(what, function()
    return said[#said]:find(words)
  end)
end

-- Back, one decision at a time: of several hunks at once too.
vim.cmd('Singletree undo')
p.wait_for_hunks(4)
told('1 offered again', 'what came back')
vim.cmd('Singletree undo')
wait_for(5, { 5, 9, 13, 17 }, 'the text object is back')
vim.cmd('Singletree undo')
wait_for(6, { 5, 9, 13, 17 }, 'the selection is back')
told('1 offered again', 'what came back of the selection')
vim.cmd('Singletree undo')
wait_for(8, { 5, 9 }, 'both of the motion are back')
told('2 offered again', 'what came back of the motion')
p.keys('13GgK4j')
wait_for(6, { 5, 9, 13, 17 }, 'kept over a motion again')
told('2 kept', 'how many were kept together')
p.keys('13Gu')
t.equal(kept(), { 5, 9 }, "one step of the editor's own undo, too")
p.keys('<C-r>')
t.equal(kept(), { 5, 9, 13, 17 }, 'and one step forward')

-- One of them was typed over: the others are kept, and it is said which was not.
p.keys('21Gccmine<Esc>')
p.keys('21GVjjjjgk')
wait_for(5, { 5, 9, 13, 17, 25 }, 'kept all but the one that was typed over')
told('1 kept.*1 in conflict.*line 21', 'which one is in conflict')
vim.cmd('Singletree undo')
wait_for(6, { 5, 9, 13, 17 }, 'the one is back')
p.keys('21Gccline 21 of it<Esc>')
p.wait_for_hunks(6)
p.keys('21GVjgr')
wait_for(5, { 5, 9, 13, 17 }, 'rejected over a selection again')
p.keys('25GgRih')
wait_for(4, { 5, 9, 13, 17 }, 'rejected the text object again')

-- The file, and all.
vim.cmd('Singletree keep file')
p.wait_for_hunks(0)
t.equal(kept(), { 1, 5, 9, 13, 17, 29, 33, 40 }, 'kept the file')
told('4 kept', 'how many were kept')
vim.cmd('Singletree undo')
p.wait_for_hunks(4)
told('4 offered again', 'how many came back')
vim.cmd('Singletree reject all')
p.wait_for_hunks(0)
told('4 rejected', 'how many were rejected')
p.keys(']h')
told('nothing is proposed', 'that there is nothing')
vim.cmd('Singletree keep nonsense')
told('hunk', 'what may stand there')
