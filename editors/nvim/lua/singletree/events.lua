--- What the plugin's parts, and a user's own configuration, hear of each other: `User` autocommands.

local M = {}

---@alias singletree.Event
---| 'SingletreeServer' a server started or ended; data: { client_id, running }
---| 'SingletreeReview' what is proposed changed; data: { uris }
---| 'SingletreeTurn' a turn began, went on or ended; data: { turnId, state }
---| 'SingletreeQuestion' a question opened or closed; data: { count }
---| 'SingletreeChat' a turn of a chat began or ended; data: { sessionId, running }

---@param event singletree.Event
---@param data table
function M.emit(event, data)
  vim.api.nvim_exec_autocmds('User', { pattern = event, modeline = false, data = data })
end

---@param event singletree.Event
---@param react fun(data: table)
---@return integer autocmd
function M.on(event, react)
  return vim.api.nvim_create_autocmd('User', {
    pattern = event,
    callback = function(about)
      react(about.data)
    end,
  })
end

return M
