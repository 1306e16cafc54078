-- proves: chat, streaming
-- A turn in the chat: an answer that streams, a file that is mentioned by completion, a slash command, a tool call that
-- is folded, a place that is jumped to.
local t, p, talk = require('lib'), require('plugin'), require('talk')

local model = p.model({
  {
    held = {
      {
        says = 'The area is `pi * radius²`.\n\n```python\ndef circle_area(radius):\n    return pi * radius**2\n```\n\n',
      },
      { says = 'That is **all** of it.' },
    },
  },
})
local file = t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
talk.open()
t.equal(vim.bo[talk.transcript()].filetype, 'markdown', 'the transcript is Markdown')
t.check(vim.treesitter.highlighter.active[talk.transcript()], 'and highlighted by its parser')

-- Completion by 'omnifunc': the first match is taken.
local found
t.wait_for('the index', function()
  found = vim.api.nvim_buf_call(talk.prompt(), function()
    return require('singletree.chat.mentions').complete(0, '@shap')
  end)
  return #found > 0
end)
t.equal(found[1].word, '@shapes.py', 'the file is offered')
p.keys('iWhat does @shap<C-x><C-o><C-y> compute?<Esc>')
t.equal(t.lines(talk.prompt()), { 'What does @shapes.py compute?' }, 'the mention is in the prompt')
p.keys('<CR>')
t.equal(t.lines(talk.prompt()), { '' }, 'the prompt is empty once it is sent')
talk.shows('The area is')
t.check(require('singletree.chat').summary().running, 'the turn runs')
t.check(not talk.text():find('That is', 1, true), 'the second half is not there yet')
model.tell({ release = true })
talk.shows('That is **all** of it.')
talk.idle()
local told = vim.json.encode(model.tell({ requests = true })[1].messages)
t.check(told:find('def circle_area', 1, true), 'the file that was mentioned goes with the message')
t.equal(select(2, talk.text():gsub('What does @shapes.py compute', '')), 1, 'what the user said stands once')
t.check(not vim.bo[talk.transcript()].modifiable, 'the transcript is read only')

-- A slash command is completed and answered by the server.
local commands = vim.api.nvim_buf_call(talk.prompt(), function()
  return require('singletree.chat.mentions').complete(0, '/cos')
end)
t.equal(commands[1].word, '/cost', 'the command is offered')
model.script({})
talk.send('/cost')
talk.shows('tokens')
talk.idle()
t.equal(#model.tell({ requests = true }), 0, '/cost is answered by the server')

-- A tool call is one line, folded; its details are in the fold, and gf goes where it works.
model.script(p.proposes({ 'shapes.py', 'radius * radius', 'radius**2' }))
talk.send('Use the power operator')
talk.shows('Done.')
talk.idle()
talk.shows('```diff')
t.check(talk.is_folded('```diff'), 'the change is folded')
local first
for row, line in ipairs(t.lines(talk.transcript())) do
  if line:find('shapes.py', 1, true) and line:find('+1', 1, true) then
    first = row
  end
end
t.check(first, 'the heading says how much it changes:\n' .. talk.text())
talk.go('+1')
p.keys('<CR>')
t.check(not talk.is_folded('```diff'), '<CR> opens the fold')
p.keys('gf')
t.equal(vim.api.nvim_get_current_buf(), file, 'gf goes to the file')
