-- proves: confirm
-- The option `review_mode = 'confirm'`: an editor that can confirm asks, and what is declined is drawn as hunks. Neovim
-- 0.10 cannot: there they are drawn at once.
local t, p = require('lib'), require('plugin')

local asked = 0
vim.fn.confirm = function()
  asked = asked + 1
  return 2
end
vim.g.singletree = { cmd = { vim.env.SINGLETREE, 'lsp' }, review_mode = 'confirm' }
require('singletree.config').forget()
p.model(p.proposes({ 'shapes.py', 'radius * radius', 'radius**2' }))
local buffer = t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
local before = t.lines(buffer)
vim.cmd('Singletree edit use the power operator')
local can_confirm = vim.lsp.protocol.make_client_capabilities().workspace.workspaceEdit.changeAnnotationSupport ~= nil
if can_confirm then
  t.wait_for('the question', function()
    return asked > 0
  end)
end
p.wait_for_hunks(1)
p.shows('radius%*%*2')
t.equal(t.lines(buffer), before, 'what was declined is not in the buffer')
t.equal(asked > 0, can_confirm, 'only an editor that can confirm asks')
