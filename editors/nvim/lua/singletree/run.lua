--- The server's commands, run where the user stands. What they do is the server's business; here stands only what
--- Neovim must know beforehand: what each needs of the editor.

local answers = require('singletree.answers')
local client = require('singletree.client')
local place = require('singletree.place')
local say = require('singletree.say')
local turns = require('singletree.turns')

local M = {}

---@class singletree.CommandEntry
---@field name string
---@field desc string
---@field is_prose? boolean its answer is words to read, not changes
---@field is_placeless? boolean it is about the whole workspace: no place in a file is sent
---@field asks? string it follows the user's words; how they are asked for

---@type singletree.CommandEntry[]
local CATALOGUE = {
  { name = 'ask', desc = 'Ask about the code here', is_prose = true, asks = 'Ask Singletree:' },
  { name = 'edit', desc = 'Change the code here as you say', asks = 'What shall Singletree change?' },
  { name = 'explain', desc = 'Explain the code here', is_prose = true },
  { name = 'fix', desc = 'Fix what the diagnostics here complain about' },
  { name = 'test', desc = 'Write a test' },
  { name = 'document', desc = 'Write a doc comment' },
  { name = 'refactor', desc = 'Refactor as you say', asks = 'How shall Singletree refactor this?' },
  { name = 'complete', desc = 'Finish a TODO' },
  { name = 'optimize', desc = 'The same with less time or memory' },
  { name = 'review', desc = 'Findings by place, in words', is_prose = true },
  { name = 'commit-message', desc = 'A message for what is staged', is_prose = true, is_placeless = true },
}

---@type fun()? runs the last command anew, where the user is then
local again

--- What is wrong in a range (on its line, if it is a place), as a language server said it.
---@param buffer integer
---@param range lsp.Range
---@param encoding singletree.Encoding
---@return lsp.Diagnostic[]
local function diagnostics(buffer, range, encoding)
  local found = {}
  for _, it in ipairs(vim.diagnostic.get(buffer)) do
    local last = it.end_lnum or it.lnum
    if it.lnum <= range['end'].line and range.start.line <= last then
      local said = it.user_data and it.user_data.lsp or {}
      table.insert(found, {
        range = {
          start = place.position(buffer, it.lnum, it.col, encoding),
          ['end'] = place.position(buffer, last, it.end_col or it.col, encoding),
        },
        severity = it.severity,
        message = it.message,
        source = it.source,
        code = it.code,
        data = said.data,
        relatedInformation = said.relatedInformation,
      })
    end
  end
  return found
end

---@param entry singletree.CommandEntry
---@param call singletree.Call
---@param found vim.lsp.Client
---@return table? argument none if the place cannot be worked at
local function argument_of(entry, call, found)
  local argument = { command = entry.name, prompt = call.words ~= '' and call.words or nil }
  local buffer = vim.api.nvim_get_current_buf()
  if entry.is_placeless or vim.bo[buffer].buftype ~= '' then
    return argument
  elseif not vim.lsp.buf_is_attached(buffer, found.id) then
    say.warn('this buffer is no file of the workspace; save it there first')
    return nil
  end
  local encoding = found.offset_encoding
  argument.textDocument = { uri = vim.uri_from_bufnr(buffer) }
  argument.range = place.range(buffer, call.range, encoding)
  if entry.name == 'fix' then
    argument.diagnostics = diagnostics(buffer, argument.range, encoding)
  end
  return argument
end

---@param entry singletree.CommandEntry
---@param call singletree.Call
local function start(entry, call)
  local found = client.get()
  if not found then
    return say.error(require('singletree.server').why_not())
  end
  local argument = argument_of(entry, call, found)
  if not argument then
    return
  end
  again = function()
    start(entry, { words = call.words, bang = call.bang })
  end
  client.execute('singletree.run', argument, function(err, started)
    if err then
      return say.refused(err)
    end
    turns.began(started.turnId, function(turn)
      answers.show({ name = entry.name, is_prose = entry.is_prose or false }, started.sessionId, turn)
    end)
  end, found)
end

---@param entry singletree.CommandEntry
---@param call singletree.Call
local function run(entry, call)
  if not entry.asks or call.words ~= '' then
    return start(entry, call)
  end
  vim.ui.input({ prompt = entry.asks .. ' ' }, function(words)
    if words and vim.trim(words) ~= '' then
      start(entry, { words = words, range = call.range, bang = call.bang })
    end
  end)
end

--- Runs the last command again at the cursor.
function M.again()
  if again then
    again()
  else
    say.info('no command was run yet')
  end
end

--- A command that is not in the catalogue: one of the user's own, or nothing that the server knows.
---@param name string
---@param call singletree.Call
function M.theirs(name, call)
  start({ name = name, desc = '', is_prose = true }, call)
end

--- Every command that the server has, the user's own among them, to choose from.
---@param call singletree.Call
local function choose(call)
  client.execute('singletree.commands', {}, function(err, answer)
    if err then
      return say.refused(err)
    end
    vim.ui.select(answer.commands, {
      prompt = 'Run a Singletree command',
      kind = 'singletree_command',
      format_item = function(command)
        return ('%-16s %s'):format(command.name, command.description or command.title or '')
      end,
    }, function(command)
      if command then
        local known = M.subcommands[command.name]
        if known then
          known.run(call)
        else
          M.theirs(command.name, call)
        end
      end
    end)
  end)
end

---@type table<string, singletree.Subcommand>
M.subcommands = {
  run = { desc = 'Choose a command, your own among them', run = choose },
  again = { desc = 'Run the last command at the cursor', run = M.again },
  reply = { desc = 'Open the last answer', run = answers.reply },
  continue = { desc = 'Go on with the last answer in the chat', run = answers.continue },
  stop = {
    desc = 'Stop what runs',
    run = function()
      turns.stop()
    end,
  },
  answer = {
    desc = 'Answer the oldest open question',
    run = function()
      require('singletree.questions').answer()
    end,
  },
}
for _, entry in ipairs(CATALOGUE) do
  M.subcommands[entry.name] = {
    desc = entry.desc,
    run = function(call)
      run(entry, call)
    end,
  }
end

return M
