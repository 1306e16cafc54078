--- The server that the chat talks to: one at a time, started for the working folder if none runs.

local client = require('singletree.client')
local events = require('singletree.events')
local version = require('singletree.version')

local M = {}

---@type integer? client id
local bound

--- The server the chat is with, as long as it runs.
---@return vim.lsp.Client?
function M.current()
  local found = bound and vim.lsp.get_client_by_id(bound)
  if found and not version.call(found, 'is_stopped') then
    return found
  end
end

---@param id integer
---@return boolean
function M.is_bound(id)
  return bound == id
end

--- The working folder; an error says why there is none, if it was deleted.
---@return string
local function here()
  return (assert(vim.uv.cwd()))
end

--- Starts a server for the working folder, which need not hold an open file.
---@return integer? id
local function start()
  local all = vim.lsp.config --[[@as table?]]
  local wanted = all and all.singletree or client.config()
  local folder = vim.fs.root(here(), wanted.root_markers or {}) or here()
  local config = vim.tbl_extend('force', wanted, { root_dir = folder }) --[[@as vim.lsp.ClientConfig]]
  if type(config.cmd) == 'table' and vim.fn.executable(config.cmd[1]) == 0 then
    return nil
  end
  if vim.fn.has('nvim-0.11') == 1 then
    return vim.lsp.start(config, { attach = false, silent = true })
  end
  ---@diagnostic disable-next-line: deprecated
  return (vim.lsp.start_client(config))
end

--- Calls `done` with a server, or with why there is none.
---@param done fun(err?: lsp.ResponseError, found?: vim.lsp.Client)
function M.ensure(done)
  local found = M.current() or client.get()
  if found then
    bound = found.id
    return done(nil, found)
  end
  local function none()
    done({ code = -32000, message = require('singletree.server').why_not() })
  end
  ---@type integer
  local once
  once = events.on('SingletreeServer', function(about)
    if about.running then
      vim.api.nvim_del_autocmd(once)
      vim.schedule(function()
        M.ensure(done)
      end)
    elseif #vim.lsp.get_clients({ name = 'singletree', _uninitialized = true }) == 0 then
      vim.api.nvim_del_autocmd(once)
      none()
    end
  end)
  -- That of an open file, if there is one; and one that is just being started is waited for.
  require('singletree.server').start()
  if #vim.lsp.get_clients({ name = 'singletree', _uninitialized = true }) > 0 then
    return
  end
  if not start() then
    vim.api.nvim_del_autocmd(once)
    none()
  end
end

---@param method string
---@param params table
---@param done? fun(err?: lsp.ResponseError, result?: any)
function M.request(method, params, done)
  M.ensure(function(err, found)
    if err then
      return done and done(err)
    end
    client.request(method, params, done, found)
  end)
end

--- Only to a server that is there.
---@param method string
---@param params table
function M.notify(method, params)
  local found = M.current()
  if found then
    client.notify(method, params, found)
  end
end

--- The folder that sessions are in.
---@return string
function M.folder()
  local found = M.current()
  return found and (found.root_dir or (found.config or {}).root_dir) or here()
end

return M
