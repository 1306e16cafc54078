--- `session/request_permission`: what is asked, why, and the answers in words.

local asks = require('singletree.chat.asks')

local M = {}

---@param ours table
---@return string[]
local function lines(ours)
  local told = { ours.action or '' }
  if ours.place and ours.place ~= '' then
    table.insert(told, 'where: ' .. ours.place)
  end
  if ours.reason and ours.reason ~= '' then
    table.insert(
      told,
      ('why: %s%s'):format(ours.reason, ours.rule and (' (rule: %s)'):format(ours.rule) or '')
    )
  end
  if ours.from and ours.from ~= 'agent' and ours.from ~= '' then
    table.insert(told, 'asked by ' .. ours.from)
  end
  return told
end

---@param ask singletree.chat.Ask
---@param option string
---@param words string
---@param reason? string
local function answer(ask, option, words, reason)
  local given = asks.answer(ask, {
    outcome = { outcome = 'selected', optionId = option },
    _meta = reason and { singletree = { reason = reason } } or nil,
  }, words)
  if not given then
    require('singletree.say').info('that question is closed already; nothing was changed')
  end
end

--- A rule that is written down takes a second step: it shows what it would say.
---@param ask singletree.chat.Ask
---@param option table
---@param rules string[]
local function always(ask, option, rules)
  local shown = table.concat(rules, ', ')
  vim.ui.select({ false, true }, {
    prompt = 'Always in this workspace: ' .. shown,
    kind = 'singletree_question',
    format_item = function(yes)
      return yes and 'Always allow: ' .. shown or 'Back'
    end,
  }, function(yes)
    if yes then
      answer(ask, option.optionId, 'always allowed: ' .. shown)
    end
  end)
end

---@param ask singletree.chat.Ask
local function reject_with_reason(ask)
  vim.ui.input({ prompt = 'Why not? ' }, function(reason)
    if reason and vim.trim(reason) ~= '' then
      answer(ask, 'reject', 'rejected: ' .. reason, reason)
    end
  end)
end

---@param ask singletree.chat.Ask
---@param option table ACP's permission option
---@param rules string[]
---@return singletree.chat.Choice
local function choice(ask, option, rules)
  local second = option.optionId == 'always' and #rules > 0
  return {
    title = option.name .. (second and '…' or ''),
    run = function()
      if second then
        return always(ask, option, rules)
      end
      local rejected = option.kind == 'reject_once' or option.kind == 'reject_always'
      answer(ask, option.optionId, rejected and 'rejected' or 'allowed: ' .. option.name)
    end,
  }
end

--- By `vim.ui.select`, the harmless answer first.
---@param ask singletree.chat.Ask
local function select(ask)
  local harmless, others = {}, {}
  for _, one in ipairs(ask.choices) do
    table.insert(one.title:match('^Reject') and harmless or others, one)
  end
  vim.ui.select(vim.list_extend(harmless, others), {
    prompt = ask.title,
    kind = 'singletree_question',
    format_item = function(one)
      return one.title
    end,
  }, function(one)
    if one then
      one.run()
    end
  end)
end

---@param params table
---@param respond fun(answer: table)
---@return singletree.chat.Ask
function M.ask(params, respond)
  local ours = (params._meta or {}).singletree or {}
  local action = ours.action or params.toolCall.title or ''
  ---@type singletree.chat.Ask
  local ask = {
    key = ('permission:%s:%s'):format(params.sessionId, params.toolCall.toolCallId),
    kind = 'permission',
    session = params.sessionId,
    title = ('Allow to %s?'):format(require('singletree.chat.render').flat(action)),
    heading = 'Permission needed',
    lines = lines(vim.tbl_extend('keep', ours, { action = action })),
    choices = {},
    respond = respond,
    closed = { outcome = { outcome = 'cancelled' } },
    open = function() end,
  }
  for _, option in ipairs(params.options) do
    table.insert(ask.choices, choice(ask, option, ours.always or {}))
  end
  table.insert(ask.choices, {
    title = 'Reject with a reason…',
    run = function()
      reject_with_reason(ask)
    end,
  })
  ask.open = function()
    select(ask)
  end
  return ask
end

return M
