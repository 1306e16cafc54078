--- What the hunk at the cursor is for: title, reason, author, state and diff, in a float.

local label = require('singletree.review.label')
local paint = require('singletree.review.paint')
local places = require('singletree.review.places')
local say = require('singletree.say')
local shape = require('singletree.review.shape')

local M = {}

--- Lines of a diff in the float.
local MOST_LINES = 60

local namespace = vim.api.nvim_create_namespace('singletree.review.why')

--- Words of the agent's, in one line.
---@param text string
---@return string
local function plain(text)
  return (text:gsub('%s+', ' '))
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
local function facts(hunk, file)
  local found = { label.hindrance(hunk) or 'waits for Keep or Reject', 'by ' .. hunk.author }
  table.insert(found, label.kind(file))
  table.insert(found, shape.size(hunk) ~= '' and shape.size(hunk) or nil)
  return found
end

--- The text of the float and the look of each line that has one.
---@param hunk singletree.Hunk
---@param file singletree.File
---@return string[] lines
---@return table<integer, string> groups by line
local function describe(hunk, file)
  local lines = { plain(hunk.title ~= '' and hunk.title or 'proposed change') }
  ---@type table<integer, string>
  local groups = { 'Title' }
  table.insert(lines, plain(table.concat(facts(hunk, file), ' · ')))
  groups[2] = 'SingletreeLabel'
  if hunk.why ~= '' and hunk.why ~= hunk.title then
    vim.list_extend(lines, { '', plain(hunk.why) })
  end
  local body = diff(hunk)
  if #body > 0 then
    table.insert(lines, '')
  end
  for _, line in ipairs(body) do
    table.insert(lines, line)
    groups[#lines] = ({ ['-'] = 'SingletreeRemoved', ['+'] = 'SingletreeAdded' })[line:sub(1, 1)]
  end
  return lines, groups
end

function M.show()
  local place = places.at(0, vim.api.nvim_win_get_cursor(0)[1] - 1)
  local file = paint.file(0)
  if not place or not file then
    return say.info(file and 'no proposed change at the cursor' or places.nothing_here())
  end
  local lines, groups = describe(place.hunk, file)
  local buffer = vim.lsp.util.open_floating_preview(lines, '', {
    border = 'rounded',
    focus_id = 'singletree.why',
    max_width = math.min(100, vim.o.columns - 4),
    max_height = math.floor(vim.o.lines * 0.6),
  })
  for number, group in pairs(groups) do
    if number <= vim.api.nvim_buf_line_count(buffer) then
      vim.api.nvim_buf_set_extmark(
        buffer,
        namespace,
        number - 1,
        0,
        { end_row = number, hl_group = group, hl_eol = true, strict = false }
      )
    end
  end
end

return M
