-- `:help singletree` has every subcommand, mapping, option and highlight, and a tag for each.
local t = require('lib')

vim.cmd('helptags ' .. vim.env.SINGLETREE_PLUGIN .. '/doc')
local function has(tag)
  local found = vim.fn.getcompletion(tag, 'help')
  t.check(vim.tbl_contains(found, tag), ('no help for %s'):format(tag))
end

for name in pairs(require('singletree.command').all()) do
  has(':Singletree-' .. name)
end
for _, mode in ipairs({ 'n', 'x', 'o' }) do
  for _, mapping in ipairs(vim.api.nvim_get_keymap(mode)) do
    if mapping.lhs:find('^<Plug>%(singletree') then
      has(mapping.lhs)
    end
  end
end
for name, value in pairs(require('singletree.config').get()) do
  if type(value) == 'table' and not vim.islist(value) then
    for key in pairs(value) do
      has(('singletree-option-%s.%s'):format(name, key))
    end
  else
    has('singletree-option-' .. name)
  end
end
for _, name in ipairs(vim.fn.getcompletion('Singletree', 'highlight')) do
  has('hl-' .. name)
end
vim.cmd('help singletree')
t.equal(vim.bo.buftype, 'help', 'and it opens')

-- The keymap that is proposed maps what there is.
local source = table.concat(t.lines(0), '\n'):match('%*singletree%-keymap%* >lua\n(.-)\n<')
assert(loadstring(source))()
t.check(vim.fn.maparg(']h', 'n') ~= '', 'the keymap works')
for plug in source:gmatch('<Plug>%b()') do
  t.check(vim.fn.maparg(plug, 'n') ~= '' or vim.fn.maparg(plug, 'x') ~= '', plug .. ' is there')
end
vim.fn.delete(vim.env.SINGLETREE_PLUGIN .. '/doc/tags')
