-- The Neovim of the runs at a terminal: as init.lua, with the keys that the help suggests.
dofile('nvim_plugin/init.lua')
package.path = 'nvim_plugin/?.lua;nvim/?.lua;' .. package.path
local function map(lhs, name, what)
  vim.keymap.set('n', '<Plug>(singletree-' .. name .. ')', what)
  vim.keymap.set('n', lhs, '<Plug>(singletree-' .. name .. ')')
end
local review = function(name)
  return function()
    require('singletree.review')[name]()
  end
end
map(']h', 'next', review('next'))
map('[h', 'prev', review('prev'))
map(']H', 'next-file', review('next_file'))
map('[H', 'prev-file', review('prev_file'))
map('gk', 'keep', review('keep'))
map('gr', 'reject', review('reject'))
vim.api.nvim_create_autocmd('LspAttach', { once = true, command = 'echo "attached"' })
