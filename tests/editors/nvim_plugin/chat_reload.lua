-- proves: chat, cancel
-- A turn is stopped; the server is killed between turns and in the middle of one: what was said is there, and the
-- session goes on.
local t, p, talk = require('lib'), require('plugin'), require('talk')

local model = p.model({ { says = 'The first answer.' } })
local said = p.said()
t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
talk.open()
talk.send('The first question')
talk.shows('The first answer.')
talk.idle()

model.script({ { held = { { says = 'Half of it' }, { says = ' and the rest.' } } } })
talk.send('The second question')
talk.shows('Half of it')
p.keys('<C-c>')
talk.shows('Stopped.')
talk.idle()
t.check(not talk.text():find('and the rest', 1, true), 'nothing came after the stop')

model.script({ { held = { { says = 'Half of another' }, { says = ' and the rest.' } } } })
talk.send('Another question')
talk.shows('Half of another')
vim.cmd('Singletree stop')
t.wait_for('it to be stopped from anywhere', function()
  return select(2, talk.text():gsub('Stopped%.', '')) == 2
end)
talk.idle()

local function server()
  for _, child in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    if vim.api.nvim_get_proc(child).name:find('singletree') then
      return child
    end
  end
end
model.script({ { held = { { says = 'Half of the third' }, { says = ' and its end.' } } } })
talk.send('The third question')
talk.shows('Half of the third')
p.keys('iwritten meanwhile<Esc>')
local id = t.client().id
vim.uv.kill(server(), 'sigkill')
t.wait_for('another server', function()
  return t.client() and t.client().id ~= id
end)
t.wait_for('the stored session', function()
  local summary = require('singletree.chat').summary()
  return summary and not summary.running and not require('singletree.chat.session').current().loading
end)
talk.shows('The turn ended')
talk.shows('The third question')
t.check(talk.text():find('The first answer.', 1, true), 'all that was said is there:\n' .. talk.text())
t.equal(t.lines(talk.prompt()), { 'written meanwhile' }, 'what was being written is there')
t.check(#said > 0, 'it was said that the server ended')

model.tell({ release = true })
model.script({ { says = 'The fourth answer.' } })
p.keys('<Esc>0D')
talk.send('The fourth question')
talk.shows('The fourth answer.')
talk.idle()
