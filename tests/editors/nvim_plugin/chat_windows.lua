-- proves: chat
-- The panel survives what users do with windows and buffers: :bd, :bw, :only, splits, tabs, :edit, a restored session.
local t, p, talk = require('lib'), require('plugin'), require('talk')

local model = p.model({ { says = 'The answer.' } })
p.said()
local file = t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
talk.open()
talk.send('The question')
talk.shows('The answer.')
talk.idle()
p.keys('ia draft<Esc>')
t.equal(#vim.api.nvim_tabpage_list_wins(0), 3, 'the file, the transcript, the prompt')
t.equal(vim.fn.buflisted(talk.transcript()), 0, 'the chat is in no buffer list')

local function check_open(what)
  t.check(talk.window(talk.transcript()) and talk.window(talk.prompt()), what .. ': both windows are there')
  talk.shows('The answer.')
  t.equal(t.lines(talk.prompt()), { 'a draft' }, what .. ': the draft is there')
end

for _, command in ipairs({ 'bdelete', 'bwipeout' }) do
  for _, which in ipairs({ 'transcript', 'prompt' }) do
    vim.cmd[command](talk[which]())
    t.wait_for(which .. ' to be gone after ' .. command, function()
      return not talk[which]()
    end)
    vim.wait(20)
    talk.open()
    check_open(command .. ' of the ' .. which)
  end
end

vim.cmd('Singletree chat close')
t.equal(#vim.api.nvim_tabpage_list_wins(0), 1, 'closed')
t.equal(vim.api.nvim_get_current_buf(), file, 'the focus is in the file')
talk.open()
vim.cmd.only()
vim.wait(20)
t.equal(vim.api.nvim_get_current_buf(), talk.prompt(), ':only leaves the prompt')
talk.open()
check_open(':only')
vim.cmd('Singletree! chat')
vim.wait(20)
t.equal(talk.window(talk.transcript()), nil, 'a bang closes it')
vim.cmd.buffer(file)
talk.open()
vim.api.nvim_set_current_win(talk.window(talk.transcript()))
vim.cmd('quit')
vim.wait(20)
t.equal(talk.window(talk.prompt()), nil, 'the prompt does not stay alone')

-- A split and a tab show the same; a turn is followed in all of them.
talk.open()
vim.api.nvim_set_current_win(talk.window(talk.transcript()))
vim.cmd.split()
vim.cmd.tabnew()
talk.open()
check_open('a tab')
model.script({ { says = 'Another answer.' } })
p.keys('0D')
talk.send('Another question')
talk.shows('Another answer.')
talk.idle()
vim.cmd.tabclose()
vim.cmd.only()

-- A restored session of Neovim's: the chat is filled again, with the session that it was.
vim.cmd.buffer(file)
talk.open()
local id = require('singletree.chat').summary().session
local script = vim.fn.tempname()
vim.cmd.mksession(script)
vim.cmd('silent! only')
vim.cmd.buffer(file)
vim.cmd.bwipeout({ talk.transcript(), bang = true })
vim.cmd.bwipeout({ talk.prompt(), bang = true })
vim.cmd('silent source ' .. script)
talk.shows('Another answer.')
t.check(talk.window(talk.transcript()) and talk.window(talk.prompt()), 'both windows are there again')
t.equal(require('singletree.chat').summary().session, id, 'it is the same session')
t.equal(
  vim.bo[talk.prompt()].omnifunc,
  "v:lua.require'singletree.chat.mentions'.complete",
  'the prompt is one again'
)

-- :edit fills it anew.
vim.api.nvim_set_current_win(talk.window(talk.transcript()))
vim.cmd('edit!')
talk.shows('Another answer.')

-- Where it opens is an option.
local layouts = { left = { 'row', 1 }, bottom = { 'col', 2 }, right = { 'row', 2 } }
for position, layout in pairs(layouts) do
  vim.cmd('Singletree chat close')
  vim.g.singletree = { cmd = { vim.env.SINGLETREE, 'lsp' }, chat = { position = position } }
  require('singletree.config').forget()
  talk.open()
  local tree = vim.fn.winlayout()
  t.equal(tree[1], layout[1], position)
  local chat = tree[2][layout[2]]
  t.equal(
    chat[1] == 'col' and chat[2][1][2] or chat[2],
    talk.window(talk.transcript()),
    position .. ': the transcript'
  )
end
vim.cmd('Singletree chat close')
vim.g.singletree = { cmd = { vim.env.SINGLETREE, 'lsp' }, chat = { position = 'tab' } }
require('singletree.config').forget()
talk.open()
t.equal({ vim.fn.tabpagenr('$'), #vim.api.nvim_tabpage_list_wins(0) }, { 2, 2 }, 'a tab of its own')
vim.cmd('Singletree chat close')
t.equal(vim.fn.tabpagenr('$'), 1, 'closed with its tab')
talk.open()

-- With nothing but the chat, Neovim is left by :q, and nothing asks to be saved.
for _, buffer in ipairs({ talk.transcript(), talk.prompt() }) do
  t.check(not vim.bo[buffer].modified, 'nothing is modified')
end
