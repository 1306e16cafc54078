--- The server's life: what is said when it cannot be used, and how often it is started again.

local client = require('singletree.client')
local config = require('singletree.config')
local events = require('singletree.events')
local say = require('singletree.say')
local version = require('singletree.version')

local M = {}

--- Crashes within three minutes after which the server is left alone.
local TOO_MANY = 3
local WINDOW_MS = 3 * 60 * 1000
--- SIGINT and SIGTERM: someone wanted it to end.
local ASKED_TO_END = { [2] = true, [15] = true }

---@type integer[] times of crashes, in milliseconds
local crashes = {}
---@type table<integer, true> clients that were told to stop
local told_to_stop = {}

--- Why there is no server, and what to do about it.
---@return string
function M.why_not()
  local program = config.get().cmd[1]
  if vim.fn.executable(program) == 0 then
    return ('the program `%s` was not found; install it (cargo install --path server/singletree), or set `cmd` in vim.g.singletree'):format(
      program
    )
  end
  if #crashes >= TOO_MANY then
    return 'the server crashed too often; see :Singletree log, then :Singletree restart'
  end
  return 'no server runs for this workspace; open a file of it, or see :checkhealth singletree'
end

--- Why a server is not one that this plugin can talk to.
---@param info { name?: string, version?: string }
---@return string?
local function misfit(info)
  local its = vim.version.parse(info.version or '')
  if info.name ~= 'singletree' or not its then
    return ('%s is not a Singletree server; set `cmd` in vim.g.singletree'):format(config.get().cmd[1])
  elseif vim.version.lt(its, client.OLDEST) then
    return ('the server is version %s; this plugin needs %s or newer. Update it, or set `cmd` in vim.g.singletree'):format(
      info.version,
      client.OLDEST
    )
  end
end

---@param found vim.lsp.Client
---@param result lsp.InitializeResult
function M.on_start(found, result)
  local why = misfit(result.serverInfo or {})
  if why then
    say.error(why)
    told_to_stop[found.id] = true
    -- Once it is attached, for Neovim 0.10; and by force: it may not know how to end when it is asked to.
    return vim.schedule(function()
      version.call(found, 'stop', true)
    end)
  end
  events.emit('SingletreeServer', { client_id = found.id, running = true })
end

---@param code integer
---@param signal integer
---@param id integer
function M.on_exit(code, signal, id)
  events.emit('SingletreeServer', { client_id = id, running = false })
  if told_to_stop[id] or code == 0 and signal == 0 or ASKED_TO_END[signal] or vim.v.exiting ~= vim.NIL then
    told_to_stop[id] = nil
    return
  end
  local now = vim.uv.now()
  crashes = vim.tbl_filter(function(time)
    return now - time < WINDOW_MS
  end, crashes)
  table.insert(crashes, now)
  if #crashes >= TOO_MANY then
    say.error(
      ('the server crashed %d times in three minutes and is left alone. Sessions and proposed changes are stored; see :Singletree log, then :Singletree restart'):format(
        TOO_MANY
      )
    )
    return
  end
  say.warn('the server ended unexpectedly and is started again; sessions and proposed changes are stored')
  M.start()
end

--- How a server is started: what `vim.lsp.config` says of it, which is ours and the user's, where there is such a thing.
---@return table
local function wanted()
  local all = vim.lsp.config --[[@as table?]]
  return all and all.singletree or client.config()
end

local said_why = false

--- Whether there is a program; said once if there is none.
---@return boolean
local function has_program()
  local cmd = wanted().cmd
  local program = type(cmd) == 'table' and cmd[1] or config.get().cmd[1]
  local is_there = vim.fn.executable(program) == 1
  if not is_there and not said_why then
    say.error(M.why_not())
  end
  said_why = not is_there
  return is_there
end

--- Calls `start` with the folder of a buffer's workspace, if a server is for that buffer and can run.
---@param buffer integer
---@param start fun(root: string)
function M.with_root(buffer, start)
  local options = config.get()
  local path = vim.api.nvim_buf_get_name(buffer)
  if vim.bo[buffer].buftype ~= '' or path == '' or path:find('^%a[%w+.-]+://') then
    return
  elseif options.filetypes and not vim.tbl_contains(options.filetypes, vim.bo[buffer].filetype) then
    return
  elseif #crashes < TOO_MANY and has_program() then
    local markers = wanted().root_markers or options.root_markers
    start(vim.fs.root(buffer, markers) or vim.fs.dirname(path))
  end
end

--- Starts a server for a buffer, or joins the one of its workspace.
---@param buffer integer
local function attach(buffer)
  M.with_root(buffer, function(root)
    local how = vim.tbl_extend('force', wanted(), { root_dir = root }) --[[@as vim.lsp.ClientConfig]]
    vim.lsp.start(how, {
      bufnr = buffer,
      reuse_client = function(running, other)
        -- One that has just died may still be listed.
        return running.name == other.name
          and running.config.root_dir == other.root_dir
          and not version.call(running, 'is_stopped')
      end,
    })
  end)
end

--- Starts what is not running, for every open file.
function M.start()
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) then
      attach(buffer)
    end
  end
end

--- Starts the server now and whenever a file is opened.
function M.enable()
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('singletree.enable', {}),
    callback = function(about)
      attach(about.buf)
    end,
  })
  if vim.v.vim_did_enter == 1 then
    M.start()
  end
end

--- Ends the server.
function M.stop()
  for _, running in ipairs(vim.lsp.get_clients({ name = 'singletree' })) do
    told_to_stop[running.id] = true
    version.call(running, 'stop')
  end
end

--- Ends the server and starts it again; also after too many crashes.
function M.restart()
  crashes = {}
  config.forget()
  if #vim.lsp.get_clients({ name = 'singletree' }) == 0 then
    return M.start()
  end
  ---@type integer
  local once
  once = events.on('SingletreeServer', function()
    if #vim.lsp.get_clients({ name = 'singletree' }) == 0 then
      vim.api.nvim_del_autocmd(once)
      M.start()
    end
  end)
  M.stop()
end

---@type table<string, singletree.Subcommand>
M.subcommands = {
  restart = { desc = 'Start the server, or end it and start it again', run = M.restart },
  shutdown = { desc = 'End the server', run = M.stop },
  log = {
    desc = "Open the language servers' log",
    run = function()
      vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
    end,
  },
}

return M
