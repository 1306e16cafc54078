local M = {}

---@type table<string, singletree.Subcommand>
M.subcommands = {}

return M
