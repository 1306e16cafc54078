--- The chat's two windows: a transcript and, below it, the prompt. Nothing is kept of the windows themselves: what shows
--- one of the two buffers is a window of the chat, wherever the user has put it.

local bar = require('singletree.chat.bar')
local config = require('singletree.config')
local events = require('singletree.events')
local keys = require('singletree.chat.keys')
local look = require('singletree.chat.look')
local prompt = require('singletree.chat.prompt')
local session = require('singletree.chat.session')
local views = require('singletree.chat.view')

local M = {}

M.PREFIX = 'singletree://chat/'
local PROMPT_HEIGHT = 6

---@type singletree.chat.View?
local view

---@return singletree.chat.View?
function M.view()
  return view and view:is_valid() and view or nil
end

---@param buffer integer
---@return boolean
function M.is_ours(buffer)
  return buffer == prompt.existing() or view ~= nil and buffer == view.buffer
end

---@param buffer? integer
---@return integer? window of the current tab
local function window_of(buffer)
  for _, window in ipairs(buffer and vim.api.nvim_tabpage_list_wins(0) or {}) do
    if vim.api.nvim_win_get_buf(window) == buffer then
      return window
    end
  end
end

--- Writes the winbars anew.
local function refresh()
  local buffers = { [view and view.buffer or -1] = bar.transcript, [prompt.existing() or -2] = bar.prompt }
  for buffer, text in pairs(buffers) do
    for _, window in ipairs(buffer > 0 and vim.fn.win_findbuf(buffer) or {}) do
      look.set(window, 'winbar', text(vim.api.nvim_win_get_width(window)))
    end
  end
  prompt.hint()
end
M.refresh = refresh

--- Makes a buffer the transcript's.
---@param buffer integer
---@param id string
local function prepare(buffer, id)
  vim.bo[buffer].buftype = 'nofile'
  vim.bo[buffer].bufhidden = 'hide'
  vim.bo[buffer].swapfile = false
  vim.bo[buffer].buflisted = false
  vim.bo[buffer].modeline = false
  vim.bo[buffer].undolevels = -1
  if vim.api.nvim_buf_get_name(buffer) ~= M.PREFIX .. id then
    vim.api.nvim_buf_set_name(buffer, M.PREFIX .. id)
  end
  vim.bo[buffer].filetype = 'markdown'
  vim.bo[buffer].modifiable = false
  if not pcall(vim.treesitter.start, buffer, 'markdown') then
    vim.bo[buffer].syntax = 'markdown'
  end
  keys.transcript(buffer)
  local group = vim.api.nvim_create_augroup('singletree.transcript.' .. buffer, {})
  vim.api.nvim_create_autocmd('BufWinEnter', {
    group = group,
    buffer = buffer,
    callback = function()
      look.transcript(vim.api.nvim_get_current_win())
      if view and view.buffer == buffer then
        view:fold(vim.api.nvim_get_current_win())
        refresh()
      end
    end,
  })
  vim.api.nvim_create_autocmd({ 'BufUnload', 'BufWipeout' }, {
    group = group,
    buffer = buffer,
    callback = function()
      if view and view.buffer == buffer then
        view:close()
        view = nil
        vim.schedule(M.tidy)
      end
    end,
  })
end

---@param id string
---@return integer
local function buffer_for(id)
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_get_name(buffer) == M.PREFIX .. id then
      vim.fn.bufload(buffer)
      return buffer
    end
  end
  return vim.api.nvim_create_buf(false, true)
end

--- Where the readers are who do not look at the end.
---@param buffer integer
---@return table<integer, table> by window
local function readers(buffer)
  local found = {}
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    if vim.fn.line('w$', window) < vim.api.nvim_buf_line_count(buffer) then
      found[window] = vim.api.nvim_win_call(window, vim.fn.winsaveview)
    end
  end
  return found
end

--- Draws a transcript, in the windows that show the one before.
---@param transcript singletree.chat.Transcript
local function show(transcript)
  local old = M.view()
  local buffer = old and old.transcript.id == transcript.id and old.buffer or buffer_for(transcript.id)
  local reading = old and old.buffer == buffer and readers(buffer) or {}
  if old then
    old:close()
  end
  -- Set before anything can happen with the buffers.
  view = nil
  if not old or old.buffer ~= buffer then
    prepare(buffer, transcript.id)
  end
  view = views.open(transcript, buffer, function()
    for window, saved in pairs(reading) do
      reading[window] = nil
      if vim.api.nvim_win_is_valid(window) and vim.api.nvim_win_get_buf(window) == buffer then
        vim.api.nvim_win_call(window, function()
          vim.fn.winrestview(saved)
        end)
      end
    end
    refresh()
  end)
  if old and old.buffer ~= buffer then
    for _, window in ipairs(vim.fn.win_findbuf(old.buffer)) do
      vim.api.nvim_win_set_buf(window, buffer)
    end
    if vim.api.nvim_buf_is_valid(old.buffer) then
      vim.api.nvim_buf_delete(old.buffer, { force = true })
    end
  end
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    look.transcript(window)
  end
  refresh()
end

---@param buffer integer
---@return integer window
local function place(buffer)
  local options = config.get().chat
  if options.position == 'tab' then
    vim.cmd('tab split')
    vim.api.nvim_win_set_buf(0, buffer)
    return vim.api.nvim_get_current_win()
  end
  local below = options.position == 'bottom'
  return vim.api.nvim_open_win(buffer, false, {
    split = below and 'below' or options.position --[[@as 'left'|'right']],
    win = -1,
    width = not below and math.min(options.width, math.floor(vim.o.columns / 2)) or nil,
    height = below and math.min(options.height, math.floor(vim.o.lines / 2)) or nil,
  })
