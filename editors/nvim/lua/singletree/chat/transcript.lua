--- A session as the chat shows it: entries in order, and what stands beside them. No buffer and no window here.

local M = {}

--- An entry has what is said to be of its kind; what asserts that names no other reason.
---@class singletree.chat.Entry
---@field kind 'user'|'agent'|'thought'|'tool'|'plan'|'permission'|'form'|'context'|'notice'|'end'
---@field parts? string[] of user, agent, thought, notice: the text as it came, in pieces
---@field id? string of agent, thought: ACP's message id
---@field anew? boolean the pieces are others than those that were shown
---@field done? boolean of agent, thought: nothing more comes
---@field message? integer of user: the number for *rewind*
---@field echo? boolean of user: as it was sent; the server's account is to come
---@field blocks? table[] of user: what was attached
---@field call? table of tool: ACP's tool call
---@field began? integer of tool: when it began here, in milliseconds
---@field took? integer of tool: milliseconds
---@field steps? table[] of plan
---@field ask? singletree.chat.Ask of permission, form
---@field bill? table of context
---@field reason? string of end
---@field error? string of end

---@class singletree.chat.Transcript
---@field id string
---@field title string
---@field entries singletree.chat.Entry[]
---@field running boolean
---@field modes? table ACP's modes
---@field options table[] ACP's config options
---@field commands table[] ACP's available commands
---@field usage? { used: integer, size: integer, cost?: { amount: number, currency: string } }
---@field calls table<string, integer> indexes of the tool calls, by their ids
---@field changed fun(index?: integer) an entry is new or different; without an index, what stands beside

---@param id string
---@return singletree.chat.Transcript
function M.new(id)
  return {
    id = id,
    title = '',
    entries = {},
    running = false,
    options = {},
    commands = {},
    calls = {},
    changed = function() end,
  }
end

---@param transcript singletree.chat.Transcript
---@param wanted fun(entry: singletree.chat.Entry): boolean
---@return integer? index of the last one
local function last(transcript, wanted)
  for index = #transcript.entries, 1, -1 do
    if wanted(transcript.entries[index]) then
      return index
    end
  end
end

---@param kind string
local function is(kind)
  return function(entry)
    return entry.kind == kind
  end
end

