-- For `vim.lsp.enable('singletree')` (Neovim 0.11 and newer). What is set by `vim.lsp.config('singletree', {…})` wins.
return require('singletree.client').config()
