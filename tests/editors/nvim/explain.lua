-- proves: prose
-- `explain` opens its answer beside the code and leaves the focus where it was.
local t = require('lib')

local buffer = t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
local before = t.lines(buffer)
local window = vim.api.nvim_get_current_win()
t.run('explain', 4)

local answer
t.wait_for('the answer in a window', function()
  for _, other in ipairs(vim.api.nvim_list_wins()) do
    local shown = vim.api.nvim_win_get_buf(other)
    if shown ~= buffer and vim.api.nvim_buf_get_name(shown):match('%.md$') then
      answer = table.concat(t.lines(shown), '\n')
    end
  end
  return answer
end)
t.equal(vim.api.nvim_get_current_win(), window, 'the focus stays')
t.equal(vim.api.nvim_get_current_buf(), buffer, 'the file is still shown')
t.check(answer:find('circle_area', 1, true), 'the answer is about the function: ' .. answer)
t.equal(t.lines(buffer), before, 'explaining changes nothing')
t.equal(#t.open_hunks(), 0, 'and proposes nothing')
