--- How the chat looks: its highlights, and the options of its windows.

local config = require('singletree.config')

local M = {}

local HIGHLIGHTS = {
  Heading = 'Title',
  You = 'Title',
  YouLine = 'CursorLine',
  Muted = 'Comment',
  Tool = 'Normal',
  Path = 'Directory',
  Running = 'DiagnosticInfo',
  Done = 'DiagnosticOk',
  Failed = 'DiagnosticError',
  Ask = 'DiagnosticWarn',
  Active = 'DiagnosticInfo',
  Key = 'Special',
}

--- Those that neither the user nor their colorscheme has set.
function M.highlights()
  for name, link in pairs(HIGHLIGHTS) do
    vim.api.nvim_set_hl(0, 'SingletreeChat' .. name, { default = true, link = link })
  end
end

---@param window integer
---@param option string
---@param value any
function M.set(window, option, value)
  local of = vim.wo[window][0]
  if of[option] ~= value then
    of[option] = value
  end
end

---@param window integer
local function dress(window)
  for option, value in pairs({
    number = false,
    relativenumber = false,
    signcolumn = 'yes:1',
    foldcolumn = '0',
    wrap = true,
    linebreak = true,
    breakindent = true,
    list = false,
    spell = false,
    cursorline = false,
    colorcolumn = '',
    statuscolumn = '',
    winfixwidth = config.get().chat.position == 'right' or config.get().chat.position == 'left',
  }) do
    M.set(window, option, value)
  end
end

---@param window integer
function M.transcript(window)
  dress(window)
  for option, value in pairs({
    foldmethod = 'manual',
    foldenable = true,
    foldlevel = 0,
    foldtext = "v:lua.require'singletree.chat.folds'.text()",
    fillchars = 'fold: ,eob: ',
    -- The user's own wish, not what the window beside has: with 0, nothing of what a model writes is hidden.
    conceallevel = vim.go.conceallevel,
    statusline = ' chat%=%P ',
    winhighlight = 'Folded:Normal',
  }) do
    M.set(window, option, value)
  end
end

---@param window integer
function M.prompt(window)
  dress(window)
  M.set(window, 'signcolumn', 'no')
  M.set(window, 'winfixheight', true)
  M.set(window, 'statusline', ' message')
  M.set(window, 'fillchars', 'eob: ')
end

return M
