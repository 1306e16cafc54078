--- Requests of the server's that wait for the user or for other servers. Neovim runs their handlers in a coroutine, and
--- what the handler returns at last is the answer.

local M = {}

--- Runs `start(done)` and returns what it calls `done` with first; the main loop goes on meanwhile.
---@generic T
---@param start fun(done: fun(answer: T))
---@return T
function M.wait(start)
  local waiting = assert(coroutine.running())
  local answered = false
  start(function(answer)
    if answered then
      return
    end
    answered = true
    -- Later: `vim.ui.select` may call back before we have yielded.
    vim.schedule(function()
      local ok, problem = coroutine.resume(waiting, answer)
      if not ok then
        require('singletree.say').error(tostring(problem))
      end
    end)
  end)
  return coroutine.yield()
end

return M
