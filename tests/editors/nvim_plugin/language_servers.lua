-- proves: staged
-- The agent asks Neovim's own language servers; what they would rename or format comes back as hunks.
local t, p = require('lib'), require('plugin')

local model = p.model()
local path = vim.env.TEST_WORKSPACE .. '/broken.ts'
local before = vim.fn.readblob(path)
local buffer = t.edit(path)
vim.lsp.start({
  name = 'tsserver',
  cmd = { vim.env.NODE_TOOLS .. '/typescript-language-server', '--stdio' },
  root_dir = vim.env.TEST_WORKSPACE,
}, { bufnr = buffer })
t.wait_for("TypeScript's diagnostic", function()
  return #vim.diagnostic.get(buffer) > 0
end, 90)

model.script({
  {
    calls = {
      { 'diagnostics', { path = 'broken.ts' } },
      { 'definition', { name = 'broken.ts:2:width' } },
      { 'references', { name = 'broken.ts:1:width' } },
      { 'symbols', { query = 'area' } },
    },
  },
  { calls = { { 'rename', { path = 'broken.ts', line = 1, name = 'width', new_name = 'breadth' } } } },
  { calls = { { 'format', { path = 'broken.ts' } } } },
  { says = 'Renamed.' },
})
vim.cmd('Singletree edit call the width breadth')
model.tell({ asked = 4 })
local results = model.tell({ toolResults = true })
t.check(results[1]:find('heigth'), 'diagnostics: ' .. results[1])
t.check(results[2]:find('broken%.ts:1'), 'definition: ' .. results[2])
t.check(results[3]:find('broken%.ts:2'), 'references: ' .. results[3])
t.check(results[4]:find('area'), 'symbols: ' .. results[4])
t.check(not results[5]:find('cannot') and not results[5]:find('nothing'), 'rename: ' .. results[5])
t.check(not results[1]:find('index') and not results[3]:find('the index'), 'none of them had to fall back')
t.wait_for('the renamed lines', function()
  return require('singletree.review').counts(buffer).here > 0
end)
t.equal(vim.fn.readblob(path), before, 'nothing is written before it is kept')
vim.cmd('Singletree keep file')
t.wait_for('the kept text', function()
  local text = table.concat(t.lines(buffer), '\n')
  return text:find('breadth: number') and text:find('breadth %* heigth')
end)
