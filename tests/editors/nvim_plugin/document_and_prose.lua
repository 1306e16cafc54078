-- proves: progress, prose
-- Palette commands: one that proposes, one that answers in words; the answer opens without taking the focus.
local t = require('lib')

local path = vim.env.TEST_WORKSPACE .. '/shapes.py'
local buffer = t.edit(path)
vim.fn.search('def circle_area')
vim.cmd('Singletree document')
t.wait_for_hunks(1)
t.equal(vim.api.nvim_get_current_buf(), buffer, 'the focus stays')

vim.cmd('Singletree explain')
local function answer()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    local shown = vim.api.nvim_win_get_buf(window)
    if vim.api.nvim_buf_get_name(shown):match('singletree://answer/explain') then
      return shown
    end
  end
end
t.wait_for('the answer', answer)
t.equal(vim.api.nvim_get_current_buf(), buffer, 'the focus stays')
t.check(table.concat(t.lines(answer()), '\n'):match('circle_area'), 'it is about the function')
t.equal(vim.bo[answer()].filetype, 'markdown', 'it is Markdown')

vim.cmd('Singletree continue')
local function transcript()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    local shown = vim.api.nvim_win_get_buf(window)
    if vim.api.nvim_buf_get_name(shown):match('singletree://chat/') then
      return table.concat(t.lines(shown), '\n')
    end
  end
  return ''
end
t.wait_for('the chat to go on with the answer', function()
  return transcript():find('circle_area')
end)
