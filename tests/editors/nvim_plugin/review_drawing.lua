-- proves: inline-diff, encodings
-- What is on the screen: proposed lines in their place, with tabs, long lines, folds, splits, a diff; and what is where
-- in files that are not plain UTF-8 with LF.
local t, p = require('lib'), require('plugin')

local root = vim.env.TEST_WORKSPACE
local long = ('word '):rep(60) .. 'END'
vim.fn.writefile({ 'first', 'second', '{', '\tinner', '}', 'seven', 'eight', 'last' }, root .. '/plain.txt')
vim.fn.writefile({ 'eins\r', 'zwei \252\r', 'drei\r', '' }, root .. '/dos.txt', 'b')
vim.fn.writefile({ 'no', 'break at the end' }, root .. '/short.txt', 'b')
local model = p.model()
local review = require('singletree.review')

local function propose(name, ...)
  local answers = p.proposes(...)
  model.script(answers)
  local buffer = t.edit(root .. '/' .. name)
  local before = review.counts().all
  p.run('document')
  p.wait_for_hunks(before + #{ ... })
  return buffer
end

local function row_of(pattern)
  for row, line in ipairs(p.screen()) do
    if line:find(pattern) then
      return row
    end
  end
end

local function below(upper, lower, what)
  p.shows(lower)
  t.equal(row_of(lower), row_of(upper) + 1, what)
end

vim.o.signcolumn = 'no'
local buffer = propose(
  'plain.txt',
  { 'plain.txt', 'first\n', 'zeroth\nfirst\n' },
  { 'plain.txt', '\tinner\n', '\tinner\n\tmore\n' },
  { 'plain.txt', 'seven\n', long .. '\n' },
  { 'plain.txt', 'last\n', 'last\nthe very end\n' }
)
vim.bo.tabstop = 4
vim.cmd('redraw')
below('^zeroth', '^first', 'above the first line')
below('^    inner', '^    more', 'tabs are as wide as the buffer has them')
below('^last', '^the very end', 'beneath the last line')
p.shows('END')

-- The top comes back into sight when the user does.
vim.cmd('8split')
vim.cmd('normal! Gzt')
vim.cmd('normal! gg')
vim.api.nvim_exec_autocmds('WinScrolled', {})
t.equal(row_of('^zeroth'), 1, 'above the first line, after the user was elsewhere')
vim.cmd('only')

-- A motion opens a fold and brings what is proposed into sight.
vim.o.signcolumn = 'yes'
vim.cmd('setlocal foldmethod=manual | 2,5fold')
vim.cmd('normal! gg')
p.shows('^▎.*%+%-')
review.next(1)
t.equal(vim.fn.foldclosed(4), -1, 'the fold is open')
p.shows('more')
vim.cmd('normal! zE')
vim.o.signcolumn = 'no'
vim.cmd('resize 6')
vim.cmd('normal! gg')
review.prev(1)
p.shows('the very end')
vim.cmd('only')

-- Side by side.
vim.cmd('Singletree diff')
t.equal(#vim.api.nvim_tabpage_list_wins(0), 2, 'two windows')
t.equal(vim.wo.diff, true, 'as a diff')
vim.cmd('wincmd l')
t.equal(vim.api.nvim_buf_get_lines(0, 0, 2, true), { 'zeroth', 'first' }, 'the proposed text')
vim.cmd('normal! gg')
review.keep()
p.wait_for_hunks(3)
vim.cmd('tabclose')
t.equal(t.lines(buffer)[1], 'zeroth', 'kept from the side of the proposal')
review.reject_all()
p.wait_for_hunks(0)

-- CRLF, and an encoding of its own.
vim.cmd('edit ++enc=latin1 ' .. root .. '/dos.txt')
buffer = propose('dos.txt', { 'dos.txt', 'zwei ü', 'zwei ö\nzweieinhalb' })
t.equal(vim.bo.fileformat, 'dos', 'the file has CRLF')
below('^zwei ü', '^zwei ö', 'no carriage return is shown')
vim.cmd('normal! 2G')
review.keep()
p.wait_for_hunks(0)
vim.cmd('silent write')
local written = assert(io.open(root .. '/dos.txt', 'rb')):read('*a')
t.equal(written, 'eins\r\nzwei \246\r\nzweieinhalb\r\ndrei\r\n', 'byte for byte')

-- No break at the end, and nothing at all.
buffer = propose('short.txt', { 'short.txt', 'break at the end', 'break\nat the end' })
below('^break at the end', '^break  ', 'the last line')
vim.cmd('normal! G')
review.keep()
p.wait_for_hunks(0)
t.equal(t.lines(buffer), { 'no', 'break', 'at the end' }, 'kept')
