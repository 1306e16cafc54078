--- The connection: one `singletree lsp` a workspace, started by Neovim's own client.

local M = {}

local config = require('singletree.config')
local version = require('singletree.version')

--- The oldest server whose notifications this plugin understands.
M.OLDEST = '0.1.0'

--- What the server may ask of this Neovim (`singletree/ide/…`).
M.IDE_TOOLS = { 'diagnostics', 'definition', 'references', 'symbols', 'rename', 'format' }

--- Modules are loaded when the server first says something that concerns them.
---@param module string
---@param name string
---@return lsp.Handler
local function to(module, name)
  return function(err, params, ctx, options)
    return require(module)[name](params, ctx, err, options)
  end
end

--- Every method of the server's that is not plain LSP, and the few of LSP that we answer in our own way. Requests are
--- answered by what the function returns; it runs in a coroutine, so it may wait for the user (`wait.lua`).
---@return table<string, lsp.Handler>
local function handlers()
  local all = {
    ['singletree/review'] = to('singletree.review', 'on_review'),
    ['singletree/turn'] = to('singletree.turns', 'on_turn'),
    ['singletree/input'] = to('singletree.input', 'on_input'),
    ['window/showMessageRequest'] = to('singletree.questions', 'on_question'),
    ['$/progress'] = to('singletree.turns', 'on_progress'),
    ['session/update'] = to('singletree.chat', 'on_update'),
    ['session/request_permission'] = to('singletree.chat', 'on_permission'),
    ['elicitation/create'] = to('singletree.chat', 'on_form'),
    ['_singletree/permission/closed'] = to('singletree.chat', 'on_permission_closed'),
    ['_singletree/elicitation/closed'] = to('singletree.chat', 'on_form_closed'),
    ['_singletree/context'] = to('singletree.chat', 'on_context'),
    ['_singletree/notice'] = to('singletree.chat', 'on_notice'),
  }
  all['workspace/applyEdit'] = function(err, params, ctx, options)
    -- Neovim would print the label at each Keep.
    params.label = nil
    return vim.lsp.handlers['workspace/applyEdit'](err, params, ctx, options)
  end
  for _, tool in ipairs(M.IDE_TOOLS) do
    all['singletree/ide/' .. tool] = to('singletree.ide', tool)
  end
  return all
end

--- `initializationOptions` of the options as they are now.
local function init_options()
  local options = config.get()
  return {
    singletree = {
      review = true,
      input = true,
      chat = true,
      ide = options.ide_tools and M.IDE_TOOLS or {},
      model = options.model,
      reviewMode = options.review_mode,
      settings = options.settings,
    },
  }
end

--- For `vim.lsp.config` and `vim.lsp.start`. Neovim keeps it, so what an option says is looked up when a server starts.
---@return vim.lsp.Config
function M.config()
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  -- Neovim counts in bytes itself.
  capabilities.general = vim.tbl_extend('force', capabilities.general or {}, {
    positionEncodings = { 'utf-8', 'utf-16' },
  })
  capabilities.experimental = { acp = { elicitation = { form = vim.empty_dict() } } }
  return {
    name = 'singletree',
    cmd = function(dispatchers)
      return vim.lsp.rpc.start(config.get().cmd, dispatchers)
    end,
    root_dir = function(buffer, start)
      require('singletree.server').with_root(buffer, start)
    end,
    capabilities = capabilities,
    handlers = handlers(),
    before_init = function(params)
      params.initializationOptions =
        vim.tbl_deep_extend('force', init_options(), params.initializationOptions or {})
    end,
    on_init = function(client, result)
      require('singletree.server').on_start(client, result)
    end,
    on_exit = function(code, signal, id)
      -- Called off the main loop.
      vim.schedule(function()
        require('singletree.server').on_exit(code, signal, id)
      end)
    end,
  }
end

--- The server of a buffer (default: the current one), else the one that runs longest.
---@param buffer? integer
---@return vim.lsp.Client?
function M.get(buffer)
  local here = vim.lsp.get_clients({ name = 'singletree', bufnr = buffer or 0 })[1]
  return here or vim.lsp.get_clients({ name = 'singletree' })[1]
end

--- Sends a request and calls `done` with its answer, on the main loop. Without a server it says so, and `done` gets an
--- error.
---@param method string
---@param params table
---@param done? fun(err?: lsp.ResponseError, result?: any)
---@param client? vim.lsp.Client
---@return fun() cancel
function M.request(method, params, done, client)
  done = done or function() end
  client = client or M.get()
  if not client or version.call(client, 'is_stopped') then
    done({ code = -32000, message = require('singletree.server').why_not() })
    return function() end
  end
  local sent, id = version.call(client, 'request', method, params, function(err, result)
    done(err, result)
  end)
  if not sent then
    done({ code = -32000, message = require('singletree.server').why_not() })
    return function() end
  end
  return function()
    version.call(client, 'cancel_request', id)
  end
end

---@param method string
---@param params table
---@param client? vim.lsp.Client
function M.notify(method, params, client)
  client = client or M.get()
  if client then
    version.call(client, 'notify', method, params)
  end
end

--- Runs a command of the server's. A refusal is said in its own words unless `done` takes it.
---@param command string
---@param argument table
---@param done? fun(err?: lsp.ResponseError, result?: any)
---@param client? vim.lsp.Client
function M.execute(command, argument, done, client)
  if next(argument) == nil then
    argument = vim.empty_dict()
  end
  M.request('workspace/executeCommand', { command = command, arguments = { argument } }, function(err, result)
    if done then
      done(err, result)
    elseif err then
      require('singletree.say').refused(err)
    end
  end, client)
end

return M
