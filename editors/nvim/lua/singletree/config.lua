--- The plugin's options: `vim.g.singletree`, a table or a function that returns one, read when it is first needed.
--- What the agent may do and which models there are is not here: that is the server's own settings.

local M = {}

---@class singletree.ChatOptions
---@field position? 'right'|'left'|'bottom'|'tab' where the chat opens
---@field width? integer columns of a chat at a side
---@field height? integer lines of a chat at the bottom

---@class singletree.ReviewOptions
---@field signs? boolean mark proposed changes in the sign column

---@class singletree.Options
---@field cmd? string[] how the server is started
---@field model? string `provider/model`, `auto` or `rules`; unset: what the server's settings say
---@field review_mode? 'staged'|'confirm'|'keep' unset: what the server's settings say
---@field ide_tools? boolean whether the agent may ask this Neovim's other language servers
---@field settings? table the server's settings in the form of its settings file; what guards you they may only tighten
---@field root_markers? string[] what a workspace's folder has in it
---@field filetypes? string[] the file types to start for; unset: every file
---@field review? singletree.ReviewOptions
---@field chat? singletree.ChatOptions

---@class (exact) singletree.Config
---@field cmd string[]
---@field model? string
---@field review_mode? string
---@field ide_tools boolean
---@field settings? table
---@field root_markers string[]
---@field filetypes? string[]
---@field review { signs: boolean }
---@field chat { position: 'right'|'left'|'bottom'|'tab', width: integer, height: integer }

---@return singletree.Config
local function defaults()
  return {
    cmd = { 'singletree', 'lsp' },
    ide_tools = true,
    root_markers = { '.singletree', '.git', '.jj', '.hg' },
    review = { signs = true },
    chat = { position = 'right', width = 80, height = 16 },
  }
end

--- What an option must be: Lua types, or the words it may be.
---@type table<string, string|string[]|table>
local SHAPE = {
  cmd = 'table',
  model = 'string',
  review_mode = { 'staged', 'confirm', 'keep' },
  ide_tools = 'boolean',
  settings = 'table',
  root_markers = 'table',
  filetypes = 'table',
  review = { signs = 'boolean' },
  chat = { position = { 'right', 'left', 'bottom', 'tab' }, width = 'number', height = 'number' },
}

---@param given any
---@param shape string|string[]|table
---@param path string
---@param problems string[]
local function check(given, shape, path, problems)
  if type(shape) == 'string' then
    if type(given) ~= shape then
      table.insert(problems, ('%s is a %s, not a %s'):format(path, shape, type(given)))
    end
  elseif vim.islist(shape) then
    if not vim.tbl_contains(shape, given) then
      table.insert(
        problems,
        ('%s is one of %s, not %s'):format(path, table.concat(shape, ', '), vim.inspect(given))
      )
    end
  elseif type(given) ~= 'table' then
    table.insert(problems, ('%s is a table, not a %s'):format(path, type(given)))
  else
    for key, value in pairs(given) do
      local name = ('%s.%s'):format(path, tostring(key))
      if shape[key] == nil then
        table.insert(problems, ('%s is no option (see :help singletree-options)'):format(name))
      else
        check(value, shape[key], name, problems)
      end
    end
  end
end

---@type singletree.Config?
local merged
---@type string[]
local found = {}

--- The options as they hold: what is wrong is left out, said once, and listed by `:checkhealth singletree`.
---@return singletree.Config
function M.get()
  if merged then
    return merged
  end
  local given = vim.g.singletree or {}
  if type(given) == 'function' then
    given = given()
  end
  found = {}
  check(given, SHAPE, 'vim.g.singletree', found)
  if #found > 0 then
    vim.notify('Singletree: ' .. table.concat(found, '; '), vim.log.levels.ERROR)
    given = {}
  end
  merged = vim.tbl_deep_extend('force', defaults(), given)
  return merged
end

--- What is wrong with the options.
---@return string[]
function M.problems()
  M.get()
  return found
end

--- Reads the options anew when they are needed next.
function M.forget()
  merged = nil
end

return M
