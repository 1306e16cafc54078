--- Everything that is chosen from a list, by `vim.ui.select`: sessions, the model, the mode, a message to go back to.

local connection = require('singletree.chat.connection')
local prompt = require('singletree.chat.prompt')
local render = require('singletree.chat.render')
local say = require('singletree.say')
local session = require('singletree.chat.session')
local transcripts = require('singletree.chat.transcript')

local M = {}

---@param method string
---@param params table
---@param done fun(answer: any)
local function request(method, params, done)
  connection.request(method, params, function(err, answer)
    if err then
      return say.refused(err)
    end
    done(answer)
  end)
end

---@param stamp? string RFC 3339, UTC
---@return string
local function when(stamp)
  local year, month, day, hour, minute = (stamp or ''):match('^(%d+)-(%d+)-(%d+)T(%d+):(%d+)')
  -- All of them match, or none.
  if not (year and month and day and hour and minute) then
    return ''
  end
  local then_utc =
    os.time({ year = year, month = month, day = day, hour = hour, min = minute, isdst = false })
  local now_utc = os.time(os.date('!*t') --[[@as std.osdateparam]])
  local minutes = math.max(0, math.floor((now_utc - then_utc) / 60))
  if minutes < 60 then
    return minutes .. ' min ago'
  elseif minutes < 48 * 60 then
    return math.floor(minutes / 60) .. ' h ago'
  end
  return ('%s-%s-%s'):format(year, month, day)
end

---@param each table ACP's session info, or what a search found
---@return string
local function label(each)
  local now = session.current()
  local mark = now and now.transcript.id == each.sessionId and '● ' or '  '
  local excerpt = each.excerpt and '  ' .. render.flat(each.excerpt) or ''
  local title = each.title and each.title ~= '' and each.title or 'Untitled'
  return ('%s%s  (%s)%s'):format(mark, render.flat(title), when(each.updatedAt), excerpt)
end

---@param title string
---@param query string words to search for; empty: all sessions
---@param done fun(chosen: table)
local function choose_session(title, query, done)
  local sessions = {}
  local function put()
    if #sessions == 0 then
      return say.info(query == '' and 'there are no sessions yet' or 'no session has these words')
    end
    vim.ui.select(
      sessions,
      { prompt = title, kind = 'singletree_session', format_item = label },
      function(chosen)
        if chosen then
          done(chosen)
        end
      end
    )
  end
  if query ~= '' then
    return request('_singletree/session/search', { query = query }, function(answer)
      sessions = answer.sessions
      put()
    end)
  end
  local function page(cursor)
    request('session/list', cursor and { cursor = cursor } or vim.empty_dict(), function(answer)
      vim.list_extend(sessions, answer.sessions)
      if answer.nextCursor then
        return page(answer.nextCursor)
      end
      put()
    end)
  end
  page()
end

---@param id string
local function open(id)
  require('singletree.chat.panel').open({ focus = true }, function()
    session.load(id)
  end)
end

---@param chosen table
local function rename(chosen)
  vim.ui.input({ prompt = 'New title: ', default = chosen.title }, function(title)
    if title and vim.trim(title) ~= '' and title ~= chosen.title then
      local params = { sessionId = chosen.sessionId, title = title }
      request('_singletree/session/rename', params, function()
        session.on_update({
          sessionId = chosen.sessionId,
          update = { sessionUpdate = 'session_info_update', title = title },
        })
        say.info(('the session is called “%s”'):format(title))
      end)
    end
  end)
end

---@param chosen table
local function fork(chosen)
  local params = { sessionId = chosen.sessionId, cwd = connection.folder(), mcpServers = {} }
  request('session/fork', params, function(answer)
    open(answer.sessionId)
  end)
end

---@param chosen table
local function delete(chosen)
  vim.ui.select({ false, true }, {
    prompt = ('Delete “%s” and all that was said in it?'):format(render.flat(chosen.title or 'Untitled')),
    kind = 'singletree_confirm',
    format_item = function(yes)
      return yes and 'Delete' or 'Keep it'
    end,
  }, function(yes)
    if yes then
      request('session/delete', { sessionId = chosen.sessionId }, function()
        session.deleted(chosen.sessionId)
        say.info('the session is deleted')
      end)
    end
  end)
end

---@param chosen table
local function export(chosen)
  request('_singletree/session/export', { sessionId = chosen.sessionId }, function(answer)
    local buffer = vim.api.nvim_create_buf(true, false)
    vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(answer.markdown, '\n', { plain = true }))
    vim.bo[buffer].filetype = 'markdown'
    local window = require('singletree.chat.attach').editor_window()
    if window then
      vim.api.nvim_set_current_win(window)
    end
    vim.cmd('sbuffer ' .. buffer)
  end)
end

---@type table<string, { desc: string, run: fun(chosen: table) }>
M.ACTIONS = {
  open = {
    desc = 'Open a session',
    run = function(chosen)
      open(chosen.sessionId)
    end,
  },
  rename = { desc = 'Rename a session', run = rename },
  fork = { desc = 'Go on with a copy of a session', run = fork },
  delete = { desc = 'Delete a session', run = delete },
  export = { desc = 'Write a session into a buffer', run = export },
}

