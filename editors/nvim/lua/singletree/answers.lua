--- What came of a turn that began here. Changes speak for themselves; words open beside the code, without the focus.

local say = require('singletree.say')

local M = {}

--- Lines of an answer's window at most.
local TALLEST = 20

---@type { command: string, text: string, session_id: string }?
local last

---@param name string
---@return integer
local function buffer_named(name)
  local known = vim.fn.bufnr(('^%s$'):format(vim.fn.escape(name, '^$.*[]~\\')))
  if known > 0 then
    return known
  end
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(buffer, name)
  vim.bo[buffer].bufhidden = 'hide'
  vim.bo[buffer].swapfile = false
  vim.bo[buffer].modeline = false
  vim.bo[buffer].filetype = 'markdown'
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, desc = 'Close the answer' })
  vim.keymap.set('n', 'gC', '<Cmd>Singletree continue<CR>', { buffer = buffer, desc = 'Go on in the chat' })
  return buffer
end

---@param window integer
---@param lines integer
local function dress(window, lines)
  vim.wo[window].wrap = true
  vim.wo[window].linebreak = true
  vim.wo[window].number = false
  vim.wo[window].relativenumber = false
  vim.wo[window].signcolumn = 'no'
  vim.wo[window].foldenable = false
  vim.wo[window].winbar = '%f%=q closes, gC goes on in the chat'
  vim.api.nvim_win_set_height(window, math.max(3, math.min(TALLEST, lines + 1)))
end

---@param text string
---@param command string
local function open(text, command)
  local buffer = buffer_named(('singletree://answer/%s'):format(command))
  -- A lone \r would be drawn as ^M; NUL cannot stand in a line.
  local lines = vim.split(text:gsub('\r\n?', '\n'):gsub('%z', ''), '\n')
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, true, lines)
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].modified = false
  if vim.fn.bufwinid(buffer) > 0 then
    return
  end
  dress(vim.api.nvim_open_win(buffer, false, { split = 'below', win = 0 }), #lines)
end

--- Puts a commit message where one is being written, if nothing is written there yet.
---@param message string
---@return boolean
local function fill_commit_message(message)
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local buffer = vim.api.nvim_win_get_buf(window)
    local first = vim.api.nvim_buf_get_lines(buffer, 0, 1, false)[1] or ''
    if vim.bo[buffer].filetype == 'gitcommit' and vim.bo[buffer].modifiable and first:match('^%s*$') then
      vim.api.nvim_buf_set_lines(buffer, 0, 1, true, vim.split(message, '\n'))
      return true
    end
  end
  return false
end

--- Shows how a turn ended.
---@param command { name: string, is_prose: boolean }
---@param session_id string
---@param turn singletree.TurnParams
function M.show(command, session_id, turn)
  local text = vim.trim(turn.text or '')
  last = { command = command.name, text = text, session_id = session_id }
  if turn.state == 'failed' then
    return say.error(turn.error or text)
  elseif turn.state == 'stopped' then
    return say.info('stopped')
  elseif command.name == 'commit-message' and text ~= '' and fill_commit_message(text) then
    return
  elseif command.is_prose and text ~= '' then
    return open(text, command.name)
  end
  local waiting = require('singletree.review').counts().all
  if waiting > 0 then
    say.info(
      waiting == 1 and 'one change waits for Keep or Reject' or waiting .. ' changes wait for Keep or Reject'
    )
  elseif text == '' then
    say.info('nothing to change')
  else
    say.info(('proposed nothing: %s (:Singletree reply shows all)'):format(vim.split(text, '\n')[1]))
  end
end

--- Opens the last answer again.
function M.reply()
  if last and last.text ~= '' then
    open(last.text, last.command)
  else
    say.info('there is no answer yet')
  end
end

--- Opens the chat on the session of the last answer.
function M.continue()
  if last then
    require('singletree.chat').resume(last.session_id)
  else
    say.info('there is no answer yet')
  end
end

return M
