-- proves: confirm
-- Review mode "confirm" in an editor that can confirm: what the user declines changes nothing, whatever the
-- editor claims. Neovim 0.10 cannot confirm: there the hunks stay staged.
local t = require('lib')

local asked = 0
vim.fn.confirm = function()
  asked = asked + 1
  return 2
end

vim.env.SINGLETREE_REVIEW_MODE = 'confirm'
local path = vim.env.TEST_WORKSPACE .. '/shapes.py'
local buffer = t.edit(path)
t.type_line(buffer, 0, '# unsaved')
local before = t.lines(buffer)
local can_confirm = vim.lsp.protocol.make_client_capabilities().workspace.workspaceEdit.changeAnnotationSupport ~= nil

t.run('document', 1, #before)
if can_confirm then
  t.wait_for('the question', function()
    return asked > 0
  end)
end
t.wait_for_hunks(2)
t.equal(t.lines(buffer), before, 'what was declined is not in the buffer')
t.equal(asked > 0, can_confirm, 'only an editor that can confirm asks')
