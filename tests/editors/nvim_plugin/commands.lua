-- proves: prose
-- `:Singletree`: completion, words asked for, ranges and selections, commands of the user's own, `.`, a commit message.
local t, p = require('lib'), require('plugin')

local model = p.model()
vim.fn.mkdir(vim.env.SINGLETREE_HOME .. '/config/commands', 'p')
vim.fn.writefile({ 'Count the $ARGUMENTS.' }, vim.env.SINGLETREE_HOME .. '/config/commands/count.md')
local said = p.said()
local path = vim.env.TEST_WORKSPACE .. '/shapes.py'
local buffer = t.edit(path)

--- Waits for the next request to the model and returns what it was told.
local function told()
  model.tell({ asked = 1 })
  local requests = model.tell({ requests = true })
  t.wait_for('the turn to end', function()
    return #require('singletree.turns').running() == 0
  end)
  model.script({})
  local messages = requests[#requests].messages
  return messages[#messages].content
end

t.equal(vim.fn.getcompletion('Singletree doc', 'cmdline'), { 'document' }, 'subcommands are completed')
t.check(vim.tbl_contains(vim.fn.getcompletion('Singletree ', 'cmdline'), 'commit-message'), 'all of them')

vim.ui.input = function(options, done)
  t.check(options.prompt:find('change'), options.prompt)
  done('no keyword')
end
vim.fn.cursor(10, 5)
p.keys('V<Esc>')
vim.cmd("'<,'>Singletree edit")
local request = told()
t.check(request:find('no keyword', 1, true), 'the words that were asked for: ' .. request)
t.check(request:find('line="10"', 1, true) and request:find('character="0"', 1, true), 'the line that was selected')

-- Characters: from `float` on to the end of it.
vim.fn.cursor(10, 28)
p.keys('ve<Esc>')
vim.cmd("'<,'>Singletree edit shorter")
request = told()
t.check(request:find('character="27"', 1, true), 'where the selection begins: ' .. request)
t.check(request:find('end_character="32"', 1, true), 'and ends: ' .. request)

vim.cmd('Singletree count functions')
t.check(told():find('Count the functions.', 1, true), "a command of the user's own takes words")

vim.cmd('Singletree nothing')
t.wait_for('the refusal', function()
  return said[#said] and said[#said]:find('nothing', 1, true)
end)

-- A mapping, and `.` at another place.
vim.keymap.set('n', 'gz', '<Plug>(singletree-document)')
vim.fn.cursor(4, 1)
p.keys('gz')
t.check(told():find('<task command="document" path="shapes.py" line="4"', 1, true), 'the mapping runs it here')
vim.fn.cursor(10, 1)
p.keys('.')
t.check(told():find('<task command="document" path="shapes.py" line="10"', 1, true), 'and `.` there')
t.equal(vim.api.nvim_get_current_buf(), buffer, 'the focus stays')

vim.cmd.new()
vim.bo.filetype = 'gitcommit'
vim.api.nvim_buf_set_lines(0, 0, -1, true, { '', '# Please enter the commit message' })
model.script({ { says = 'shapes: count from one\n\nBecause.' } })
vim.cmd('Singletree commit-message')
t.wait_for('the message', function()
  return t.lines(0)[1] == 'shapes: count from one'
end)
t.equal(t.lines(0), { 'shapes: count from one', '', 'Because.', '# Please enter the commit message' }, 'nothing is lost')
