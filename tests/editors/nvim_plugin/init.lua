-- A Neovim with the plugin as a user would have it, and nothing else.
vim.o.swapfile = false
vim.o.shadafile = 'NONE'
vim.o.hidden = true
vim.opt.runtimepath:prepend(vim.env.SINGLETREE_PLUGIN)
vim.g.singletree = { cmd = { vim.env.SINGLETREE, 'lsp' } }
if vim.lsp.enable then
  vim.lsp.enable('singletree')
else
  require('singletree').enable()
end