--- `:Singletree sessions [ACTION | search WORDS]`
---@param words string
function M.sessions(words)
  local action, query = M.ACTIONS[words], ''
  if words:match('^search') then
    query = vim.trim(words:sub(7))
    if query == '' then
      return vim.ui.input({ prompt = 'Search the sessions for: ' }, function(asked)
        if asked and vim.trim(asked) ~= '' then
          M.sessions('search ' .. asked)
        end
      end)
    end
    action = M.ACTIONS.open
  elseif words == '' then
    action = M.ACTIONS.open
  elseif not action then
    return say.warn(
      ('`%s` is nothing to do with sessions: open, rename, fork, delete, export or search'):format(words)
    )
  end
  choose_session(action.desc, query, action.run)
end

---@param option table ACP's select option
---@return table[]
local function values(option)
  local all = {}
  for _, one in ipairs(option.options) do
    if one.options then
      vim.list_extend(all, one.options)
    else
      table.insert(all, one)
    end
  end
  return all
end

---@param id 'model'|'effort'
---@param value string
local function set_option(id, value)
  session.with(function(found)
    local params = { sessionId = found.transcript.id, configId = id, value = value }
    request('session/set_config_option', params, function(answer)
      local update = { sessionUpdate = 'config_option_update', configOptions = answer.configOptions }
      session.on_update({ sessionId = params.sessionId, update = update })
      say.info(('%s: %s'):format(id, value))
    end)
  end)
end

---@param id 'model'|'effort'
---@param value string
function M.option(id, value)
  if value ~= '' then
    return set_option(id, value)
  end
  session.with(function(found)
    local option = transcripts.option(found.transcript, id)
    if not option then
      return say.info(('the server offers no %s'):format(id))
    end
    vim.ui.select(values(option), {
      prompt = option.name,
      kind = 'singletree_' .. id,
      format_item = function(one)
        local about = one.description and '  ' .. render.flat(one.description) or ''
        return (one.value == option.currentValue and '● ' or '  ') .. one.name .. about
      end,
    }, function(one)
      if one then
        set_option(id, one.value)
      end
    end)
  end)
end

--- What an option may be, for completion.
---@param id 'model'|'effort'
---@return string[]
function M.option_values(id)
  local found = session.current()
  local option = found and transcripts.option(found.transcript, id)
  return option and vim.tbl_map(function(one)
    return one.value
  end, values(option)) or {}
end

---@param id string
local function set_mode(id)
  session.with(function(found)
    local params = { sessionId = found.transcript.id, modeId = id }
    request('session/set_mode', params, function()
      local update = { sessionUpdate = 'current_mode_update', currentModeId = id }
      session.on_update({ sessionId = params.sessionId, update = update })
      say.info('mode: ' .. id)
    end)
  end)
end

---@param id string
function M.mode(id)
  if id ~= '' then
    return set_mode(id)
  end
  session.with(function(found)
    local modes = found.transcript.modes or { availableModes = {} }
    vim.ui.select(modes.availableModes, {
      prompt = 'Mode',
      kind = 'singletree_mode',
      format_item = function(mode)
        local mark = mode.id == modes.currentModeId and '● ' or '  '
        return ('%s%-6s %s'):format(mark, mode.name, mode.description or '')
      end,
    }, function(mode)
      if mode then
        set_mode(mode.id)
      end
    end)
  end)
end

---@return string[]
function M.modes()
  local found = session.current()
  local modes = found and found.transcript.modes
  return vim.tbl_map(
    function(mode)
      return mode.id
    end,
    modes and modes.availableModes or { { id = 'plan' }, { id = 'ask' }, { id = 'edit' }, { id = 'auto' } }
  )
end

--- Back to before a message of the user's, whose words are in the prompt then.
function M.rewind()
  local found = session.current()
  local transcript = found and found.transcript
  ---@type singletree.chat.Entry[]
  local entries = transcript and transcript.entries or {}
  local messages = {}
  for index = #entries, 1, -1 do
    local entry = entries[index]
    if entry.kind == 'user' and entry.message then
      table.insert(messages, entry)
    end
  end
  if not transcript or #messages == 0 then
    return say.info('nothing was said yet that one could go back to')
  end
  vim.ui.select(messages, {
    prompt = 'Go on from before which message?',
    kind = 'singletree_message',
    format_item = function(entry)
      return vim.fn.strcharpart(render.flat(table.concat(entry.parts)), 0, 100)
    end,
  }, function(entry)
    if not entry then
      return
    end
    local params = { sessionId = transcript.id, message = entry.message }
    request('_singletree/session/rewind', params, function(answer)
      transcripts.rewound(transcript, entry.message)
      require('singletree.chat.panel').open({ focus = true }, function()
        local view = require('singletree.chat.panel').view()
        if view and view.transcript == transcript then
          view:truncate()
        end
        prompt.replace(answer.text)
      end)
    end)
  end)
end

return M