end

--- Opens what of the chat is not in this tab.
---@param how { focus: boolean }
local function open_windows(how)
  local buffer, input = assert(view).buffer, prompt.buffer()
  local transcript, below = window_of(buffer), window_of(input)
  if not transcript then
    if below then
      local height = math.max(3, vim.api.nvim_win_get_height(below) - PROMPT_HEIGHT - 1)
      transcript = vim.api.nvim_open_win(buffer, false, { split = 'above', win = below, height = height })
    else
      transcript = place(buffer)
    end
    look.transcript(transcript)
    vim.api.nvim_win_set_cursor(transcript, { vim.api.nvim_buf_line_count(buffer), 0 })
    assert(view, 'the view outlives the opening of its window'):fold(transcript)
  end
  if not below then
    local room = vim.api.nvim_win_get_height(transcript)
    below = vim.api.nvim_open_win(input, false, {
      split = 'below',
      win = transcript,
      height = math.max(2, math.min(PROMPT_HEIGHT, math.floor(room / 3))),
    })
    look.prompt(below)
  end
  if how.focus then
    vim.api.nvim_set_current_win(below)
  end
  refresh()
end

--- Opens the chat in this tab, with the session that was shown last or a new one.
---@param how { focus: boolean } `focus`: go to the prompt
---@param done? fun()
function M.open(how, done)
  look.highlights()
  local function finish()
    local now = session.current()
    if not M.view() and now then
      show(now.transcript)
    elseif not M.view() then
      -- Another session is wanted meanwhile.
      return
    end
    open_windows(how)
    if done then
      done()
    end
  end
  if session.current() then
    return finish()
  end
  session.with(finish)
end

---@return boolean
function M.is_open()
  return window_of(view and view.buffer) ~= nil
end

--- Whether the user sees what this session asks.
---@param id string
---@return boolean
function M.shows(id)
  return M.is_open() and view ~= nil and view.transcript.id == id
end

---@param window? integer
local function close_window(window)
  if not window or not vim.api.nvim_win_is_valid(window) then
    return
  end
  if not pcall(vim.api.nvim_win_close, window, true) then
    -- The last window of Neovim: something else is shown in it.
    vim.api.nvim_win_call(window, function()
      vim.cmd('silent! buffer #')
      if M.is_ours(vim.api.nvim_get_current_buf()) then
        vim.cmd.enew()
      end
    end)
  end
end

function M.close()
  close_window(window_of(prompt.existing()))
  close_window(window_of(view and view.buffer))
end

--- A prompt without its transcript is of no use, unless it is all that the user wants to see.
function M.tidy()
  for _, tab in ipairs(vim.api.nvim_list_tabpages()) do
    local below, others, has_transcript = nil, 0, false
    for _, window in ipairs(vim.api.nvim_tabpage_list_wins(tab)) do
      local buffer = vim.api.nvim_win_get_buf(window)
      if buffer == prompt.existing() then
        below = window
      elseif view and buffer == view.buffer then
        has_transcript = true
      elseif vim.api.nvim_win_get_config(window).relative == '' then
        others = others + 1
      end
    end
    if below and not has_transcript and others > 0 then
      pcall(vim.api.nvim_win_close, below, true)
    end
  end
end

--- Shows another transcript where a buffer stands that cannot be filled.
---@param buffer integer
---@param transcript singletree.chat.Transcript
local function show_instead(buffer, transcript)
  local now = M.view()
  if
    not now
    or now.transcript ~= transcript
    or now.buffer == buffer
    or not vim.api.nvim_buf_is_valid(buffer)
  then
    return
  end
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    vim.api.nvim_win_set_buf(window, now.buffer)
    look.transcript(window)
  end
  vim.api.nvim_buf_delete(buffer, { force = true })
  refresh()
end

--- A buffer of a chat that was restored or is read anew: it is filled again.
---@param buffer integer
function M.adopt(buffer)
  look.highlights()
  local id = vim.api.nvim_buf_get_name(buffer):sub(#M.PREFIX + 1)
  local now = session.current()
  if now and now.transcript.id == id then
    if view then
      view:close()
      view = nil
    end
    return show(now.transcript)
  end
  session.load(id, function(err)
    if err then
      -- It is not stored, since nothing was said in it; or there is no server.
      require('singletree.say').refused(err)
      session.with(function(found)
        show_instead(buffer, found.transcript)
      end)
    end
  end)
end

--- After `:source Session.vim`: the windows that it left.
function M.restore()
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    local name = vim.api.nvim_buf_get_name(buffer)
    if name == prompt.NAME and buffer ~= prompt.existing() then
      prompt.buffer(buffer)
      for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
        look.prompt(window)
      end
    elseif vim.startswith(name, M.PREFIX) and not M.is_ours(buffer) then
      M.adopt(buffer)
    end
  end
end

session.shown = function(transcript)
  look.highlights()
  show(transcript)
end
session.fetched = refresh

vim.api.nvim_create_autocmd('WinClosed', {
  group = vim.api.nvim_create_augroup('singletree.panel', {}),
  callback = function(about)
    if view and about.buf == view.buffer then
      vim.schedule(M.tidy)
    end
  end,
})
vim.api.nvim_create_autocmd('WinResized', {
  group = 'singletree.panel',
  callback = function()
    if view or prompt.existing() then
      refresh()
    end
  end,
})
events.on('SingletreeQuestion', function()
  refresh()
end)

return M
