--- How hunks and files are called: at their place, in the quickfix list, in the float of `:Singletree why` alike.

local shape = require('singletree.review.shape')

local M = {}

local HINDRANCE = {
  streaming = 'still being written',
  keeping = 'being kept',
  conflict = 'conflicts with your text',
}

--- Why a hunk cannot be kept now; nil if it can.
---@param hunk singletree.Hunk
---@return string?
function M.hindrance(hunk)
  return HINDRANCE[hunk.state]
end

--- A file as the user names it: from the workspace's folder.
---@param uri string
---@return string
function M.path(uri)
  local path = vim.uri_to_fname(uri)
  for _, server in ipairs(vim.lsp.get_clients({ name = 'singletree' })) do
    local root = (server.config.root_dir or '') .. '/'
    if vim.startswith(path, root) then
      return path:sub(#root + 1)
    end
  end
  return vim.fn.fnamemodify(path, ':~:.')
end

--- What a file is proposed to become, where that is more than edits.
---@param file singletree.File
---@return string?
function M.kind(file)
  if file.kind == 'create' then
    return 'new file'
  elseif file.kind == 'delete' then
    return 'to be deleted'
  elseif file.kind == 'rename' then
    return 'to be renamed to ' .. M.path(file.newUri or file.uri)
  end
  return nil
end

--- A few words about a hunk.
---@param hunk singletree.Hunk
---@param file? singletree.File
---@return string
function M.of(hunk, file)
  local parts = {}
  local is_whole = file and (file.kind ~= 'edit') and (file.kind ~= 'rename' or shape.is_textless(hunk))
  table.insert(parts, M.hindrance(hunk))
  table.insert(parts, is_whole and file and M.kind(file) or nil)
  table.insert(parts, hunk.title ~= '' and hunk.title or nil)
  table.insert(parts, hunk.author ~= 'agent' and hunk.author ~= hunk.title and hunk.author or nil)
  -- One line: titles are the agent's words.
  return (table.concat(parts, ' · '):gsub('%s+', ' '))
end

---@type { lhs: string, what: string }[]?
local keys

--- The keys that the user has mapped to Keep and Reject, if any.
---@return { lhs: string, what: string }[]
function M.keys()
  if not keys then
    keys = {}
    for _, map in ipairs(vim.api.nvim_get_keymap('n')) do
      local what = (map.rhs or ''):match('^<Plug>%(singletree%-(%a+)%)$')
      if what == 'keep' or what == 'reject' then
        local lhs = (map.lhs or ''):gsub('^ ', '<Space>')
        table.insert(keys, { lhs = lhs, what = what })
      end
    end
    table.sort(keys, function(left, right)
      return left.what < right.what
    end)
  end
  return keys
end

--- Looks for the keys anew: mappings have no event.
function M.forget_keys()
  keys = nil
end

return M
