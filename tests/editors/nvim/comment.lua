-- proves: comment
-- An instruction in a comment is run where it stands, in a workspace that is trusted, and never by itself.
local t = require('lib')
local asked = t.model('ask')
local buffer = t.edit(vim.env.TEST_WORKSPACE .. '/shapes.py')
t.type_line(buffer, 6, '    # singletree: use the power operator')
vim.api.nvim_win_set_cursor(0, { 7, 4 })
local _, titles = pcall(function()
  local offered = t.request('textDocument/codeAction', {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    range = { start = { line = 6, character = 4 }, ['end'] = { line = 6, character = 4 } },
    context = { diagnostics = {} },
  }, buffer)
  return vim.tbl_map(function(action)
    return action.title
  end, offered)
end)
t.check(not vim.iter(titles):any(function(title)
  return title:find('do it', 1, true)
end), 'nobody trusts this workspace: ' .. vim.inspect(titles))
t.trust()
-- The server looks at trust when a file is saved.
vim.cmd('silent write')
t.take(7, 'Singletree: do it: use the power operator')
local hunk = t.wait_for_hunks(1)[1]
t.equal(hunk.newText, '    return pi * radius**2\n', 'the instruction was followed')
t.check(asked()[1]:find('use the power operator', 1, true), 'in its own words')
