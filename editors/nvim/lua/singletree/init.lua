--- The plugin's Lua interface; everything is also reachable by `:Singletree` and the <Plug> mappings.

local M = {}

--- Starts the server for this workspace's files, now and when they are opened.
function M.enable()
  require('singletree.server').enable()
end

return M
