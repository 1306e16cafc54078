--- Folds of the transcript: plain manual folds, one for each tool call, thought and bill, closed when they are made.
--- Nothing opens or closes them but the user.

local M = {}

M.NAMESPACE = vim.api.nvim_create_namespace('singletree.chat')

--- Folds that are made at once.
local SLICE = 200

---@param window integer
---@param first integer from 1
---@param last integer
local function make(window, first, last)
  -- In the command-line window, Neovim lets nothing happen elsewhere.
  pcall(vim.api.nvim_win_call, window, function()
    vim.cmd(('silent! %d,%dfold'):format(first, last))
  end)
end

--- In every window that shows the buffer.
---@param buffer integer
---@param first integer from 1
---@param last integer
function M.create(buffer, first, last)
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    make(window, first, last)
  end
end

--- Whether the fold that begins at a line is closed, by window; windows that have no such fold are left out.
---@param buffer integer
---@param first integer from 1
---@return table<integer, boolean>
function M.state(buffer, first)
  local state = {}
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    pcall(vim.api.nvim_win_call, window, function()
      if vim.fn.foldlevel(first) > 0 then
        state[window] = vim.fn.foldclosed(first) > 0
      end
    end)
  end
  return state
end

--- Makes folds whole again: Neovim cuts a fold short when lines are put before its last one.
---@param state table<integer, boolean>
---@param first integer from 1
---@param last integer
function M.mend(state, first, last)
  for window, was_closed in pairs(state) do
    pcall(vim.api.nvim_win_call, window, function()
      if vim.fn.foldlevel(last) > 0 then
        return
      end
      local view = vim.fn.winsaveview()
      vim.api.nvim_win_set_cursor(window, { first, 0 })
      vim.cmd('silent! normal! zd')
      vim.cmd(('silent! %d,%dfold'):format(first, last))
      if not was_closed then
        vim.cmd(('silent! %dfoldopen'):format(first))
      end
      vim.fn.winrestview(view)
    end)
  end
end

--- Makes those of a window that has none yet: folds are the window's, and a buffer may come to be shown later.
---@param window integer
---@param ranges { [1]: integer, [2]: integer }[]
---@param is_valid fun(): boolean
function M.fill(window, ranges, is_valid)
  local newest = ranges[#ranges]
  if not newest then
    return
  end
  local has = vim.api.nvim_win_call(window, function()
    return vim.fn.foldlevel(newest[1]) > 0
  end)
  if has then
    return
  end
  local at = #ranges
  local function slice()
    if not vim.api.nvim_win_is_valid(window) or not is_valid() then
      return
    end
    local stop = math.max(1, at - SLICE)
    for index = at, stop, -1 do
      make(window, ranges[index][1], ranges[index][2])
    end
    at = stop - 1
    if at >= 1 then
      vim.defer_fn(slice, 1)
    end
  end
  slice()
end

--- 'foldtext': the heading as it is drawn, and how much it hides.
---@return { [1]: string, [2]: string }[]
function M.text()
  local row = vim.v.foldstart - 1
  local line = vim.fn.getline(row + 1) --[[@as string]]
  local marks = vim.api.nvim_buf_get_extmarks(0, M.NAMESPACE, { row, 0 }, { row, -1 }, { details = true })
  local chunks, at = {}, 0
  for _, mark in ipairs(marks) do
    local details = mark[4]
    if details and details.hl_group and details.end_col and mark[3] >= at then
      if mark[3] > at then
        table.insert(chunks, { line:sub(at + 1, mark[3]), 'Normal' })
      end
      table.insert(chunks, { line:sub(mark[3] + 1, details.end_col), details.hl_group })
      at = details.end_col
    end
  end
  if at < #line then
    table.insert(chunks, { line:sub(at + 1), 'Normal' })
  end
  local hidden = vim.v.foldend - vim.v.foldstart - 1
  if hidden > 0 then
    table.insert(
      chunks,
      { ('  ⋯ %d %s'):format(hidden, hidden == 1 and 'line' or 'lines'), 'SingletreeChatMuted' }
    )
  end
  return chunks
end

return M
