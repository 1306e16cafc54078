--- `singletree/input`: the user's words, where the server needs some.

local wait = require('singletree.wait').wait

local M = {}

---@param params { title: string }
---@return { text: string }
function M.on_input(params)
  return wait(function(done)
    vim.ui.input({ prompt = params.title .. ' ' }, function(text)
      done({ text = text ~= nil and text or vim.NIL })
    end)
  end)
end

return M
