-- proves: chat, streaming
-- Where the reader is stays there while an answer streams; at the end one follows. Words on the way steer a turn, files
-- are pinned, the bill is shown before, pictures go along, and without an open file there is a chat too.
local t, p, talk = require('lib'), require('plugin'), require('talk')

local model = p.model()
local said = p.said()
vim.api.nvim_set_current_dir(vim.env.TEST_WORKSPACE)
talk.open()
t.check(t.client(), 'a server is started for the working folder')
vim.api.nvim_set_current_win(require('singletree.chat.attach').editor_window())
t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
local long = {}
for number = 1, 200 do
  table.insert(long, ('line %d'):format(number))
end
model.script({ { says = table.concat(long, '\n\n') } })
talk.send('Much')
talk.shows('line 200')
talk.idle()
local window = talk.window(talk.transcript())
t.equal(vim.fn.line('w$', window), vim.fn.line('$', window), 'the end is followed')

-- A reader in the middle, with a fold of their own making open.
vim.api.nvim_set_current_win(window)
vim.cmd('normal! ggzt')
p.keys('20j')
local before = vim.fn.winsaveview()
model.script({ { held = { { says = table.concat(long, '\n\n') }, { says = 'The end.' } } } })
vim.api.nvim_set_current_win(talk.window(talk.prompt()))
p.keys('iMore<Esc><CR>')
talk.shows('line 200\n\nYou\nMore')
t.wait_for('the second half', function()
  return select(2, talk.text():gsub('line 200', '')) == 2
end)
local after = vim.api.nvim_win_call(window, vim.fn.winsaveview)
t.equal({ after.lnum, after.topline }, { before.lnum, before.topline }, 'the reader is where they were')

-- Steering: what is said to a turn that runs is in it.
talk.send('and mind the sea')
talk.shows('and mind the sea')
model.tell({ release = true })
talk.idle()
t.check(talk.text():find('and mind the sea', 1, true), 'it is in the transcript')

-- The bill, a file that is pinned, lines of a file, a picture.
vim.cmd('Singletree pin billing/invoice.py')
t.wait_for('the word on it', function()
  return said[#said]:find('pinned', 1, true)
end)
vim.api.nvim_set_current_win(talk.window(talk.prompt()))
vim.cmd('Singletree context')
t.wait_for('the bill', function()
  for _, each in ipairs(vim.api.nvim_list_wins()) do
    local text = table.concat(t.lines(vim.api.nvim_win_get_buf(each)), '\n')
    if text:find('billing/invoice.py', 1, true) and text:find('pinned', 1, true) then
      return vim.api.nvim_win_get_config(each).relative ~= ''
    end
  end
end)
local png = vim.base64.decode(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
)
local out = assert(io.open(vim.env.TEST_WORKSPACE .. '/shot.png', 'wb'))
out:write(png)
out:close()
vim.api.nvim_set_current_win(require('singletree.chat.attach').editor_window())
vim.cmd('4,7Singletree mention')
t.equal(t.lines(talk.prompt()), { '@shapes.py:4-7 ' }, 'the lines are named in the prompt')
t.check(vim.api.nvim_get_current_buf() ~= talk.prompt(), 'the focus stays')
model.script({ { says = 'Seen.' } })
vim.api.nvim_set_current_win(talk.window(talk.prompt()))
p.keys('Aand @shot.png, please<Esc><CR>')
talk.shows('Seen.')
talk.idle()
talk.shows('picture (PNG, 1 KiB)')
local told = vim.json.encode(model.tell({ requests = true })[1].messages)
t.check(told:find('def circle_area', 1, true), 'the lines go along')
t.check(told:find('image', 1, true), 'the picture goes along')

-- What cannot be sent is not lost.
talk.send('look at @diff')
t.wait_for('the reason', function()
  return said[#said]:find('@diff', 1, true)
end)
t.equal(t.lines(talk.prompt()), { 'look at @diff' }, 'the words stay')
p.keys('0D<Up>')
t.equal(t.lines(talk.prompt())[1], '@shapes.py:4-7 and @shot.png, please', 'an older message is called back')

-- A turn of the palette in the session that is shown is followed live.
p.keys('0D')
model.script({ { says = 'It computes an area.' } })
vim.api.nvim_set_current_win(require('singletree.chat.attach').editor_window())
t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
local _, err = t.execute('singletree.run', {
  command = 'explain',
  textDocument = { uri = vim.uri_from_bufnr(0) },
  range = { start = { line = 3, character = 0 }, ['end'] = { line = 3, character = 0 } },
  sessionId = require('singletree.chat').summary().session,
})
t.check(not err, vim.inspect(err))
talk.shows('It computes an area.')
talk.shows('/explain shapes.py:4')
talk.idle()
