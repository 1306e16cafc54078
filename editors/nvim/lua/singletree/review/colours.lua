--- The looks of hunks, made from the colour scheme's own: what a scheme or a user sets for these groups wins.

local M = {}

--- How much of the colour of added or removed text goes into the background behind it.
local FAINT, STRONG = 0.16, 0.38

local LINKS = {
  SingletreeLabel = 'Comment',
  SingletreeKey = 'Special',
  SingletreeSignAdded = 'Added',
  SingletreeSignRemoved = 'Removed',
  SingletreeSignChanged = 'Changed',
  SingletreeSignStreaming = 'DiagnosticSignInfo',
  SingletreeSignConflict = 'DiagnosticSignWarn',
}

---@param name string
---@return table
local function look(name)
  return vim.api.nvim_get_hl(0, { name = name, link = false })
end

---@param over integer
---@param under integer
---@param share number
---@return integer
local function blend(over, under, share)
  local sum = 0
  for _, at in ipairs({ 0x10000, 0x100, 1 }) do
    local top, bottom = math.floor(over / at) % 0x100, math.floor(under / at) % 0x100
    sum = sum + math.floor(top * share + bottom * (1 - share) + 0.5) * at
  end
  return sum
end

--- A background made of a foreground of the scheme. Where there are sixteen colours, the scheme's own group of a diff.
---@param source string
---@param fallback integer
---@param diff string
---@param share number
---@return table
local function behind(source, fallback, diff, share)
  local paper = look('Normal').bg or (vim.o.background == 'dark' and 0x14161b or 0xffffff)
  local cterm = look(diff)
  return {
    bg = blend(look(source).fg or fallback, paper, share),
    ctermbg = cterm.ctermbg,
    ctermfg = cterm.ctermfg,
    cterm = share == STRONG and { bold = true, underline = true } or nil,
  }
end

---@return table<string, table>
local function looks()
  local all = {
    SingletreeAdded = behind('Added', 0x2ea043, 'DiffAdd', FAINT),
    SingletreeAddedText = behind('Added', 0x2ea043, 'DiffAdd', STRONG),
    SingletreeRemoved = behind('Removed', 0xf14c4c, 'DiffDelete', FAINT),
    SingletreeRemovedText = behind('Removed', 0xf14c4c, 'DiffDelete', STRONG),
    SingletreeStreaming = behind('DiagnosticInfo', 0x3794ff, 'DiffChange', FAINT),
    SingletreeConflict = behind('DiagnosticWarn', 0xcca700, 'DiffChange', FAINT),
  }
  for name, target in pairs(LINKS) do
    all[name] = { link = target }
  end
  return all
end

---@type table<string, table> what we set last
local ours = {}

--- Sets what nobody else has set.
local function define()
  for name, wanted in pairs(looks()) do
    local now = vim.api.nvim_get_hl(0, { name = name })
    if next(now) == nil or vim.deep_equal(now, ours[name]) then
      vim.api.nvim_set_hl(0, name, wanted)
      ours[name] = vim.api.nvim_get_hl(0, { name = name })
    end
  end
end

--- Whether a language's own colours can stand on a coloured background: with sixteen colours they could not be read.
---@return boolean
function M.are_many()
  return vim.o.termguicolors or vim.fn.has('gui_running') == 1
end

define()
local group = vim.api.nvim_create_augroup('singletree.review.colours', {})
vim.api.nvim_create_autocmd('ColorScheme', { group = group, callback = define })
vim.api.nvim_create_autocmd('OptionSet', { group = group, pattern = 'background', callback = define })

return M
