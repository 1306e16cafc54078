--- What Singletree does, in few words, for a statusline: `%{%v:lua.require'singletree'.statusline()%}`. Cheap enough to be
--- asked at every redraw: it looks at tables only.

local M = {}

--- Characters of a step.
local LONGEST = 30

---@param text string
---@return string
local function short(text)
  text = text:gsub('[\r\n]+', ' ')
  if vim.fn.strchars(text) > LONGEST then
    text = vim.fn.strcharpart(text, 0, LONGEST - 1) .. '…'
  end
  -- A percent sign would be an item of the statusline.
  return (text:gsub('%%', '%%%%'))
end

--- Empty while there is nothing to say.
---@return string
function M.text()
  -- Not for this to load what nobody has used yet.
  if not package.loaded['singletree.client'] then
    return ''
  end
  local parts = {}
  local questions = package.loaded['singletree.questions'] and require('singletree.questions').count() or 0
  if questions > 0 then
    table.insert(parts, 'asks!')
  end
  local turn = package.loaded['singletree.turns'] and require('singletree.turns').running()[1]
  if turn then
    table.insert(parts, turn.step ~= '' and short(turn.step) or 'works')
  end
  local counts = package.loaded['singletree.review'] and require('singletree.review').counts()
  if counts and counts.all > 0 then
    table.insert(parts, ('±%d'):format(counts.all))
  end
  return #parts > 0 and 'singletree: ' .. table.concat(parts, ' · ') or ''
end

return M
