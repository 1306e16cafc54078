--- Entries that are not running text, as lines: tool calls, plans, questions, bills, ends.

local M = {}

---@class singletree.chat.Mark
---@field row integer from 0, in the block
---@field col integer
---@field stop integer
---@field group string

---@class singletree.chat.Block
---@field lines string[]
---@field marks singletree.chat.Mark[]
---@field signs table<integer, { text: string, group: string }> by row
---@field fold? boolean all of it is one fold
---@field places? table<integer, { path: string, line?: integer }> by row
---@field choices? table<integer, integer> rows that answer a question: which answer

--- Lines are cut here: Neovim draws very long ones slowly.
M.LONGEST = 2000
--- Lines of a tool's output or a file's change that are shown.
local MOST_LINES = 400

--- A block that is being written.
---@class singletree.chat.BlockWriter: singletree.chat.Block
---@field places table<integer, { path: string, line?: integer }>
---@field choices table<integer, integer>
local Block = {}
Block.__index = Block

---@return singletree.chat.BlockWriter
local function block()
  return setmetatable({ lines = {}, marks = {}, signs = {}, places = {}, choices = {} }, Block)
end

--- What is drawn as one line holds no break, whoever wrote it.
---@param text string
---@return string
function M.flat(text)
  return (text:gsub('[%c]+', ' '))
end

