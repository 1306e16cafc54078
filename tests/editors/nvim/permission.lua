-- proves: permission
-- Permission prompts by vim.ui.select: allowed once, then rejected, and the model is told.
local t = require('lib')
local asked = t.model('permission')
t.trust()

t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
local answers, questions = { 'Allow once', 'Reject' }, {}
local request = vim.lsp.handlers['window/showMessageRequest']
vim.lsp.handlers['window/showMessageRequest'] = function(_, params)
  table.insert(questions, params.message)
  local wanted = table.remove(answers, 1)
  for _, action in ipairs(params.actions) do
    if action.title == wanted then
      return action
    end
  end
  return vim.NIL
end
t.check(request, 'Neovim puts questions of a server to the user')
t.run('document', 4)
t.wait_for('both questions', function()
  return #questions == 2 and #asked() == 3
end)
t.check(questions[1]:find('touch first.txt', 1, true) and questions[2]:find('touch second.txt', 1, true), 'each in its turn')
t.check(asked()[3]:find('refused', 1, true), 'the model is told that it was refused')
