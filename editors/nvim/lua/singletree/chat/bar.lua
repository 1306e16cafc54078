--- The two lines at the panel's windows ('winbar'), and what a statusline may show of the chat.

local asks = require('singletree.chat.asks')
local render = require('singletree.chat.render')
local session = require('singletree.chat.session')
local transcripts = require('singletree.chat.transcript')

local M = {}

--- Text of whoever, in a winbar: a percent sign would be an item of it.
---@param text string
---@return string
local function plain(text)
  return (render.flat(text):gsub('%%', '%%%%'))
end

---@param text string
---@param most integer
---@return string
local function short(text, most)
  if vim.fn.strdisplaywidth(text) > most then
    return vim.fn.strcharpart(text, 0, math.max(1, most - 1)) .. '…'
  end
  return text
end

---@class singletree.chat.Summary
---@field session string
---@field title string
---@field running boolean
---@field model? string
---@field mode? string
---@field used? integer tokens of the model's window
---@field size? integer
---@field cost? string
---@field questions integer

--- The session that is shown, in few words; cheap.
---@return singletree.chat.Summary?
function M.summary()
  local found = session.current()
  if not found then
    return nil
  end
  local transcript = found.transcript
  local model, usage = transcripts.option(transcript, 'model'), transcript.usage
  local cost = usage and usage.cost
  return {
    session = transcript.id,
    title = transcripts.title(transcript),
    running = transcript.running,
    model = model and model.currentValue,
    mode = transcript.modes and transcript.modes.currentModeId,
    used = usage and usage.used,
    size = usage and usage.size,
    cost = cost and (cost.currency == 'USD' and '$%.2f' or '%.2f ' .. cost.currency):format(cost.amount),
    questions = #asks.all(),
  }
end

--- Above the transcript: the session, and what it does.
---@param width integer
---@return string
function M.transcript(width)
  local now = M.summary()
  if not now then
    return ' %#SingletreeChatHeading#Singletree%*'
  end
  local state = ''
  if now.questions > 0 then
    state = '%#SingletreeChatAsk#asks you%*'
  elseif session.fetching > 0 then
    state = '%#SingletreeChatMuted#fetches a session…%*'
  elseif now.running then
    state = '%#SingletreeChatRunning#● works%* %#SingletreeChatMuted#<C-c> stops%*'
  end
  return (' %%#SingletreeChatHeading#%s%%*%%=%s '):format(
    plain(short(now.title, math.max(10, width - 24))),
    state
  )
end

--- Above the prompt: mode, model and effort, how full the model's window is, and the money.
---@param width integer
---@return string
function M.prompt(width)
  local now, found = M.summary(), session.current()
  if not now or not found then
    return ''
  end
  local effort = transcripts.option(found.transcript, 'effort')
  local left = { now.mode or '', (now.model or ''):match('[^/]+$') or '' }
  if effort and effort.currentValue ~= 'default' then
    table.insert(left, effort.currentValue .. ' effort')
  end
  local right = {}
  if now.used and now.size and now.size > 0 then
    local percent = math.floor(100 * now.used / now.size + 0.5)
    table.insert(right, ('%d%% of %s'):format(percent, render.tokens(now.size)))
  end
  if now.cost then
    table.insert(right, now.cost)
  end
  left = vim.tbl_filter(function(one)
    return one ~= ''
  end, left)
  local ends = table.concat(right, ' · ')
  local room = math.max(8, width - vim.fn.strdisplaywidth(ends) - 4)
  return (' %%#SingletreeChatMuted#%s%%=%s%%* '):format(
    plain(short(table.concat(left, ' · '), room)),
    plain(ends)
  )
end

return M
