-- Figures of the review beside their limits: drawing 500 hunks, and what a key costs in a buffer that has them.
-- No server: the notifications are what one would send. Run as a scenario, `play('bench/review', 'nvim_plugin')`.
local state = require('singletree.review.state')
local paint = require('singletree.review.paint')
local events = require('singletree.events')

local HUNKS, LINES, FILES = 500, 10000, 50
local CLIENT = 4711

local function milliseconds(work)
  collectgarbage('collect')
  local started = vim.uv.hrtime()
  work()
  return (vim.uv.hrtime() - started) / 1e6
end

local function say(what, figure, limit)
  io.stdout:write(('%-58s %8.2f ms   (limit %s)\n'):format(what, figure, limit))
end

local function hunk(number, line, text)
  return {
    id = 'hunk' .. number,
    state = 'pending',
    range = { start = { line = line, character = 0 }, ['end'] = { line = line + 1, character = 0 } },
    oldText = text .. '\n',
    newText = text:gsub('value', 'another') .. '\n  local more = ' .. number .. '\n',
    title = 'document many.lua',
    why = '',
    author = 'agent',
  }
end

local function review(uris)
  local files, number = {}, 0
  for index, uri in ipairs(uris) do
    local file = { uri = uri, kind = 'edit', version = vim.NIL, hunks = {} }
    for each = 1, HUNKS / #uris do
      number = number + 1
      local line = each * math.floor(LINES / HUNKS) - 1
      file.hunks[each] = hunk(number, line, ('  local value%d = value + %d'):format(line + 1, line + 1))
    end
    files[index] = file
  end
  return { reviewId = 'r', rev = 1, files = files, removed = {}, whole = true }
end

local function write(name, count)
  local lines = {}
  for number = 1, count do
    lines[number] = ('  local value%d = value + %d'):format(number, number)
  end
  local path = vim.env.TEST_WORKSPACE .. '/' .. name
  vim.fn.writefile(lines, path)
  return path
end

local function told(params)
  local uris = state.apply(CLIENT, 'utf-8', params)
  events.emit('SingletreeReview', { uris = uris })
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    paint.now(vim.api.nvim_win_get_buf(window))
  end
  vim.cmd.redraw()
end

vim.g.singletree = { cmd = { 'false' } }
vim.cmd('autocmd! FileType')
for _, language in ipairs({ 'plain', 'lua' }) do
  local path = write('many-' .. language .. (language == 'lua' and '.lua' or '.txt'), LINES)
  vim.cmd.edit(path)
  if language == 'lua' then
    vim.treesitter.start(0, 'lua')
  end
  vim.cmd.redraw()
  local params = review({ vim.uri_from_fname(path) })
  say(('500 hunks of one file of 10,000 lines, %s: first drawing'):format(language), milliseconds(function()
    told(params)
  end), '30')
  say('  the same again, one of them changed', milliseconds(function()
    local one = vim.deepcopy(params.files[1].hunks[7])
    one.newText = one.newText .. '-- more\n'
    told({
      reviewId = 'r',
      rev = 2,
      whole = false,
      removed = {},
      files = { { uri = params.files[1].uri, kind = 'edit', version = vim.NIL, hunks = { one } } },
    })
  end), '30')
  vim.cmd('normal! 5000G')
  vim.cmd.redraw()
  say('  a page further down', milliseconds(function()
    vim.cmd('normal! \6')
    vim.api.nvim_exec_autocmds('WinScrolled', {})
    vim.cmd.redraw()
  end), '30')
  local tick = vim.api.nvim_buf_get_changedtick(0)
  local change = { range = { start = { line = 10, character = 2 }, ['end'] = { line = 10, character = 2 } }, text = 'x' }
  say('  a key above them all, with all that we do for it', milliseconds(function()
    for _ = 1, 100 do
      tick = tick + 1
      vim.api.nvim_exec_autocmds('CursorMovedI', {})
      if state.typed(CLIENT, params.files[1].uri, tick, { change }) then
        paint.now(0)
      end
    end
  end) / 100, '1')
  local at = { line = 10, character = 0 }
  local line = { range = { start = at, ['end'] = at }, text = 'x\n' }
  say('  a new line above them all', milliseconds(function()
    for _ = 1, 20 do
      tick = tick + 1
      vim.api.nvim_exec_autocmds('CursorMovedI', {})
      state.typed(CLIENT, params.files[1].uri, tick, { line })
    end
  end) / 20, '1')
  for _ = 1, 20 do
    vim.api.nvim_buf_set_lines(0, 10, 10, true, { 'x' })
  end
  say('  and once the user pauses', milliseconds(function()
    events.emit('SingletreeReview', { uris = { params.files[1].uri } })
    paint.now(0)
    vim.cmd.redraw()
  end), '30')
  say('  the cursor moves', milliseconds(function()
    for line = 1, 100 do
      vim.api.nvim_win_set_cursor(0, { line * 10, 0 })
      vim.api.nvim_exec_autocmds('CursorMoved', {})
    end
  end) / 100, '1')
  say('  counts, for a statusline', milliseconds(function()
    for _ = 1, 1000 do
      require('singletree.review').counts(0)
    end
  end) / 1000, '0.1')
  state.forget(CLIENT)
  vim.cmd('enew!')
end

local uris = {}
for index = 1, FILES do
  uris[index] = vim.uri_from_fname(write(('file%d.txt'):format(index), LINES / FILES))
  vim.fn.bufload(vim.fn.bufadd(vim.uri_to_fname(uris[index])))
end
vim.cmd.edit(vim.uri_to_fname(uris[1]))
local params = review(uris)
say('500 hunks of 50 open files, one of them on the screen', milliseconds(function()
  told(params)
end), '30')
say('the quickfix list of them', milliseconds(function()
  require('singletree.review').hunks()
end), '100')
