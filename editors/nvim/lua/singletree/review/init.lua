local M = {}

function M.on_review() end

return M
