--- The plugin's Lua interface. All of it is also reachable by `:Singletree` and the <Plug> mappings.

local M = {}

--- Starts the server for this workspace's files, now and when they are opened. On Neovim 0.11 and newer,
--- `vim.lsp.enable('singletree')` does the same.
function M.enable()
  if vim.lsp.enable then
    vim.lsp.enable('singletree')
  else
    require('singletree.server').enable()
  end
end

--- For those who are used to it: sets the options and starts.
---@param options? singletree.Options
function M.setup(options)
  if options then
    vim.g.singletree = options
    require('singletree.config').forget()
  end
  M.enable()
end

--- What Singletree does, for a statusline; empty while there is nothing to say.
---@return string
function M.statusline()
  return require('singletree.statusline').text()
end

--- Runs a subcommand of `:Singletree`.
---@param name string
---@param words? string
function M.run(name, words)
  require('singletree.command').call(name, { words = words or '', bang = false })
end

return M
