--- Signs at closed folds that have hunks in them: Neovim shows nothing of the lines inside, and has no event for folds,
--- so they are looked at when the screen is drawn.

local draw = require('singletree.review.draw')

local M = {}

local namespace = vim.api.nvim_create_namespace('singletree.review.folds')

---@type table<integer, table<integer, true>> rows that have a sign, by buffer
local signs = {}

--- Rows of closed folds of the current window that have hunks further down in them.
---@param buffer integer
---@param top integer
---@param bottom integer
---@return table<integer, true>
local function folded(buffer, top, bottom)
  local rows = {}
  for _, place in ipairs(draw.places(buffer, top, bottom + 1)) do
    local fold = vim.fn.foldclosed(place.first + 1)
    if fold ~= -1 and fold < place.first + 1 then
      rows[fold - 1] = true
    end
  end
  return rows
end

---@param buffer integer
---@param rows table<integer, true>
local function set(buffer, rows)
  if not vim.api.nvim_buf_is_valid(buffer) then
    return
  end
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  signs[buffer] = next(rows) and rows or nil
  for row in pairs(rows) do
    vim.api.nvim_buf_set_extmark(buffer, namespace, row, 0, {
      sign_text = '▎',
      sign_hl_group = 'SingletreeSignChanged',
      priority = 90,
      strict = false,
    })
  end
end

---@param window integer
---@param buffer integer
---@param top integer
---@param bottom integer
local function look(window, buffer, top, bottom)
  if window ~= vim.api.nvim_get_current_win() or not (draw.is_drawn(buffer) or signs[buffer]) then
    return
  end
  local rows = vim.wo[window].foldenable and folded(buffer, top, bottom) or {}
  if not vim.deep_equal(rows, signs[buffer] or {}) then
    vim.schedule(function()
      set(buffer, rows)
    end)
  end
end

--- Begins to look.
function M.watch()
  vim.api.nvim_set_decoration_provider(namespace, {
    on_win = function(_, window, buffer, top, bottom)
      look(window, buffer, top, bottom)
    end,
  })
end

return M