---@param parts (string|{ [1]: string, [2]: string })[] text, or text and its highlight
---@return integer row
function Block:line(parts)
  local text, row = '', #self.lines
  for _, part in ipairs(parts) do
    local words, group
    if type(part) == 'table' then
      words, group = part[1], part[2]
    else
      words = part
    end
    words = M.flat(words)
    if group and words ~= '' then
      table.insert(self.marks, { row = row, col = #text, stop = #text + #words, group = group })
    end
    text = text .. words
  end
  table.insert(self.lines, text)
  return row
end

---@param row integer
---@param text string at most two cells
---@param group string
function Block:sign(row, text, group)
  self.signs[row] = { text = text, group = group }
end

--- Foreign text line by line, cut where it is too long.
---@param text string
---@param prefix string
---@param most number
---@return number left_out
function Block:text(text, prefix, most)
  local count = 0
  for line in vim.gsplit(text:gsub('\n$', ''), '\n', { plain = true }) do
    count = count + 1
    if count <= most then
      line = line:gsub('\r$', '')
      while #line > M.LONGEST do
        local cut = M.LONGEST + vim.str_utf_start(line, M.LONGEST + 1)
        table.insert(self.lines, prefix .. line:sub(1, cut))
        line = line:sub(cut + 1)
      end
      table.insert(self.lines, prefix .. line)
    end
  end
  return math.max(0, count - most)
end

--- Foreign text in a fence that nothing in it can close.
---@param text string
---@param language string
---@param most? number lines
function Block:fenced(text, language, most)
  local longest = 2
  for ticks in text:gmatch('`+') do
    longest = math.max(longest, #ticks)
  end
  local fence = ('`'):rep(longest + 1)
  self:line({ { fence .. language, 'SingletreeChatMuted' } })
  local left_out = self:text(text, '', most or MOST_LINES)
  self:line({ { fence, 'SingletreeChatMuted' } })
  if left_out > 0 then
    self:line({ { ('… and %d lines more'):format(left_out), 'SingletreeChatMuted' } })
  end
end

local STATUS = {
  pending = { '○', 'SingletreeChatRunning' },
  in_progress = { '●', 'SingletreeChatRunning' },
  completed = { '✓', 'SingletreeChatDone' },
  failed = { '✗', 'SingletreeChatFailed' },
}

---@param path string
---@return string
local function shown_path(path)
  return vim.fn.fnamemodify(path, ':~:.')
end

---@param text string
---@return string[]
local function lines_of(text)
  return text == '' and {} or vim.split(text:gsub('\n$', ''), '\n', { plain = true })
end

---@param content table ACP's diff
---@return integer added
---@return integer removed
local function size(content)
  return #lines_of(content.newText or ''), #lines_of(content.oldText or '')
end

---@param content table
---@param into singletree.chat.BlockWriter
local function diff(content, into)
  local line = ((content._meta or {}).singletree or {}).line
  local row =
    into:line({ { shown_path(content.path) .. (line and ':' .. line or ''), 'SingletreeChatPath' } })
  into.places[row] = { path = content.path, line = line }
  local text = {}
  for _, old in ipairs(lines_of(content.oldText or '')) do
    table.insert(text, '-' .. old)
  end
  for _, new in ipairs(lines_of(content.newText or '')) do
    table.insert(text, '+' .. new)
  end
  if #text > 0 then
    into:fenced(table.concat(text, '\n'), 'diff')
  end
end

---@param content table ACP's content of a tool call
---@param into singletree.chat.BlockWriter
local function tool_content(content, into)
  if content.type == 'diff' then
    diff(content, into)
  elseif content.type == 'content' and content.content.type == 'text' then
    into:fenced(content.content.text, '')
  elseif content.type == 'content' then
    into:line({ { require('singletree.chat.transcript').label(content.content), 'SingletreeChatMuted' } })
  end
end

---@param took? integer
---@return string
local function duration(took)
  if not took or took < 100 then
    return ''
  elseif took < 60000 then
    return ('  %.1f s'):format(took / 1000)
  end
  return ('  %d min %d s'):format(math.floor(took / 60000), math.floor(took / 1000) % 60)
end

---@param call table
---@return string
local function changes(call)
  local added, removed = 0, 0
  for _, content in ipairs(call.content or {}) do
    if content.type == 'diff' then
      local more, less = size(content)
      added, removed = added + more, removed + less
    end
  end
  return added + removed > 0 and ('  +%d −%d'):format(added, removed) or ''
end

---@param entry singletree.chat.Entry
---@return singletree.chat.Block
local function tool(entry)
  local call, into = assert(entry.call), block()
  local status = STATUS[call.status or 'pending'] or STATUS.pending
  into.fold = true
  into:line({
    { status[1] .. ' ', status[2] },
    { call.title or call.name or 'tool', 'SingletreeChatTool' },
    { changes(call) .. duration(entry.took), 'SingletreeChatMuted' },
  })
  into:sign(0, '┃', status[2])
  for _, location in ipairs(call.locations or {}) do
    local place = shown_path(location.path) .. (location.line and ':' .. location.line or '')
    into.places[into:line({ { place, 'SingletreeChatPath' } })] =
      { path = location.path, line = location.line }
  end
  into.places[0] = into.places[1]
  for _, content in ipairs(call.content or {}) do
    tool_content(content, into)
    into.places[0] = into.places[0] or (content.type == 'diff' and { path = content.path }) or nil
  end
  table.insert(into.lines, '')
  return into
end

local STEPS = {
  completed = { '- [x] ', 'SingletreeChatMuted', '' },
  in_progress = { '- [ ] ', 'SingletreeChatActive', '  ◂ now' },
}

---@param entry singletree.chat.Entry
---@return singletree.chat.Block
local function plan(entry)
  local into = block()
  into:line({ { 'Plan', 'SingletreeChatHeading' } })
  for _, step in ipairs(assert(entry.steps)) do
    local of = STEPS[step.status] or { '- [ ] ', nil, '' }
    into:line({ of[1], of[2] and { step.content, of[2] } or step.content, { of[3], 'SingletreeChatActive' } })
  end
  for row = 0, #into.lines - 1 do
    into:sign(row, '┃', 'SingletreeChatHeading')
  end
  return into
end

---@param entry singletree.chat.Entry
---@return singletree.chat.Block
local function question(entry)
  local into, ask = block(), assert(entry.ask)
  if ask.answer then
    local words = { { ask.title .. '  → ' .. ask.answer, 'SingletreeChatMuted' } }
    into:sign(into:line(words), '┃', 'SingletreeChatMuted')
    return into
  end
  into:line({ { ask.heading, 'SingletreeChatAsk' } })
  -- In a fence, since Markdown would hide some of it, and all is to be seen of what is allowed.
  into:fenced(table.concat(ask.lines, '\n'), '', math.huge)
  for number, choice in ipairs(ask.choices) do
    local row = into:line({ '  ', { 'g' .. number, 'SingletreeChatKey' }, '  ' .. choice.title })
    into.choices[row] = number
  end
  for row = 0, #into.lines - 1 do
    into:sign(row, '┃', 'SingletreeChatAsk')
  end
  return into
end

---@param count integer
---@return string
function M.tokens(count)
  if count < 1000 then
    return tostring(count)
  elseif count < 100000 then
    return ('%.1fk'):format(count / 1000)
  end
  return ('%dk'):format(math.floor(count / 1000 + 0.5))
end

---@param bill table
---@return string heading
function M.bill_heading(bill)
  local files = #bill.items == 1 and '1 file' or #bill.items .. ' files'
  local cost = bill.costUsd and (', about $%.4f'):format(bill.costUsd) or ''
  return ('Context: %s, %s of %s tokens%s'):format(files, M.tokens(bill.tokens), M.tokens(bill.budget), cost)
end

---@param item table
---@return string place
---@return string about
function M.bill_item(item)
  local ranges = {}
  for _, range in ipairs(item.ranges or {}) do
    table.insert(ranges, range[1] .. '-' .. range[2])
  end
  local place = item.path .. (#ranges > 0 and ':' .. table.concat(ranges, ',') or '')
  local why = table.concat(item.why or {}, ', ')
  local about = ('%s tokens%s%s'):format(
    M.tokens(item.tokens),
    item.pinned and ', pinned' or '',
    why ~= '' and ', ' .. why or ''
  )
  return place, about
end

---@param entry singletree.chat.Entry
---@return singletree.chat.Block
local function context(entry)
  local into, bill = block(), assert(entry.bill)
  into.fold = true
  into:line({ { M.bill_heading(bill), 'SingletreeChatMuted' } })
  into:sign(0, '┃', 'SingletreeChatMuted')
  for _, item in ipairs(bill.items) do
    local place, about = M.bill_item(item)
    local row = into:line({ '  ', { place, 'SingletreeChatPath' }, { '  ' .. about, 'SingletreeChatMuted' } })
    into.places[row] = { path = item.path, line = item.ranges and item.ranges[1] and item.ranges[1][1] }
  end
  table.insert(into.lines, '')
  return into
end

local ENDS = {
  cancelled = 'Stopped. What you say next goes on from here.',
  max_tokens = 'The answer is cut off: the model wrote as much as it may at once. Say “go on”.',
  max_turn_requests = 'The turn reached its limit. Say “go on”, or raise `limits` in the settings.',
  refusal = 'The model refused to answer. Put it in other words, or choose another model with :Singletree model.',
}

local REMEDIES = {
  ['no-model'] = 'Choose a model with :Singletree model; :checkhealth singletree says what is there.',
  gone = 'What was said is stored: :Singletree sessions opens it again.',
}

---@param entry singletree.chat.Entry
---@return singletree.chat.Block
local function ending(entry)
  local into = block()
  local group = entry.error and 'SingletreeChatFailed' or 'SingletreeChatMuted'
  into:line({ { entry.error or ENDS[entry.reason] or entry.reason, group } })
  if entry.error then
    into:line({ { REMEDIES[entry.reason] or 'Say it again to try again.', 'SingletreeChatMuted' } })
  end
  for row = 0, #into.lines - 1 do
    into:sign(row, '┃', group)
  end
  return into
end

---@param entry singletree.chat.Entry
---@return singletree.chat.Block
local function notice(entry)
  local into = block()
  local rest = into:text(table.concat(assert(entry.parts)), '', MOST_LINES)
  for row, line in ipairs(into.lines) do
    into:sign(row - 1, '┃', 'SingletreeChatMuted')
    table.insert(into.marks, { row = row - 1, col = 0, stop = #line, group = 'SingletreeChatMuted' })
  end
  if rest > 0 then
    into:line({ '…' })
  end
  return into
end

---@type table<string, fun(entry: singletree.chat.Entry): singletree.chat.Block>
local KINDS = {
  tool = tool,
  plan = plan,
  permission = question,
  form = question,
  context = context,
  notice = notice,
  ['end'] = ending,
}

---@param entry singletree.chat.Entry
---@return singletree.chat.Block
function M.block(entry)
  return KINDS[entry.kind](entry)
end

return M
