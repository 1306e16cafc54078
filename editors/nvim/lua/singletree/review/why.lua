--- What the hunk at the cursor is for: title, reason, author, state and diff, in a float.

local label = require('singletree.review.label')
local paint = require('singletree.review.paint')
local places = require('singletree.review.places')
local say = require('singletree.say')
local shape = require('singletree.review.shape')

local M = {}

--- Lines of a diff in the float.
local MOST_LINES = 60

--- Words of the agent's, as Markdown that shows them as they are.
---@param text string
---@return string
local function plain(text)
  return (text:gsub('%s+', ' '):gsub('[\\`*_{}%[%]<>()#+!|~-]', '\\%0'))
end

---@param hunk singletree.Hunk
---@return string[]
local function diff(hunk)
  local found = shape.of(hunk)
  local lines = {}
  for _, line in ipairs(found.old) do
    table.insert(lines, '-' .. line)
  end
  for _, line in ipairs(found.new) do
    table.insert(lines, '+' .. line)
  end
  local more = #lines - MOST_LINES
  lines = vim.list_slice(lines, 1, MOST_LINES)
  if more > 0 then
    table.insert(lines, ('… %d more lines'):format(more))
  end
  return lines
end

---@param hunk singletree.Hunk
---@param file singletree.File
---@return string[]
local function describe(hunk, file)
  local lines = { '**' .. plain(hunk.title ~= '' and hunk.title or 'Proposed change') .. '**', '' }
  local facts = {}
  table.insert(facts, label.kind(file))
  table.insert(facts, label.hindrance(hunk) or 'waits for Keep or Reject')
  table.insert(facts, 'by ' .. hunk.author)
  table.insert(facts, shape.size(hunk) ~= '' and shape.size(hunk) or nil)
  table.insert(lines, plain(table.concat(facts, ' · ')))
  if hunk.why ~= '' and hunk.why ~= hunk.title then
    vim.list_extend(lines, { '', plain(hunk.why) })
  end
  local body = diff(hunk)
  if #body > 0 then
    -- A fence that is longer than any in the text.
    local fence = '```'
    for run in table.concat(body, '\n'):gmatch('`+') do
      fence = #run >= #fence and ('`'):rep(#run + 1) or fence
    end
    table.insert(lines, '')
    table.insert(lines, fence .. 'diff')
    vim.list_extend(lines, body)
    table.insert(lines, fence)
  end
  return lines
end

function M.show()
  local place = places.at(0, vim.api.nvim_win_get_cursor(0)[1] - 1)
  local file = paint.file(0)
  if not place or not file then
    return say.info(file and 'no proposed change at the cursor' or places.nothing_here())
  end
  vim.lsp.util.open_floating_preview(describe(place.hunk, file), 'markdown', {
    border = 'rounded',
    focus_id = 'singletree.why',
    max_width = math.min(100, vim.o.columns - 4),
    max_height = math.floor(vim.o.lines * 0.6),
  })
end

return M
