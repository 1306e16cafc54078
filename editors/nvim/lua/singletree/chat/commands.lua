--- The chat's subcommands of `:Singletree`.

local M = {}

---@param call singletree.Call
---@return string? word that stands for the lines
local function mention(call)
  local attach, mentions = require('singletree.chat.attach'), require('singletree.chat.mentions')
  local buffer = vim.api.nvim_get_current_buf()
  local name, block
  if call.range then
    name, block = attach.lines(buffer, call.range.first, call.range.last)
  elseif vim.api.nvim_buf_get_name(buffer) ~= '' and vim.bo.buftype == '' then
    name, block = attach.file(vim.api.nvim_buf_get_name(buffer))
  else
    require('singletree.say').warn('this buffer is no file')
    return nil
  end
  mentions.note(name, block)
  return '@' .. name
end

---@param call singletree.Call
local function chat(call)
  local panel, prompt = require('singletree.chat.panel'), require('singletree.chat.prompt')
  if call.words == 'close' or (call.bang and panel.is_open()) then
    return panel.close()
  end
  local word = call.range and mention(call)
  panel.open({ focus = true }, function()
    if call.words ~= '' then
      prompt.say(word and word .. ' ' .. call.words or call.words)
    elseif word then
      prompt.add(word)
    end
  end)
end

---@param values fun(): string[]
---@return fun(lead: string): string[]
local function complete(values)
  return function(lead)
    return vim.tbl_filter(function(value)
      return vim.startswith(value, lead)
    end, values())
  end
end

---@param lead string
---@return string[]
local function files(lead)
  return vim.fn.getcompletion(lead, 'file')
end

---@param id 'model'|'effort'
---@param desc string
---@return singletree.Subcommand
local function option(id, desc)
  return {
    desc = desc,
    run = function(call)
      require('singletree.chat.pickers').option(id, call.words)
    end,
    complete = complete(function()
      return require('singletree.chat.pickers').option_values(id)
    end),
  }
end

---@param what 'pinned'|'dropped'
---@param desc string
---@return singletree.Subcommand
local function file(what, desc)
  return {
    desc = desc,
    run = function(call)
      require('singletree.chat.context').choose(what, call.words, call.bang)
    end,
    complete = files,
  }
end

---@type table<string, singletree.Subcommand>
M.subcommands = {
  chat = {
    desc = 'Open the chat, or send it a message',
    run = chat,
    complete = complete(function()
      return { 'close' }
    end),
  },
  mention = {
    desc = 'Name these lines or this file in the next message',
    run = function(call)
      local word = mention(call)
      if word then
        require('singletree.chat.panel').open({ focus = false }, function()
          require('singletree.chat.prompt').add(word)
        end)
      end
    end,
  },
  new = {
    desc = 'Begin a new session',
    run = function()
      require('singletree.chat.panel').open({ focus = true }, function()
        local now = require('singletree.chat.session').current()
        if now and #now.transcript.entries > 0 then
          require('singletree.chat.session').create()
        end
      end)
    end,
  },
  sessions = {
    desc = 'Open, rename, fork, delete, export or search sessions',
    run = function(call)
      require('singletree.chat.pickers').sessions(call.words)
    end,
    complete = complete(function()
      return { 'delete', 'export', 'fork', 'open', 'rename', 'search' }
    end),
  },
  rewind = {
    desc = 'Go on from before one of your messages',
    run = function()
      require('singletree.chat.pickers').rewind()
    end,
  },
  mode = {
    desc = 'Choose what the agent may do unasked',
    run = function(call)
      require('singletree.chat.pickers').mode(call.words)
    end,
    complete = complete(function()
      return require('singletree.chat.pickers').modes()
    end),
  },
  model = option('model', "Choose the session's model"),
  effort = option('effort', 'Choose how hard the model thinks'),
  context = {
    desc = 'Show what the message in the prompt would send',
    run = function()
      require('singletree.chat.context').preview()
    end,
  },
  pin = file('pinned', 'Always send a file along; with !, not any more'),
  drop = file('dropped', 'Never send a file along; with !, not any more'),
}

return M
