--- What the server asks and waits for: permissions, and questions of the agent's own.

local events = require('singletree.events')
local transcripts = require('singletree.chat.transcript')

local M = {}

---@class singletree.chat.Choice
---@field title string
---@field run fun()

---@class singletree.chat.Ask
---@field key string
---@field kind 'permission'|'form'
---@field session string
---@field title string one line
---@field heading string
---@field lines string[]
---@field choices singletree.chat.Choice[] as the transcript numbers them
---@field open fun() puts it by `vim.ui.select`
---@field respond fun(answer: table) to the server
---@field closed table what the server is answered when nobody does
---@field answer? string what was answered, in words

---@type singletree.chat.Ask[] oldest first
local open = {}

---@return singletree.chat.Ask[]
function M.all()
  return open
end

--- The oldest question of a session.
---@param session string
---@return singletree.chat.Ask?
function M.first(session)
  for _, ask in ipairs(open) do
    if ask.session == session then
      return ask
    end
  end
end

local function tell()
  events.emit('SingletreeQuestion', { count = #open })
end

---@param ask singletree.chat.Ask
---@param transcript? singletree.chat.Transcript
function M.add(ask, transcript)
  table.insert(open, ask)
  if transcript then
    transcripts.asked(transcript, ask.kind, ask)
  end
  tell()
end

--- The first answer counts.
---@param ask singletree.chat.Ask
---@param answer table
---@param words string
---@return boolean
function M.answer(ask, answer, words)
  if ask.answer then
    return false
  end
  ask.answer = words
  open = vim.tbl_filter(function(other)
    return other ~= ask
  end, open)
  ask.respond(answer)
  local transcript = require('singletree.chat.session').transcript(ask.session)
  if transcript then
    transcripts.answered(transcript, ask)
  end
  tell()
  return true
end

--- Nobody needs to answer any more.
---@param matches fun(ask: singletree.chat.Ask): boolean
---@param words? string
function M.close(matches, words)
  for _, ask in ipairs(vim.tbl_filter(matches, open)) do
    M.answer(ask, ask.closed, words or 'closed')
  end
end

return M
