-- proves: permission
-- A permission of a palette command: a notice while the user types, the whole question when they rest or ask for it,
-- Reject first; the answer is what happens.
local t, p = require('lib'), require('plugin')

local model = p.model()
local trusted = vim.system({ vim.env.SINGLETREE, 'trust', vim.env.TEST_WORKSPACE }, { stdin = 'y\n' }):wait()
t.equal(trusted.code, 0, 'the workspace is trusted: ' .. trusted.stderr)
local said = p.said()
local put
vim.ui.select = function(items, options, done)
  put = { titles = vim.tbl_map(options.format_item, items), choose = function(title)
    for _, item in ipairs(items) do
      if item.title == title then
        return done(item)
      end
    end
    done(nil)
  end }
end
local buffer = t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')

local function ask()
  put = nil
  model.script({ { calls = { { 'shell', { command = 'touch first.txt' } } } }, { says = 'Made.' } })
  vim.cmd('Singletree edit make a file')
  t.wait_for('the notice', function()
    return require('singletree.questions').count() == 1
  end)
end

--- What the shell answered to the model, last.
local function outcome()
  model.tell({ asked = 2 })
  local results = model.tell({ toolResults = true })
  return results[#results]
end

ask()
t.check(said[#said]:find(':Singletree answer', 1, true), 'a notice says how to answer')
t.check(require('singletree').statusline():find('asks!'), 'the statusline says that there is a question')
vim.wait(50)
t.equal(put, nil, 'nothing is put by itself')
vim.cmd('Singletree answer')
t.equal(put.titles, { 'Reject', 'Reject and say why…', 'Allow once', 'Always…' }, 'Reject comes first')
local screen = table.concat(p.screen(), '\n')
t.check(screen:find('touch first.txt', 1, true) and screen:find('Rule', 1, true), 'all of it is shown:\n' .. screen)
put.choose('Allow once')
t.check(not outcome():find('refused'), 'it ran: ' .. outcome())
t.check(not table.concat(p.screen(), '\n'):find('Rule: ', 1, true), 'the question is off the screen')

-- Closed without an answer it stays open; rejected with a reason the model hears it.
ask()
vim.cmd('doautocmd CursorHold')
t.wait_for('the question of one who rests', function()
  return put
end)
put.choose(nil)
t.wait_for('it to be given back', function()
  return require('singletree.questions').count() == 0
end)
put = nil
vim.cmd('Singletree answer')
t.wait_for('the same question again', function()
  return put
end)
vim.ui.input = function(_, done)
  done('use mktemp')
end
put.choose('Reject and say why…')
t.check(outcome():find('use mktemp', 1, true), 'the reason is told: ' .. outcome())
t.equal(vim.api.nvim_get_current_buf(), buffer, 'the focus stays')
t.equal(vim.fn.filereadable(vim.env.TEST_WORKSPACE .. '/first.txt'), 0, 'nothing was written')
