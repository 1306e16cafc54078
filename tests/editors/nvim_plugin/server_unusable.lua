-- What is said of a program that is not there, of wrong options, of a server that dies; and what comes back after it.
local t, p = require('lib'), require('plugin')

local said = p.said()
local function told(pattern)
  t.wait_for('the user to be told ' .. pattern, function()
    return #vim.tbl_filter(function(message)
      return message:find(pattern)
    end, said) > 0
  end)
end

vim.g.singletree = { cmd = { '/nonexistent/singletree', 'lsp' } }
require('singletree.config').forget()
vim.cmd.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
told('/nonexistent/singletree` was not found')
vim.cmd('Singletree document')
told('set `cmd` in vim.g.singletree')

vim.g.singletree = { cmd = { vim.env.SINGLETREE, 'lsp' }, chat = { position = 'top' }, colour = 'red' }
require('singletree.config').forget()
require('singletree.config').get()
told('chat.position is one of right, left, bottom, tab, not "top"')
told('colour is no option')

vim.g.singletree = { cmd = { vim.env.SINGLETREE, 'lsp' } }
require('singletree.config').forget()
local model = p.model(p.proposes({ 'shapes.py', 'radius * radius', 'radius**2' }))
vim.cmd('Singletree restart')
local buffer = t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
vim.cmd('checkhealth singletree')
local health = table.concat(t.lines(0), '\n')
t.check(health:find('singletree %d+%.%d+%.%d+') and health:find('model: loopback/scripted'), health)
t.check(not health:find('ERROR'), health)
vim.cmd.bwipeout()
vim.api.nvim_set_current_buf(buffer)

vim.cmd('Singletree edit square it')
p.wait_for_hunks(1)
local function kill()
  local id = t.client().id
  for _, child in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    if vim.fn.readfile(('/proc/%d/comm'):format(child))[1] == 'singletree' then
      vim.uv.kill(child, 'sigkill')
    end
  end
  t.wait_for('the client to notice', function()
    return vim.lsp.get_client_by_id(id) == nil
  end)
end

-- In the middle of a turn.
model.script({ { held = { { says = 'I begin ' }, { says = 'and end.' } } } })
vim.cmd('Singletree ask why')
model.tell({ asked = 1 })
kill()
told('ended unexpectedly')
told('in the middle of the turn')
t.wait_for_server(buffer)
p.wait_for_hunks(1)
vim.cmd('Singletree keep all')
t.wait_for('the kept text', function()
  return t.lines(buffer)[7] == '    return pi * radius**2'
end)

-- Three times is too often; a restart by hand is another beginning.
for _ = 1, 2 do
  t.wait_for_server(buffer)
  kill()
end
told('is left alone')
t.equal(#vim.lsp.get_clients({ name = 'singletree' }), 0, 'it is not started again')
vim.cmd('Singletree restart')
t.wait_for_server(buffer)
