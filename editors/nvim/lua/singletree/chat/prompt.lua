--- The buffer that messages are written in.

local mentions = require('singletree.chat.mentions')
local say = require('singletree.say')
local session = require('singletree.chat.session')

local M = {}

M.NAME = 'singletree://prompt'

local HINT = vim.api.nvim_create_namespace('singletree.prompt.hint')
local PROBLEM = vim.api.nvim_create_namespace('singletree.prompt.problem')
--- Messages that are kept to be called back.
local KEPT = 100

---@type integer?
local buffer
--- What was written when the buffer was wiped.
---@type string[]
local draft = {}
---@type string[]
local history = {}
--- Where in the history the user is; behind its end stands the draft.
local at = 1

---@return string[]
local function lines()
  return buffer and vim.api.nvim_buf_is_loaded(buffer) and vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
    or draft
end

--- What is written.
---@return string
function M.text()
  return vim.trim(table.concat(lines(), '\n'))
end

local function hint()
  if not buffer or not vim.api.nvim_buf_is_loaded(buffer) then
    return
  end
  vim.api.nvim_buf_clear_namespace(buffer, HINT, 0, -1)
  if
    vim.api.nvim_buf_line_count(buffer) == 1 and vim.api.nvim_buf_get_lines(buffer, 0, 1, false)[1] == ''
  then
    local now = session.current()
    local words = now and now.transcript.running and 'Say something on the way: <CR> or <C-s> sends'
      or 'Ask, or describe a change: <CR> sends, <C-s> from insert mode'
    vim.api.nvim_buf_set_extmark(buffer, HINT, 0, 0, {
      virt_text = { { words, 'SingletreeChatMuted' } },
      virt_text_pos = 'overlay',
    })
  end
end
M.hint = hint

--- What cannot be sent says why below itself, until it is changed: a message alone is gone with the next key.
---@param problem string
local function complain(problem)
  say.warn(problem)
  if buffer and vim.api.nvim_buf_is_loaded(buffer) then
    local row = vim.api.nvim_buf_line_count(buffer) - 1
    vim.api.nvim_buf_set_extmark(buffer, PROBLEM, row, 0, {
      virt_lines = { { { require('singletree.chat.render').flat(problem), 'SingletreeChatFailed' } } },
    })
  end
end

---@param text string
function M.set(text)
  draft = vim.split(text, '\n', { plain = true })
  if not buffer or not vim.api.nvim_buf_is_loaded(buffer) then
    return
  end
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, draft)
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    vim.api.nvim_win_set_cursor(window, { #draft, #draft[#draft] })
  end
  hint()
end

--- Puts a word behind what is written.
---@param word string
function M.add(word)
  local text = table.concat(lines(), '\n')
  local gap = (text == '' or text:match('%s$')) and '' or ' '
  M.set(text .. gap .. word .. ' ')
end

---@param text string
local function remember(text)
  if text ~= '' and history[#history] ~= text then
    table.insert(history, text)
    if #history > KEPT then
      table.remove(history, 1)
    end
  end
  at = #history + 1
end

--- Puts a text in place of what is written, which can be called back.
---@param text string
function M.replace(text)
  remember(M.text())
  M.set(text)
end

--- Sends these words; what cannot be sent stays, or comes back.
---@param text string
function M.say(text)
  mentions.blocks(text, function(blocks, problem)
    if not blocks then
      return complain(problem or '')
    end
    remember(text)
    if M.text() == text then
      M.set('')
    end
    session.prompt(blocks, function()
      if M.text() == '' then
        M.set(text)
      end
    end)
  end)
end

function M.send()
  local text = M.text()
  if text ~= '' then
    require('singletree.chat.panel').open({ focus = false })
    M.say(text)
  end
end

--- Calls an older or newer message back, at the first or last line; elsewhere it is the plain key.
---@param step -1|1
---@param key string
local function recall(step, key)
  local row, last = vim.api.nvim_win_get_cursor(0)[1], vim.api.nvim_buf_line_count(0)
  local target = at + step
  if (step < 0 and row > 1) or (step > 0 and row < last) or target < 1 or target > #history + 1 then
    return vim.api.nvim_feedkeys(vim.keycode(key), 'n', false)
  end
  local text = M.text()
  if at > #history and text ~= '' then
    -- The draft itself is not lost on the way back.
    remember(text)
    target = #history + step
  end
  at = math.max(1, target)
  M.set(history[at] or '')
end

---@param mode string|string[]
---@param key string
---@param action function
---@param desc string
local function map(mode, key, action, desc)
  vim.keymap.set(mode, key, action, { buffer = buffer, desc = 'Singletree: ' .. desc, nowait = true })
end

--- What <Tab> does where the user has not given it away: it completes a mention or a command.
local function complete_key()
  if vim.fn.pumvisible() == 1 then
    return '<C-n>'
  end
  return mentions.start() and '<C-x><C-o>' or '<Tab>'
end

local function keys()
  map('n', '<CR>', M.send, 'send the message')
  map({ 'n', 'i' }, '<C-s>', M.send, 'send the message')
  map('n', '<Up>', function()
    recall(-1, '<Up>')
  end, 'an older message')
  map('n', '<Down>', function()
    recall(1, '<Down>')
  end, 'a newer message')
  map('i', '<C-c>', function()
    if not session.stop() then
      vim.cmd.stopinsert()
    end
  end, 'stop the turn')
  if vim.fn.maparg('<Tab>', 'i') == '' then
    vim.keymap.set(
      'i',
      '<Tab>',
      complete_key,
      { buffer = buffer, expr = true, desc = 'Singletree: complete' }
    )
  end
  require('singletree.chat.keys').both(assert(buffer, 'the keys are those of a buffer that was made'))
end

--- The prompt's buffer, made if need be.
---@param restored? integer a buffer that a session of Neovim's left in its place
---@return integer
function M.buffer(restored)
  if buffer and vim.api.nvim_buf_is_loaded(buffer) then
    return buffer
  end
  local known = restored or vim.fn.bufnr(('^%s$'):format(vim.fn.escape(M.NAME, '/')))
  if known > 0 and not restored then
    vim.api.nvim_buf_delete(known, { force = true })
    known = -1
  end
  buffer = known > 0 and known or vim.api.nvim_create_buf(false, true)
  vim.bo[buffer].buftype = 'nofile'
  vim.bo[buffer].bufhidden = 'hide'
  vim.bo[buffer].swapfile = false
  vim.bo[buffer].buflisted = false
  vim.bo[buffer].modeline = false
  vim.api.nvim_buf_set_name(buffer, M.NAME)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, draft)
  vim.bo[buffer].filetype = 'singletree_prompt'
  vim.bo[buffer].omnifunc = "v:lua.require'singletree.chat.mentions'.complete"
  vim.bo[buffer].textwidth = 0
  pcall(vim.treesitter.start, buffer, 'markdown')
  keys()
  local group = vim.api.nvim_create_augroup('singletree.prompt', {})
  vim.api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI', 'TextChangedP' }, {
    group = group,
    buffer = buffer,
    callback = function(about)
      vim.api.nvim_buf_clear_namespace(about.buf, PROBLEM, 0, -1)
      hint()
    end,
  })
  vim.api.nvim_create_autocmd('BufUnload', {
    group = group,
    buffer = buffer,
    callback = function(about)
      if about.buf == buffer then
        draft = vim.api.nvim_buf_get_lines(about.buf, 0, -1, false)
        buffer = nil
      end
    end,
  })
  hint()
  return buffer
end

---@return integer?
function M.existing()
  return buffer and vim.api.nvim_buf_is_loaded(buffer) and buffer or nil
end

return M
