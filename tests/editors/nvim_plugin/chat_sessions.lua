-- proves: chat
-- Sessions, by vim.ui.select: two are made, one is renamed, forked, searched for, exported and deleted; model, mode and
-- effort are chosen; a message is taken back.
local t, p, talk = require('lib'), require('plugin'), require('talk')

local model = p.model()
p.said()
t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
talk.open()
for _, word in ipairs({ 'apple', 'pear' }) do
  model.script({ { says = ('About the %s.'):format(word) } })
  vim.cmd('Singletree new')
  t.wait_for('an empty session', function()
    return talk.text() == ''
  end)
  talk.send('Tell me of the ' .. word)
  talk.shows(('About the %s.'):format(word))
  talk.idle()
end

local function summary()
  return require('singletree.chat').summary()
end
local asked = talk.selects({ 'apple' })
vim.cmd('Singletree sessions')
talk.shows('About the apple.')
t.equal(#asked[1].titles, 2, 'both are listed: ' .. vim.inspect(asked[1].titles))
t.check(not talk.text():find('pear', 1, true), 'the other is not shown any more')
t.equal(vim.api.nvim_get_current_buf(), talk.prompt(), 'one writes on in the prompt')

asked = talk.selects({ 'pear' })
talk.inputs('Of fruit')
vim.cmd('Singletree sessions rename')
t.wait_for('the list', function()
  return asked[1]
end)
t.wait_for('the new title', function()
  asked = talk.selects({})
  vim.cmd('Singletree sessions')
  vim.wait(200, function()
    return asked[1]
  end)
  return asked[1] and vim.inspect(asked[1].titles):find('Of fruit', 1, true)
end)

local before = summary().session
talk.selects({ 'Of fruit' })
vim.cmd('Singletree sessions fork')
t.wait_for('the copy', function()
  return summary() and summary().session ~= before and talk.text():find('About the pear.', 1, true)
end)

asked = talk.selects({ 'apple' })
vim.cmd('Singletree sessions search apple')
talk.shows('About the apple.')
t.equal(#asked[1].titles, 1, 'one has the word')

talk.selects({ 'apple' })
vim.cmd('Singletree sessions export')
t.wait_for('the export', function()
  return vim.bo.filetype == 'markdown' and vim.bo.buftype == ''
end)
t.check(table.concat(t.lines(0), '\n'):find('About the apple.', 1, true), 'the export has what was said')
vim.cmd('close')

-- Deleting asks first, and the one that is shown gives way to a new one.
local id = summary().session
asked = talk.selects({ 'apple', 'Keep it' })
vim.cmd('Singletree sessions delete')
t.wait_for('the question', function()
  return asked[2]
end)
t.equal(asked[2].titles, { 'Keep it', 'Delete' }, 'to keep it comes first')
t.equal(summary().session, id, 'it is still there')
talk.selects({ 'apple', 'Delete' })
vim.cmd('Singletree sessions delete')
t.wait_for('a new session', function()
  return summary() and summary().session ~= id and talk.text() == ''
end)

-- What the session may do and what it thinks with.
talk.selects({ 'Plan' })
vim.cmd('Singletree mode')
t.wait_for('the mode', function()
  return summary().mode == 'plan'
end)
vim.cmd('Singletree mode ask')
vim.cmd('Singletree effort high')
t.wait_for('mode and effort', function()
  local bar = vim.wo[talk.window(talk.prompt())].winbar
  return bar:find('ask', 1, true) and bar:find('high effort', 1, true)
end)
t.check(
  vim.tbl_contains(vim.fn.getcompletion('Singletree model ', 'cmdline'), 'loopback/scripted'),
  'models are completed'
)
vim.cmd('Singletree model loopback/scripted')

-- Back to before a message: its words are in the prompt again, what came of it is gone.
model.script({ { says = 'One.' }, { says = 'Two.' } })
talk.send('first')
talk.shows('One.')
talk.idle()
talk.send('second')
talk.shows('Two.')
talk.idle()
t.equal(summary().size, 131072, 'the meter knows the window')
talk.selects({ 'second' })
vim.cmd('Singletree rewind')
t.wait_for('the words', function()
  return t.lines(talk.prompt())[1] == 'second'
end)
t.check(not talk.text():find('Two.', 1, true), 'what came of it is gone')
t.check(talk.text():find('One.', 1, true), 'what was before it stays')
