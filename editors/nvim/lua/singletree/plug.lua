--- What the <Plug> mappings do. Each function returns the keys of an expression mapping.

local M = {}

---@type string the subcommand that 'operatorfunc' runs
local operator
---@type boolean whether it is run on the motion's lines, or at the cursor
local is_over_motion

--- For 'operatorfunc'.
function M.operate()
  local command = { name = operator, words = '', bang = false }
  if is_over_motion then
    command.range = { first = vim.fn.line("'["), last = vim.fn.line("']") }
  end
  require('singletree.command').all()[operator].run(command)
end

---@param name string
---@param over_motion boolean
local function set_operator(name, over_motion)
  operator, is_over_motion = name, over_motion
  vim.o.operatorfunc = "v:lua.require'singletree.plug'.operate"
end

--- A subcommand at the cursor; `.` runs it again where the cursor is then.
---@param name string
---@return string keys
function M.here(name)
  set_operator(name, false)
  -- A motion that goes nowhere and works on an empty line too.
  return 'g@_'
end

--- A subcommand over the lines of the motion that follows.
---@param name string
---@return string keys
function M.over(name)
  set_operator(name, true)
  return 'g@'
end

--- A subcommand that asks for what it needs.
---@param name string
---@return string keys
function M.command(name)
  return ('<Cmd>Singletree %s<CR>'):format(name)
end

--- A subcommand over what is selected.
---@param name string
---@return string keys
function M.selection(name)
  return (':Singletree %s<CR>'):format(name)
end

--- Moves to another hunk; in Visual mode what is selected grows, and an operator works up to it.
---@param step 'next'|'prev'|'next_file'|'prev_file'
---@return string keys
function M.jump(step)
  return ("<Cmd>lua require('singletree.review').%s(%d)<CR>"):format(step, vim.v.count1)
end

--- The lines of the hunk at the cursor, as a text object.
---@return string keys
function M.select_hunk()
  return "<Cmd>lua require('singletree.review').select()<CR>"
end

return M
