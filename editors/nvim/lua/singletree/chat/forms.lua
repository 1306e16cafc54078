--- `elicitation/create`: the agent's own questions, put one after the other.

local asks = require('singletree.chat.asks')

local M = {}

---@class singletree.chat.Field
---@field name string
---@field title string
---@field options? { const: string, title: string, description?: string }[]
---@field multiple boolean
---@field words? string the field for an answer in the user's own words
---@field boolean boolean
---@field number boolean

---@param schema table
---@return { const: string, title: string }[]?
local function options(schema)
  local items = schema.items or {}
  local named = schema.oneOf or items.anyOf or items.oneOf
  local plain = schema.enum or items.enum
  return named
    or plain and vim.tbl_map(function(value)
      return { const = value, title = value }
    end, plain)
end

--- The questions in their order; what is in the user's own words belongs to the question before.
---@param schema table
---@return singletree.chat.Field[]
local function fields(schema)
  local names = vim.tbl_keys(schema.properties or {})
  table.sort(names)
  local found = {}
  for _, name in ipairs(names) do
    local of = schema.properties[name]
    local before = found[#found]
    if before and name == before.name .. '_words' then
      before.words = name
    else
      table.insert(found, {
        name = name,
        title = of.title or of.description or name,
        options = options(of),
        multiple = of.type == 'array',
        boolean = of.type == 'boolean',
        number = of.type == 'number' or of.type == 'integer',
      })
    end
  end
  return found
end

---@param field singletree.chat.Field
---@param done fun(value?: any, name?: string) nothing: the user left
local function write(field, name, done)
  vim.ui.input({ prompt = field.title .. ' ' }, function(words)
    if words == nil then
      return done()
    end
    done(field.number and tonumber(words) or words, name)
  end)
end

---@param field singletree.chat.Field
---@param chosen table<string, true>
---@param done fun(value?: any, name?: string)
local function choose(field, chosen, done)
  local items, offered = {}, assert(field.options, 'it is chosen from options')
  for _, option in ipairs(offered) do
    local about = option.description and option.description ~= '' and ': ' .. option.description or ''
    local mark = field.multiple and (chosen[option.const] and '[x] ' or '[ ] ') or ''
    table.insert(items, { title = mark .. option.title .. about, value = option.const })
  end
  if field.multiple then
    table.insert(items, { title = 'Done', is_done = true })
  end
  if field.words then
    table.insert(items, { title = 'In your own words…', own = true })
  end
  vim.ui.select(items, {
    prompt = field.title,
    kind = 'singletree_question',
    format_item = function(item)
      return item.title
    end,
  }, function(item)
    if not item then
      done()
    elseif item.own then
      write(field, field.words, done)
    elseif item.is_done then
      local values = vim.tbl_filter(
        function(value)
          return chosen[value] ~= nil
        end,
        vim.tbl_map(function(option)
          return option.const
        end, offered)
      )
      done(values, field.name)
    elseif field.multiple then
      chosen[item.value] = not chosen[item.value] or nil
      choose(field, chosen, done)
    else
      done(item.value, field.name)
    end
  end)
end

---@param field singletree.chat.Field
---@param done fun(value?: any, name?: string)
local function put(field, done)
  if field.boolean then
    vim.ui.select({ true, false }, {
      prompt = field.title,
      format_item = function(yes)
        return yes and 'Yes' or 'No'
      end,
    }, function(value)
      done(value, field.name)
    end)
  elseif field.options then
    choose(field, {}, done)
  else
    write(field, field.name, done)
  end
end

--- Puts one question after the other; who leaves one has answered none, and may come back.
---@param ask singletree.chat.Ask
---@param list singletree.chat.Field[]
local function run(ask, list)
  local content, said = vim.empty_dict(), {}
  local function next(index)
    local field = list[index]
    if not field then
      asks.answer(ask, { action = 'accept', content = content }, table.concat(said, '; '))
      return
    end
    put(field, function(value, name)
      if value == nil then
        return
      end
      content[name] = value
      table.insert(said, type(value) == 'table' and table.concat(value, ', ') or tostring(value))
      next(index + 1)
    end)
  end
  next(1)
end

---@param list singletree.chat.Field[]
---@return string[]
local function lines(list)
  local told = {}
  for _, field in ipairs(list) do
    table.insert(told, field.title)
    for _, option in ipairs(field.options or {}) do
      local about = option.description and option.description ~= '' and ': ' .. option.description or ''
      table.insert(told, '  - ' .. option.title .. about)
    end
  end
  return told
end

---@param params table
---@param session string
---@param respond fun(answer: table)
---@return singletree.chat.Ask
function M.ask(params, session, respond)
  local ours = (params._meta or {}).singletree or {}
  local list = fields(params.requestedSchema or {})
  ---@type singletree.chat.Ask
  local ask = {
    key = 'form:' .. (ours.id or params.toolCallId or params.message),
    kind = 'form',
    session = session,
    title = require('singletree.chat.render').flat(params.message),
    heading = params.message,
    lines = lines(list),
    choices = {},
    respond = respond,
    closed = { action = 'cancel' },
    open = function() end,
  }
  ask.open = function()
    run(ask, list)
  end
  ask.choices = {
    { title = 'Answer…', run = ask.open },
    {
      title = 'Decline',
      run = function()
        asks.answer(ask, { action = 'decline' }, 'declined')
      end,
    },
  }
  return ask
end

return M
