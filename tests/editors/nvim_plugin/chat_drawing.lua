-- proves: chat, streaming
-- What is drawn, by what the server says: thoughts grow in their fold and stay as the user has them, plans change in
-- their place, long lines are cut, a history of thousands is drawn whole.
local t, p, talk = require('lib'), require('plugin'), require('talk')

p.model()
t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
talk.open()
local window = talk.window(talk.transcript())
local session = require('singletree.chat.session')

local function tell(update)
  session.on_update({ sessionId = session.current().transcript.id, update = update })
end
local function words(kind, text)
  tell({ sessionUpdate = kind .. '_chunk', content = { type = 'text', text = text } })
end
--- `foldclosed` and `foldclosedend` of the line with this text.
local function fold(text)
  local row = talk.row(text)
  return vim.api.nvim_win_call(window, function()
    return { vim.fn.foldclosed(row), vim.fn.foldclosedend(row) }
  end)
end

words('user_message', 'Think')
for number = 1, 30 do
  words('agent_thought', ('thought %d\n'):format(number))
  if number % 10 == 0 then
    talk.shows('thought ' .. number)
  end
end
local first = talk.row('Thought')
t.equal(fold('thought 30')[1], first, 'all of the thought is in one closed fold')
vim.api.nvim_set_current_win(window)
vim.api.nvim_win_set_cursor(0, { first, 0 })
p.keys('zo')
words('agent_thought', 'thought 31\n')
talk.shows('thought 31')
t.equal(fold('thought 31')[1], -1, 'what the user has opened stays open')
p.keys('zc')
words('agent_thought', 'thought 32\n')
talk.shows('thought 32')
t.equal(fold('thought 32')[1], first, 'and what they have closed stays closed')

-- A call that begins, and ends with details: one line all the while.
tell({ sessionUpdate = 'tool_call', toolCallId = 'a', title = 'Read it', status = 'in_progress' })
words('agent_message', 'Meanwhile.')
talk.shows('Meanwhile.')
tell({
  sessionUpdate = 'tool_call_update',
  toolCallId = 'a',
  status = 'completed',
  content = { { type = 'content', content = { type = 'text', text = 'one\ntwo' } } },
})
talk.shows('✓ Read it')
local call = fold('two')
t.equal(call[1], talk.row('✓ Read it'), 'the details are in the fold')
t.check(call[2] < talk.row('Meanwhile.'), 'and what stands below is not')

-- A vendor that numbers its calls anew.
tell({ sessionUpdate = 'tool_call', toolCallId = 'a', title = 'Read another', status = 'in_progress' })
talk.shows('● Read another')
talk.shows('✓ Read it')

tell({
  sessionUpdate = 'plan',
  entries = { { content = 'first', status = 'in_progress' }, { content = 'second' } },
})
talk.shows('- [ ] first  ◂ now\n- [ ] second')
tell({
  sessionUpdate = 'plan',
  entries = { { content = 'first', status = 'completed' }, { content = 'second', status = 'in_progress' } },
})
talk.shows('- [x] first\n- [ ] second  ◂ now')
t.equal(select(2, talk.text():gsub('Plan\n', '')), 1, 'there is one plan')

-- A line without an end, cut between characters; CRLF and what is in pieces.
words('agent_message', ('é'):rep(5000))
words('agent_message', '\r\nend')
talk.shows('\nend')
local joined = ''
for _, line in ipairs(t.lines(talk.transcript())) do
  t.check(#line <= 2010, 'no line is endless')
  t.equal(vim.fn.strtrans(line):find('<', 1, true), nil, 'no character is cut')
  joined = joined .. (vim.startswith(line, 'é') and line or '')
end
t.equal(joined, ('é'):rep(5000), 'and nothing of it is lost')

-- Thousands of entries.
for number = 1, 4000 do
  words('user_message', 'question ' .. number)
  words('agent_message', 'answer ' .. number)
end
t.wait_for('the last', function()
  local view = require('singletree.chat.panel').view()
  return #view.drawn == #view.transcript.entries and not view.waits
end)
t.equal(vim.fn.line('$', window), #t.lines(talk.transcript()), 'all is there')
t.check(
  talk.text():find('answer 4000', 1, true) and talk.text():find('question 1\n', 1, true),
  'from the first to the last'
)

-- Someone writes into the buffer all the same: it is drawn anew.
vim.bo[talk.transcript()].modifiable = true
vim.api.nvim_buf_set_lines(talk.transcript(), 3, 60, true, { 'scribble' })
words('agent_message', 'Anew.')
t.wait_for('it to be whole again', function()
  local view = require('singletree.chat.panel').view()
  return #view.drawn == #view.transcript.entries and not view.waits and talk.text():find('Anew.', 1, true)
end)
t.check(not talk.text():find('scribble', 1, true), 'nothing of it is left')
