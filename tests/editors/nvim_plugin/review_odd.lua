-- proves: inline-diff, stale
-- What nobody plans for: text with control characters, a hunk in an empty buffer, a file renamed without a word,
-- notifications of servers that are gone, nonsense; and never an error of ours.
local t, p = require('lib'), require('plugin')

local root = vim.env.TEST_WORKSPACE
local state = require('singletree.review.state')
local review = require('singletree.review')
local said = p.said()
local buffer = p.numbered('many.txt', 30, { 3, 10, 20 })
local path = vim.api.nvim_buf_get_name(buffer)
p.map_keys()
vim.v.errmsg = ''

--- A notification as the server would send it.
local function told(hunk, file)
  local params = {
    reviewId = 'odd',
    rev = 1,
    whole = true,
    removed = {},
    files = {
      vim.tbl_extend('force', {
        uri = vim.uri_from_fname(path),
        kind = 'edit',
        version = vim.NIL,
        hunks = {
          vim.tbl_extend('force', {
            id = 'odd',
            state = 'pending',
            range = { start = { line = 0, character = 0 }, ['end'] = { line = 1, character = 0 } },
            oldText = 'line 1 of it\n',
            newText = '',
            title = 'odd\n\27[31m title',
            why = 'because\n**of** it',
            author = 'command: cargo fmt',
          }, hunk or {}),
        },
      }, file or {}),
    },
  }
  review.on_review(params, { client_id = t.client().id, method = 'singletree/review' })
  -- What was put off for it is done.
  local is_done = false
  vim.schedule(function()
    is_done = true
  end)
  t.wait_for('the drawing', function()
    return is_done
  end)
  p.screen()
end

-- Control characters, broken UTF-8, a line without an end.
told({ newText = 'esc \27[2J nul \0 bell \7\ttab\nbroken \255\254 utf\n' })
p.shows('esc %^%[')
told({ newText = ('x'):rep(100000) .. '\n' })
told({ newText = ('line\n'):rep(5000) })
vim.cmd('normal! gg')
vim.cmd('Singletree why')
p.shows('command: cargo fmt')
vim.api.nvim_exec_autocmds('CursorMoved', { buffer = buffer })
p.keys('gk')
t.wait_for('the refusal', function()
  return #said > 0
end)

-- Places that are not there.
told({ range = { start = { line = 900, character = 0 }, ['end'] = { line = 905, character = 3 } }, newText = 'new\n' })
p.keys('G]h[h')
told({ oldText = '', newText = '' }, { kind = 'rename', newUri = vim.uri_from_fname(root .. '/ä b.txt') })
p.keys('gg')
p.screen()
vim.api.nvim_exec_autocmds('WinScrolled', {})
p.shows('to be renamed to ä b.txt')
told({ oldText = '' }, { kind = 'somethingnew' })
told({ state = 'conflict', newText = 'mine?\n' })
p.shows('conflicts with your text')
told({ state = 'superseded' })
t.equal(review.counts().all, 3, 'only what can be decided is counted')

-- In an empty buffer.
vim.cmd('edit ' .. root .. '/nothing.txt')
told(
  { oldText = '', newText = 'one\ntwo\n', range = { start = { line = 0, character = 0 }, ['end'] = { line = 0, character = 0 } } },
  { uri = vim.uri_from_fname(root .. '/nothing.txt'), kind = 'create' }
)
p.shows('^  one')
p.keys(']h')
t.equal(vim.fn.line('.'), 1, 'there is one line to be at')
vim.cmd('bwipeout!')

-- A name without a word to anybody, and back.
vim.cmd('buffer ' .. buffer)
vim.cmd('file ' .. root .. '/other.txt')
t.wait_for('nothing to be drawn', function()
  return #require('singletree.review.draw').places(buffer) == 0
end)
p.keys('ggOtyped<Esc>')
vim.cmd('file ' .. path)
p.wait_for_hunks(4)

-- From servers that are not there any more.
review.on_review({ reviewId = 'r', rev = 1, files = {}, removed = {}, whole = true }, { client_id = 99999 })
review.on_review(vim.NIL, { client_id = t.client().id })
state.forget(t.client().id)
require('singletree.events').emit('SingletreeReview', { uris = { vim.uri_from_fname(path) } })
t.wait_for('nothing to be drawn', function()
  return #require('singletree.review.draw').places(buffer) == 0
end)
for _, name in ipairs({ 'next', 'prev', 'next file', 'prev file', 'keep', 'reject all', 'keep file', 'hunks', 'why', 'diff', 'diff all' }) do
  vim.cmd('Singletree ' .. name)
end
t.equal(vim.v.errmsg, '', 'no error')
t.equal(vim.fn.execute('messages'):match('stack traceback'), nil, 'none in the messages either')
