--- What of the windows that show a buffer matters for drawing into it.

local M = {}

---@class singletree.Look
---@field width integer columns for text in the narrowest window
---@field wraps boolean
---@field is_diff boolean a window shows it as one side of a diff: then what comes is shown on the other
---@field key string of all but the width

---@param buffer integer
---@return integer[]
function M.of(buffer)
  return vim.tbl_filter(function(window)
    return vim.api.nvim_win_get_buf(window) == buffer
  end, vim.api.nvim_tabpage_list_wins(0))
end

---@param buffer integer
---@return singletree.Look
function M.look(buffer)
  local look = { width = vim.o.columns, wraps = false, is_diff = false }
  for _, window in ipairs(M.of(buffer)) do
    local info = vim.fn.getwininfo(window)[1]
    look.width = math.max(20, math.min(look.width, info.width - info.textoff))
    look.wraps = look.wraps or vim.wo[window].wrap
    look.is_diff = look.is_diff or vim.wo[window].diff
  end
  look.key = ('%s %s %d'):format(look.wraps, look.is_diff, vim.bo[buffer].tabstop)
  return look
end

--- Rows of a buffer that are on the screen, as pairs from 0, and some more around them.
---@param buffer integer
---@return { [1]: integer, [2]: integer }[]
function M.visible(buffer)
  return vim.tbl_map(function(window)
    local info = vim.fn.getwininfo(window)[1]
    local more = info.height
    return { info.topline - 1 - more, math.max(info.botline, info.topline) + more }
  end, M.of(buffer))
end

--- Virtual lines above the first line are on the screen only where they are asked for.
---@param buffer integer
---@param count integer
function M.show_above(buffer, count)
  for _, window in ipairs(M.of(buffer)) do
    if vim.fn.getwininfo(window)[1].topline == 1 then
      vim.api.nvim_win_call(window, function()
        local view = vim.fn.winsaveview()
        if view.topline == 1 and view.topfill < count then
          vim.fn.winrestview({ topline = 1, topfill = math.min(count, vim.api.nvim_win_get_height(0) - 1) })
        end
      end)
    end
  end
end

return M
