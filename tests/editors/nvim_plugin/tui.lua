-- The Neovim of the runs at a terminal: as init.lua, with the keys that the help suggests.
dofile('nvim_plugin/init.lua')
package.path = 'nvim_plugin/?.lua;nvim/?.lua;' .. package.path
require('plugin').map_keys()
vim.api.nvim_create_autocmd('LspAttach', { once = true, command = 'echo "attached"' })
function _G.Proposed()
  return require('singletree.review').counts().all
end
vim.o.statusline = '%f %m%=%{v:lua.Proposed()} proposed   %-10(%l,%c%)%P'
vim.api.nvim_create_autocmd('User', { pattern = 'SingletreeReview', command = 'redrawstatus!' })
