-- All that is loaded at the editor's start: one command and the <Plug> mappings. Everything else waits for its first use.
if vim.g.loaded_singletree then
  return
end
vim.g.loaded_singletree = true

if vim.fn.has('nvim-0.10') == 0 then
  vim.notify('Singletree needs Neovim 0.10 or newer', vim.log.levels.ERROR)
  return
end

-- Windows of a chat that a session file restored, or that are read anew, are filled again.
local group = vim.api.nvim_create_augroup('singletree', {})
vim.api.nvim_create_autocmd('SessionLoadPost', {
  group = group,
  callback = function()
    for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
      if vim.startswith(vim.api.nvim_buf_get_name(buffer), 'singletree://') then
        return require('singletree.chat').restore()
      end
    end
  end,
})
vim.api.nvim_create_autocmd('BufReadCmd', {
  group = group,
  pattern = 'singletree://chat/*',
  callback = function(about)
    require('singletree.chat').adopt(about.buf)
  end,
})

vim.api.nvim_create_user_command('Singletree', function(call)
  require('singletree.command').run(call)
end, {
  nargs = '*',
  range = true,
  bang = true,
  desc = 'Agent commands, review and chat (:help :Singletree)',
  complete = function(lead, line)
    return require('singletree.command').complete(lead, line)
  end,
})

---@param modes string|string[]
---@param name string
---@param keys fun(plug: table): string
local function map(modes, name, keys)
  vim.keymap.set(modes, ('<Plug>(singletree-%s)'):format(name), function()
    return keys(require('singletree.plug'))
  end, { expr = true, desc = 'Singletree: ' .. name })
end

-- At the cursor; `.` does it again.
for _, name in ipairs({ 'keep', 'reject', 'document', 'fix', 'test', 'complete', 'optimize' }) do
  map('n', name, function(plug)
    return plug.here(name)
  end)
  map('x', name, function(plug)
    return plug.selection(name)
  end)
end
-- They ask for words, or say something: not to be repeated by `.`.
for _, name in ipairs({ 'ask', 'edit', 'refactor', 'explain', 'review', 'mention' }) do
  map('n', name, function(plug)
    return plug.command(name)
  end)
  map('x', name, function(plug)
    return plug.selection(name)
  end)
end
for _, name in ipairs({ 'keep', 'reject' }) do
  map('n', name .. '-motion', function(plug)
    return plug.over(name)
  end)
end
for name, command in pairs({
  ['keep-file'] = 'keep file',
  ['keep-all'] = 'keep all',
  ['reject-file'] = 'reject file',
  ['reject-all'] = 'reject all',
  undo = 'undo',
  why = 'why',
  diff = 'diff',
  hunks = 'hunks',
  chat = 'chat',
  sessions = 'sessions',
  stop = 'stop',
  answer = 'answer',
  menu = '',
}) do
  map('n', name, function(plug)
    return plug.command(command)
  end)
end
local STEPS = {
  next = 'next',
  previous = 'prev',
  ['next-file'] = 'next_file',
  ['previous-file'] = 'prev_file',
}
for name, step in pairs(STEPS) do
  map({ 'n', 'x', 'o' }, name, function(plug)
    return plug.jump(step)
  end)
end
map({ 'x', 'o' }, 'hunk', function(plug)
  return plug.select_hunk()
end)
