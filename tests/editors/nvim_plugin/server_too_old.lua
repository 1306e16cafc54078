-- A server that is too old, or another program's, is told of with its remedy and not talked to.
local t, p = require('lib'), require('plugin')

local said = p.said()
--- A server that says that it is this, and does nothing more.
local function server(info)
  local answer = vim.json.encode({ jsonrpc = '2.0', id = 1, result = { capabilities = { textDocumentSync = 2 }, serverInfo = info } })
  local body = ('Content-Length: %d\r\n\r\n%s'):format(#answer, answer)
  return { vim.env.NODE24 .. '/bin/node', '-e', ('process.stdin.once("data", () => process.stdout.write(%s)).on("end", () => process.exit())'):format(vim.json.encode(body)) }
end

local function check(info, words)
  vim.g.singletree = { cmd = server(info) }
  vim.cmd('Singletree restart')
  vim.cmd.edit({ vim.env.TEST_WORKSPACE .. '/shapes.py', bang = true })
  t.wait_for('the user to be told: ' .. words, function()
    return said[#said] and said[#said]:find(words, 1, true)
  end)
  t.wait_for('the server to go', function()
    return #vim.lsp.get_clients({ name = 'singletree' }) == 0
  end)
end

check({ name = 'singletree', version = '0.0.9' }, 'the server is version 0.0.9; this plugin needs 0.1.0 or newer')
check({ name = 'other', version = '3.1.0' }, 'is not a Singletree server; set `cmd`')

vim.g.singletree = { cmd = { vim.env.SINGLETREE, 'lsp' } }
vim.cmd('Singletree restart')
t.wait_for_server(vim.api.nvim_get_current_buf())
