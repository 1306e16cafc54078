-- A Neovim with nothing but its own LSP client and our server, as a user without any plugin would have it.
vim.o.swapfile = false
vim.o.shadafile = 'NONE'
vim.o.hidden = true

vim.api.nvim_create_autocmd('FileType', {
  callback = function(event)
    if vim.bo[event.buf].buftype ~= '' or vim.api.nvim_buf_get_name(event.buf) == '' then
      return
    end
    vim.lsp.start({
      name = 'singletree',
      cmd = { vim.env.SINGLETREE, 'lsp' },
      root_dir = vim.env.TEST_WORKSPACE,
    }, { bufnr = event.buf })
  end,
})
