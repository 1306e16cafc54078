--- What goes to the model beside the words: the bill before it is sent, and files that are chosen or left out.

local connection = require('singletree.chat.connection')
local mentions = require('singletree.chat.mentions')
local prompt = require('singletree.chat.prompt')
local render = require('singletree.chat.render')
local say = require('singletree.say')
local session = require('singletree.chat.session')

local M = {}

---@param bill table
---@return string[]
local function lines(bill)
  local told = { render.bill_heading(bill), '' }
  for _, item in ipairs(bill.items) do
    local place, about = render.bill_item(item)
    table.insert(told, ('- `%s`  %s'):format(place, about))
  end
  if bill.note then
    table.insert(told, render.flat(bill.note))
  end
  return told
end

--- Shows what the message in the prompt would begin with; nothing is sent.
function M.preview()
  mentions.blocks(prompt.text(), function(blocks, problem)
    if not blocks then
      return say.warn(problem or '')
    end
    local found = session.current()
    local params =
      { prompt = blocks, pinned = found and found.pinned or {}, dropped = found and found.dropped or {} }
    params.sessionId = found and found.transcript.id
    connection.request('_singletree/context/preview', params, function(err, bill)
      if err then
        return say.refused(err)
      end
      vim.lsp.util.open_floating_preview(lines(bill), 'markdown', {
        border = 'rounded',
        title = ' Context of this message ',
        focus_id = 'singletree.context',
      })
    end)
  end)
end

---@param words string
---@return string? path as the server knows it
local function path_of(words)
  local path = words ~= '' and vim.fn.fnamemodify(words, ':p') or vim.api.nvim_buf_get_name(0)
  if words == '' and vim.bo.buftype ~= '' then
    local window = require('singletree.chat.attach').editor_window()
    path = window and vim.api.nvim_buf_get_name(vim.api.nvim_win_get_buf(window)) or ''
  end
  local folder = connection.folder()
  if path == '' then
    say.warn('name a file')
  elseif not vim.startswith(path, folder .. '/') then
    say.warn(('%s is outside the workspace %s'):format(path, folder))
  else
    return path:sub(#folder + 2)
  end
end

---@param list string[]
---@param path string
---@return string[]
local function without(list, path)
  return vim.tbl_filter(function(other)
    return other ~= path
  end, list)
end

--- Pins a file, or leaves it out, from the next message on; `back` takes that back.
---@param what 'pinned'|'dropped'
---@param words string
---@param back boolean
function M.choose(what, words, back)
  local path = path_of(words)
  if not path then
    return
  end
  session.with(function(found)
    found.pinned, found.dropped = without(found.pinned, path), without(found.dropped, path)
    if not back then
      table.insert(found[what], path)
    end
    found.chose = true
    say.info(
      ('%s is %s'):format(
        path,
        back and 'chosen by the index again' or what == 'pinned' and 'pinned' or 'left out'
      )
    )
  end)
end

return M
