--- Words to the user: always by `vim.notify`, so that the user's own notifier shows them.

local M = {}

---@param message string
---@param level? integer
local function notify(message, level)
  vim.notify('Singletree: ' .. message, level or vim.log.levels.INFO, { title = 'Singletree' })
end

---@param message string
function M.info(message)
  notify(message)
end

---@param message string
function M.warn(message)
  notify(message, vim.log.levels.WARN)
end

---@param message string
function M.error(message)
  notify(message, vim.log.levels.ERROR)
end

--- A request that the server refused, in its own words.
---@param err lsp.ResponseError
function M.refused(err)
  notify(err.message, vim.log.levels.WARN)
end

return M
