-- Byte-exactness through a real save: CRLF, a byte order mark, no newline at the end.
local t = require('lib')

local function check(name, bytes, line)
  local path = vim.env.TEST_WORKSPACE .. '/' .. name
  local file = assert(io.open(path, 'wb'))
  file:write(bytes)
  file:close()
  local buffer = t.edit(path)
  t.run('document', line, line)
  local hunks = t.wait_for_hunks(1)
  t.execute('singletree.review.keep', { hunkId = hunks[1].id })
  t.wait_for('the hunk to retire in ' .. name, function()
    return #t.hunks('pending', 'keeping') == 0
  end)
  vim.cmd('silent write')
  local saved = assert(io.open(path, 'rb')):read('*a')
  t.check(#saved > #bytes, name .. ' grew')
  -- Taking the inserted lines out again gives back every byte.
  local old, new = hunks[1].oldText:gsub('\r?\n', '\n'), hunks[1].newText:gsub('\r?\n', '\n')
  local newline = bytes:find('\r\n', 1, true) and '\r\n' or '\n'
  local shown_old, shown_new = old:gsub('\n', newline), new:gsub('\n', newline)
  local from, to = saved:find(shown_new, 1, true)
  t.check(from, name .. ' holds the kept text with its own line endings: ' .. vim.inspect(saved))
  t.equal(saved:sub(1, from - 1) .. shown_old .. saved:sub(to + 1), bytes, name .. ' is itself outside the hunk')
  vim.api.nvim_buf_delete(buffer, { force = true })
end

check('crlf.py', 'import os\r\n\r\ndef f(x):\r\n    return x\r\n', 3)
check('bom.py', '\239\187\191def f(x):\n    return x\n', 1)
check('open_end.go', 'package p\n\nfunc F(x int) int {\n\treturn x\n}', 3)
vim.cmd('qall!')