--- Text that something follows will not grow any more.
---@param transcript singletree.chat.Transcript
local function finish_text(transcript)
  local entry = transcript.entries[#transcript.entries]
  if entry and (entry.kind == 'agent' or entry.kind == 'thought') and not entry.done then
    entry.done = true
    transcript.changed(#transcript.entries)
  end
end

---@param transcript singletree.chat.Transcript
---@param entry singletree.chat.Entry
local function push(transcript, entry)
  finish_text(transcript)
  table.insert(transcript.entries, entry)
  transcript.changed(#transcript.entries)
end

local KINDS =
  { ['image/png'] = 'PNG', ['image/jpeg'] = 'JPEG', ['image/gif'] = 'GIF', ['image/webp'] = 'WebP' }

--- What an attachment is called.
---@param block table
---@return string
function M.label(block)
  if block.type == 'image' then
    local size = math.ceil(#(block.data or '') * 3 / 4 / 1024)
    return ('picture (%s, %d KiB)'):format(KINDS[block.mimeType] or block.mimeType or '?', size)
  elseif block.type == 'resource_link' then
    return block.name .. (block.uri:match('#L[%d-]+$') or ''):gsub('^#L', ':')
  elseif block.type == 'resource' then
    local uri = block.resource.uri
    return (uri:gsub('^singletree:', '@'):gsub('^.*/', ''):gsub('#L', ':'))
  end
  return block.type or ''
end

---@param block table
---@return string
local function words(block)
  if block.type == 'text' then
    return block.text
  end
  return '\n↳ ' .. M.label(block)
end

---@param blocks table[]
---@return singletree.chat.Entry
local function user_entry(blocks)
  local entry = { kind = 'user', parts = {}, blocks = {} }
  for _, block in ipairs(blocks) do
    table.insert(entry.parts, words(block))
    if block.type ~= 'text' then
      table.insert(entry.blocks, block)
    end
  end
  return entry
end

--- What was just sent, before the server says so.
---@param transcript singletree.chat.Transcript
---@param blocks table[]
function M.sent(transcript, blocks)
  local entry = user_entry(blocks)
  entry.echo = true
  push(transcript, entry)
end

--- The echo gives way to the server's own account, which has the number.
---@param transcript singletree.chat.Transcript
---@param update table
local function user_chunk(transcript, update)
  local content, ours = update.content, (update._meta or {}).singletree or {}
  finish_text(transcript)
  local index = last(transcript, is('user'))
  local entry = index and transcript.entries[index]
  if entry and entry.echo then
    local told = user_entry({ content })
    entry.parts, entry.blocks, entry.message = told.parts, told.blocks, ours.message
    entry.echo, entry.anew = nil, true
    return transcript.changed(index)
  end
  local goes_on = entry and (ours.message and entry.message == ours.message)
  if not ours.message and index == #transcript.entries and entry then
    goes_on = true
  end
  if entry and goes_on then
    table.insert(assert(entry.parts), words(content))
    if content.type ~= 'text' then
      table.insert(assert(entry.blocks), content)
    end
    return transcript.changed(index)
  end
  local told = user_entry({ content })
  told.message = ours.message
  push(transcript, told)
end

---@param transcript singletree.chat.Transcript
---@param kind 'agent'|'thought'
---@param update table
local function text_chunk(transcript, kind, update)
  local text = words(update.content)
  local entry = transcript.entries[#transcript.entries]
  local same = entry and entry.kind == kind and not entry.done
  if same and (not update.messageId or not entry.id or entry.id == update.messageId) then
    table.insert(assert(entry.parts), text)
    return transcript.changed(#transcript.entries)
  end
  -- A text begins with words.
  push(transcript, { kind = kind, parts = { (text:gsub('^\n+', '')) }, id = update.messageId })
end

---@param transcript singletree.chat.Transcript
---@param update table
local function tool_call(transcript, update)
  local index = transcript.calls[update.toolCallId]
  ---@type singletree.chat.Entry?
  local entry = index and transcript.entries[index]
  -- Some vendors number the calls of each answer anew: one that begins is not one that has ended.
  local before = entry and assert(entry.call).status
  local over = before == 'completed' or before == 'failed'
  if over and update.sessionUpdate == 'tool_call' then
    entry = nil
  end
  local known = entry ~= nil
  entry = entry or { kind = 'tool', call = {} }
  local call = assert(entry.call)
  for name, value in pairs(update) do
    call[name] = value
  end
  local status = call.status
  if status == 'in_progress' then
    entry.began = entry.began or vim.uv.now()
  elseif entry.began and not entry.took then
    entry.took = vim.uv.now() - entry.began
  end
  if known then
    transcript.changed(index)
  else
    push(transcript, entry)
    transcript.calls[update.toolCallId] = #transcript.entries
  end
end

--- One plan a turn: it changes where it stands.
---@param transcript singletree.chat.Transcript
---@param steps table[]
local function plan(transcript, steps)
  local turn, index = last(transcript, is('user')) or 0, last(transcript, is('plan'))
  if index and index > turn then
    transcript.entries[index].steps = steps
    return transcript.changed(index)
  end
  push(transcript, { kind = 'plan', steps = steps })
end

--- A plain end leaves no mark; a stop, a limit or a failure does.
---@param transcript singletree.chat.Transcript
---@param reason string
---@param error? string
function M.ended(transcript, reason, error)
  transcript.running = false
  finish_text(transcript)
  if reason ~= 'end_turn' then
    push(transcript, { kind = 'end', reason = reason, error = error })
  end
  transcript.changed()
end

---@param transcript singletree.chat.Transcript
---@param update table
local function session_info(transcript, update)
  transcript.title = type(update.title) == 'string' and update.title or transcript.title
  local turn = (update._meta or {}).singletree or {}
  if turn.running == true then
    transcript.running = true
  elseif turn.running == false and transcript.running then
    M.ended(transcript, turn.stopReason or 'end_turn', turn.error)
  end
  transcript.changed()
end

---@type table<string, fun(transcript: singletree.chat.Transcript, update: table)>
local UPDATES = {
  user_message_chunk = user_chunk,
  agent_message_chunk = function(transcript, update)
    text_chunk(transcript, 'agent', update)
  end,
  agent_thought_chunk = function(transcript, update)
    text_chunk(transcript, 'thought', update)
  end,
  tool_call = tool_call,
  tool_call_update = tool_call,
  plan = function(transcript, update)
    plan(transcript, update.entries)
  end,
  available_commands_update = function(transcript, update)
    transcript.commands = update.availableCommands
  end,
  current_mode_update = function(transcript, update)
    if transcript.modes then
      transcript.modes.currentModeId = update.currentModeId
    end
    transcript.changed()
  end,
  config_option_update = function(transcript, update)
    transcript.options = update.configOptions
    transcript.changed()
  end,
  session_info_update = session_info,
  usage_update = function(transcript, update)
    transcript.usage = { used = update.used, size = update.size, cost = update.cost }
    transcript.changed()
  end,
}

--- `session/update`
---@param transcript singletree.chat.Transcript
---@param update table
function M.update(transcript, update)
  local apply = UPDATES[update.sessionUpdate]
  if apply then
    apply(transcript, update)
  end
end

---@param transcript singletree.chat.Transcript
---@param text string
function M.notice(transcript, text)
  push(transcript, { kind = 'notice', parts = { text }, done = true })
end

---@param transcript singletree.chat.Transcript
---@param bill table
function M.context(transcript, bill)
  if #bill.items > 0 then
    push(transcript, { kind = 'context', bill = bill })
  end
end

--- A question; one that is asked again takes the place of its first asking.
---@param transcript singletree.chat.Transcript
---@param kind 'permission'|'form'
---@param ask singletree.chat.Ask
function M.asked(transcript, kind, ask)
  local index = last(transcript, function(entry)
    return entry.ask ~= nil and entry.ask.key == ask.key and not entry.ask.answer
  end)
  if index then
    transcript.entries[index].ask = ask
    return transcript.changed(index)
  end
  push(transcript, { kind = kind, ask = ask })
end

---@param transcript singletree.chat.Transcript
---@param ask singletree.chat.Ask
function M.answered(transcript, ask)
  local index = last(transcript, function(entry)
    return entry.ask == ask
  end)
  if index then
    transcript.changed(index)
  end
end

--- Takes everything from the user's message with that number on away.
---@param transcript singletree.chat.Transcript
---@param message integer
---@return singletree.chat.Entry? entry that message
function M.rewound(transcript, message)
  local index = last(transcript, function(entry)
    return entry.kind == 'user' and entry.message == message
  end)
  local entry = index and transcript.entries[index]
  for at = #transcript.entries, index or math.huge, -1 do
    local call = transcript.entries[at].call
    if call then
      transcript.calls[call.toolCallId] = nil
    end
    transcript.entries[at] = nil
  end
  return entry
end

--- The title, or what stands for it.
---@param transcript singletree.chat.Transcript
---@return string
function M.title(transcript)
  return transcript.title ~= '' and transcript.title or 'New session'
end

---@param transcript singletree.chat.Transcript
---@param id 'model'|'effort'
---@return table? option
function M.option(transcript, id)
  for _, option in ipairs(transcript.options) do
    if option.id == id then
      return option
    end
  end
end

return M
