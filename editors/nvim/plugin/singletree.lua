-- All that is loaded at the editor's start: one command and the <Plug> mappings. Everything else waits for its first use.
if vim.g.loaded_singletree then
  return
end
vim.g.loaded_singletree = true

if vim.fn.has('nvim-0.10') == 0 then
  vim.notify('Singletree needs Neovim 0.10 or newer', vim.log.levels.ERROR)
  return
end

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

---@param name string
---@param mode string|string[]
---@param action fun(plug: table): string?
local function plug(name, mode, action)
  vim.keymap.set(mode, ('<Plug>(singletree-%s)'):format(name), function()
    return action(require('singletree.plug'))
  end, { expr = true, desc = 'Singletree: ' .. name })
end
