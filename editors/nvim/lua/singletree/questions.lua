--- Questions of turns that no chat shows: whether a command may run, which way to go. Typing is never interrupted: a
--- question is a notice first, and is put when the user asks for it (`:Singletree answer`) or rests (`CursorHold`).

local client = require('singletree.client')
local events = require('singletree.events')
local say = require('singletree.say')
local wait = require('singletree.wait').wait

local M = {}

--- After the user asked for one, the server's next question is theirs at once.
local WANTED_MS = 3000

---@class singletree.StandingQuestion
---@field message string
---@field actions lsp.MessageActionItem[]
---@field answer fun(action: lsp.MessageActionItem|vim.NIL)

---@type singletree.StandingQuestion[]
local standing = {}
local wanted_until = 0
local is_open = false

---@param title string
---@return string
local function one_line(title)
  return (title:gsub('%s*[\r\n]+%s*', ' '))
end

--- Shows all of a question, however long, above what is chosen from.
---@param message string
---@return fun() close
local function float(message)
  local lines = vim.split(message, '\n')
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, true, lines)
  vim.bo[buffer].bufhidden = 'wipe'
  local width = math.max(20, math.min(vim.o.columns - 4, 100))
  local height = 0
  for _, line in ipairs(lines) do
    height = height + math.max(1, math.ceil(vim.fn.strdisplaywidth(line) / width))
  end
  local window = vim.api.nvim_open_win(buffer, false, {
    relative = 'editor',
    row = 1,
    col = math.max(0, math.floor((vim.o.columns - width) / 2) - 1),
    width = width,
    height = math.min(height, math.max(1, math.floor(vim.o.lines / 2))),
    border = 'rounded',
    title = ' Singletree asks ',
    style = 'minimal',
    focusable = true,
    noautocmd = true,
  })
  vim.wo[window].wrap = true
  vim.cmd.redraw()
  return function()
    if vim.api.nvim_win_is_valid(window) then
      vim.api.nvim_win_close(window, true)
    end
  end
end

---@param question singletree.StandingQuestion
local function put(question)
  is_open = true
  local close = float(question.message)
  vim.ui.select(question.actions, {
    prompt = one_line(vim.split(question.message, '\n')[1]),
    kind = 'singletree_question',
    format_item = function(action)
      return one_line(action.title)
    end,
  }, function(action)
    is_open = false
    close()
    -- *Always…* asks once more, of a user who is here.
    wanted_until = action and vim.uv.now() + WANTED_MS or 0
    standing = vim.tbl_filter(function(other)
      return other ~= question
    end, standing)
    events.emit('SingletreeQuestion', { count = #standing })
    question.answer(action or vim.NIL)
  end)
end

--- Waits until the user rests in normal mode.
local function when_idle()
  vim.api.nvim_create_autocmd('CursorHold', {
    group = vim.api.nvim_create_augroup('singletree.questions', {}),
    once = true,
    callback = function()
      local first = standing[1]
      if first and not is_open then
        vim.schedule(function()
          put(first)
        end)
      end
    end,
  })
end

--- `window/showMessageRequest`
---@param params lsp.ShowMessageRequestParams
---@return lsp.MessageActionItem|vim.NIL
function M.on_question(params)
  return wait(function(done)
    local question = { message = params.message, actions = params.actions or {}, answer = done }
    table.insert(standing, question)
    events.emit('SingletreeQuestion', { count = #standing })
    if vim.uv.now() < wanted_until then
      put(question)
    else
      say.warn(one_line(params.message) .. ' (:Singletree answer)')
      when_idle()
    end
  end)
end

--- Open questions: of palette turns, and of chats.
---@return integer
function M.count()
  return #standing + #require('singletree.chat').pending()
end

--- The questions that the server has put to nobody yet; it lists them as code actions, and in no other way.
---@param found vim.lsp.Client
---@param done fun(arguments?: table)
local function unasked(found, done)
  local at = { line = 0, character = 0 }
  client.request('textDocument/codeAction', {
    textDocument = { uri = 'untitled:questions' },
    range = { start = at, ['end'] = at },
    context = { diagnostics = {}, only = { 'quickfix' } },
  }, function(_, actions)
    for _, action in ipairs(actions or {}) do
      local command = type(action.command) == 'table' and action.command or action
      if command.command == 'singletree.approve' then
        return done(command.arguments[1])
      end
    end
    done(nil)
  end, found)
end

--- Puts the oldest open question before the user.
function M.answer()
  local chats = require('singletree.chat').pending()
  if standing[1] then
    return put(standing[1])
  elseif chats[1] then
    return chats[1].open()
  end
  local found = client.get()
  if not found then
    return say.info('no question is open')
  end
  unasked(found, function(argument)
    if not argument then
      return say.info('no question is open')
    end
    wanted_until = vim.uv.now() + WANTED_MS
    client.execute('singletree.approve', argument, nil, found)
  end)
end

events.on('SingletreeServer', function(about)
  if not about.running then
    -- Who asked is gone; nobody hears the answers.
    standing = {}
    events.emit('SingletreeQuestion', { count = 0 })
  end
end)

return M
