-- proves: chat, permission
-- Permission prompts in the chat: nothing pops up while the user types; allowed by its number, rejected with a reason
-- that the model is told, allowed for good only in a second step.
local t, p, talk = require('lib'), require('plugin'), require('talk')

local model = p.model()
talk.trust()
local said = p.said()
t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
talk.open()
local asked = talk.selects({})
local function touch(name)
  return { calls = { { 'shell', { command = 'touch ' .. name } } } }
end

-- While the user types, the question comes in the transcript; what they type is theirs.
model.script({ touch('first.txt'), touch('second.txt'), { says = 'As you wish.' } })
talk.send('Make two files')
_G.while_typing = function()
  talk.shows('run `touch first.txt`')
  t.equal(vim.api.nvim_get_mode().mode:sub(1, 1), 'i', 'the user is typing all the while')
end
p.keys('iso g1 <Cmd>lua while_typing()<CR>is text<Esc>')
t.equal(t.lines(talk.prompt()), { 'so g1 is text' }, 'what was typed is in the prompt')
t.equal(#asked, 0, 'nothing popped up')
t.equal(said, {}, 'and nothing was said: the user sees it')
t.equal(#require('singletree.chat').pending(), 1, 'the question is open')
talk.shows('rule: write.touch')
p.keys('0Dg1')
talk.shows('→ allowed: Allow once')

-- From anywhere: by vim.ui.select, Reject first; the reason goes to the model.
talk.shows('run `touch second.txt`')
vim.cmd.wincmd('p')
asked = talk.selects({ 'Reject with a reason' })
talk.inputs('one file is enough')
vim.cmd('Singletree answer')
t.equal(asked[1].titles[1], 'Reject', 'Reject comes first')
t.equal(asked[1].prompt, 'Allow to run `touch second.txt`?', 'the question is the prompt')
talk.shows('As you wish.')
talk.idle()
t.equal(#require('singletree.chat').pending(), 0, 'no question is open any more')
t.check(talk.is_folded('exit code 0: touch first.txt'), 'what came of a call that waited is in its fold')
local results = model.tell({ toolResults = true })
t.check(not results[#results - 1]:find('refused', 1, true), 'the first ran: ' .. results[#results - 1])
t.check(results[#results]:find('one file is enough', 1, true), 'the model hears why: ' .. results[#results])
t.equal(
  vim.fn.filereadable(vim.env.TEST_WORKSPACE .. '/first.txt'),
  0,
  'a command writes into its workbench only'
)

-- While the chat is closed it is a notice; "always" shows the rule and asks again.
model.script({ touch('third.txt'), { says = 'Done.' } })
talk.send('Another')
p.keys('<Cmd>Singletree chat close<CR>')
t.wait_for('the notice', function()
  return (said[#said] or ''):find('Allow to run `touch third.txt`? (:Singletree answer)', 1, true)
end)
asked = talk.selects({ 'Always in this workspace', 'Back' })
vim.cmd('Singletree answer')
t.equal(#asked, 2, 'it asks twice')
t.check(asked[2].prompt:find('touch', 1, true), 'the second time it names the rule: ' .. asked[2].prompt)
t.equal(#require('singletree.chat').pending(), 1, 'who goes back has not answered')
talk.open()
talk.shows('g4  Reject')
talk.go('g4  Reject')
p.keys('<CR>')
talk.shows('Allow to run `touch third.txt`?  → rejected')
talk.idle()

-- Answered elsewhere it is closed here; an answer from a menu that still stands changes nothing.
local chat, outcome = require('singletree.chat'), nil
local id = chat.summary().session
coroutine.wrap(function()
  outcome = chat.on_permission({
    sessionId = id,
    toolCall = { toolCallId = 'elsewhere' },
    options = { { optionId = 'once', name = 'Allow once', kind = 'allow_once' } },
    _meta = { singletree = { action = 'run `make`' } },
  })
end)()
local pick
vim.ui.select = function(items, _, done)
  pick = function()
    done(items[#items])
  end
end
chat.pending()[1].open()
chat.on_permission_closed({ sessionId = id, toolCallId = 'elsewhere' })
t.wait_for('the answer', function()
  return outcome
end)
t.equal(outcome.outcome.outcome, 'cancelled', 'it is taken back')
pick()
t.check(said[#said]:find('closed already', 1, true), 'and the late answer is told so')
talk.shows('answered elsewhere')
