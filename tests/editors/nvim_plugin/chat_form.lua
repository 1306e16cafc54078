-- proves: chat, permission
-- The agent's own questions: put one after the other, by vim.ui.select and vim.ui.input; who leaves may come back.
local t, p, talk = require('lib'), require('plugin'), require('talk')

local model = p.model({
  {
    calls = {
      {
        'ask-user',
        {
          questions = {
            {
              question = 'Which colour?',
              options = { { label = 'red' }, { label = 'blue', description = 'like the sea' } },
            },
            {
              question = 'Which sides?',
              options = { { label = 'left' }, { label = 'right' } },
              multiple = true,
            },
            { question = 'Why?' },
          },
        },
      },
    },
  },
  { says = 'Blue it is.' },
})
p.said()
t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
talk.open()
talk.send('Paint it')
talk.shows('g1  Answer…')
talk.shows('Which colour?')
local asked = talk.selects({})
p.keys('g1')
t.equal(asked[1].titles, { 'red', 'blue: like the sea', 'In your own words…' }, 'the first question is put')
t.equal(#require('singletree.chat').pending(), 1, 'who leaves has not answered')
asked = talk.selects({ 'blue', '[ ] left', '[ ] right', 'Done' })
talk.inputs('it is the sea')
talk.go('g1  Answer')
p.keys('<CR>')
talk.shows('→ blue; left, right; it is the sea')
talk.shows('Blue it is.')
talk.idle()
local answer = table.concat(model.tell({ toolResults = true }), '\n')
for _, words in ipairs({ 'blue', 'left, right', 'it is the sea' }) do
  t.check(answer:find(words, 1, true), ('the model hears “%s”: %s'):format(words, answer))
end
