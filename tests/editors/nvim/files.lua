-- proves: encodings
-- Byte-exactness through a real save: CRLF, a byte order mark, no newline at the end, characters of other planes.
local t = require('lib')

local function check(name, bytes, line, command)
  local path = vim.env.TEST_WORKSPACE .. '/' .. name
  local file = assert(io.open(path, 'wb'))
  file:write(bytes)
  file:close()
  local buffer = t.edit(path)
  -- Neovim would add the missing newline at every save, of its own accord.
  vim.bo.fixendofline = false
  t.run(command or 'document', line)
  local hunks = t.wait_for_hunks(1)
  t.decide('keep', hunks[1])
  t.wait_until_decided(name)
  vim.cmd('silent write')
  local saved = assert(io.open(path, 'rb')):read('*a')
  -- Putting the old lines back in place of the new ones gives back every byte.
  local from, to = saved:find(hunks[1].newText, 1, true)
  t.check(from, name .. ' holds the kept text with its own line endings: ' .. vim.inspect(saved))
  t.equal(saved:sub(1, from - 1) .. hunks[1].oldText .. saved:sub(to + 1), bytes, name .. ' is itself outside of the hunk')
  vim.api.nvim_buf_delete(buffer, { force = true })
end

check('crlf.py', 'import os\r\n\r\ndef f(x):\r\n    return x\r\n', 3)
check('bom.py', '\239\187\191def f(x):\n    return x\n', 1)
check('open_end.go', 'package p\n\nfunc F(x int) int {\n\treturn x\n}', 3)
check('at_the_end.rs', 'pub fn f(x: u8) -> u8 {\n    x\n}\n', 1, 'test')
check('at_the_open_end.rs', 'pub fn f(x: u8) -> u8 {\n    x\n}', 1, 'test')
check('other_planes.rs', '// 🌳𝒳\r\npub fn f(x: u8) -> u8 {\r\n    x\r\n} // 🌳𝒳', 2, 'test')
