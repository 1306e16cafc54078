--- Keep and Reject as operators, so that they take a motion and `.` repeats them.

local decide = require('singletree.review.decide')

local M = {}

---@type singletree.Verdict
local verdict = 'keep'

--- `operatorfunc` over a motion.
function M.over()
  local first, last = vim.api.nvim_buf_get_mark(0, '[')[1], vim.api.nvim_buf_get_mark(0, ']')[1]
  decide.range(verdict, first, last)
end

--- `operatorfunc` of the hunk at the cursor; the motion is only there for `.`.
function M.at_cursor()
  decide.here(verdict)
end

---@param name string
---@param wanted singletree.Verdict
local function set(name, wanted)
  verdict = wanted
  vim.o.operatorfunc = ("v:lua.require'singletree.review.operator'.%s"):format(name)
end

--- For an expression mapping: waits for a motion.
---@param wanted singletree.Verdict
---@return string keys
function M.keys(wanted)
  set('over', wanted)
  return 'g@'
end

---@param wanted singletree.Verdict
function M.here(wanted)
  set('at_cursor', wanted)
  vim.cmd.normal({ args = { 'g@l' }, bang = true })
end

return M
