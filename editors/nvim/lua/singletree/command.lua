--- `:Singletree SUBCOMMAND …`: finds the subcommand and completes it. What there is stands in the modules of `GROUPS`.

local M = {}

---@class singletree.Call
---@field words string what stands behind the subcommand
---@field range? { first: integer, last: integer } 1-based lines, if a range was given
---@field bang boolean

---@class singletree.Subcommand
---@field desc string
---@field run fun(call: singletree.Call)
---@field complete? fun(lead: string): string[]

--- Each returns a table from names to subcommands.
local GROUPS =
  { 'singletree.run', 'singletree.review.commands', 'singletree.chat.commands', 'singletree.server' }

---@type table<string, singletree.Subcommand>?
local subcommands

---@return table<string, singletree.Subcommand>
function M.all()
  if not subcommands then
    subcommands = {}
    for _, group in ipairs(GROUPS) do
      for name, subcommand in pairs(require(group).subcommands) do
        subcommands[name] = subcommand
      end
    end
  end
  return subcommands
end

---@return string[]
local function names()
  local sorted = vim.tbl_keys(M.all())
  table.sort(sorted)
  return sorted
end

--- Without a subcommand: all of them, to choose from.
---@param call singletree.Call
local function choose(call)
  vim.ui.select(names(), {
    prompt = 'Singletree',
    kind = 'singletree_command',
    format_item = function(name)
      return ('%-16s %s'):format(name, M.all()[name].desc)
    end,
  }, function(name)
    if name then
      M.all()[name].run(call)
    end
  end)
end

--- Runs a subcommand; a name that is none of ours is a command of the user's own.
---@param name string
---@param call singletree.Call
function M.call(name, call)
  local subcommand = M.all()[name]
  if subcommand then
    subcommand.run(call)
  else
    require('singletree.run').theirs(name, call)
  end
end

---@param command vim.api.keyset.create_user_command.command_args
function M.run(command)
  local name, words = command.args:match('^%s*(%S*)%s*(.-)%s*$')
  name, words = name or '', words or ''
  ---@type singletree.Call
  local call = { words = words, bang = command.bang }
  if command.range > 0 then
    call.range = { first = command.line1, last = command.line2 }
  end
  if name == '' then
    return choose(call)
  end
  M.call(name, call)
end

---@param lead string
---@param line string the command line up to the cursor
---@return string[]
function M.complete(lead, line)
  local name, rest = line:match('Singletree!?%s+(%S+)%s+(.*)$')
  if name then
    local subcommand = M.all()[name]
    return subcommand and subcommand.complete and subcommand.complete(rest or '') or {}
  end
  return vim.tbl_filter(function(each)
    return vim.startswith(each, lead)
  end, names())
end

return M
