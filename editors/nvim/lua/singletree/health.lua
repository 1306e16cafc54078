--- `:checkhealth singletree`: what was found, and for each problem its remedy.

local M = {}

local client = require('singletree.client')
local config = require('singletree.config')
local version = require('singletree.version')

local health = vim.health

local function check_neovim()
  health.start('Neovim')
  local is_new = vim.fn.has('nvim-0.11') == 1
  health.ok(
    ('%s%s'):format(
      tostring(vim.version.parse(vim.fn.execute('version'):match('v[%d.]+') or '')),
      is_new and '' or '; start by require("singletree").enable()'
    )
  )
  if pcall(vim.treesitter.language.inspect, 'markdown') then
    health.ok('a tree-sitter parser for Markdown colours the chat')
  else
    health.info('no tree-sitter parser for Markdown: the chat is shown with plain syntax')
  end
end

local function check_options()
  health.start('Options')
  local problems = config.problems()
  for _, problem in ipairs(problems) do
    health.error(problem, { 'See :help singletree-options; until then the defaults hold' })
  end
  if #problems == 0 then
    health.ok('vim.g.singletree is understood')
  end
end

local function check_program()
  health.start('The program')
  local program = config.get().cmd[1]
  if vim.fn.executable(program) == 0 then
    health.error(('`%s` was not found'):format(program), {
      'Install it: cargo install --path server/singletree',
      'or set `cmd` in vim.g.singletree to where it is',
    })
    return
  end
  local ran, answer = pcall(function()
    return vim.system({ program, '--version' }, { text = true, timeout = 5000 }):wait()
  end)
  local said = ran and vim.trim(answer.stdout or '') or tostring(answer)
  local found = said:match('^singletree (%d+%.%d+%.%d+)')
  if not found then
    health.error(('%s is no Singletree: it said “%s”'):format(program, said:sub(1, 80)))
  elseif vim.version.lt(found, client.OLDEST) then
    health.error(('version %s; this plugin needs %s or newer'):format(found, client.OLDEST))
  else
    health.ok(('%s, %s'):format(vim.fn.exepath(program), said))
  end
end

---@param found vim.lsp.Client
local function check_findings(found)
  local request = { command = 'singletree.status', arguments = { vim.empty_dict() } }
  local answer, problem = version.call(found, 'request_sync', 'workspace/executeCommand', request, 10000)
  if not answer or answer.err then
    return health.warn(('the server did not say what it found: %s'):format(problem or answer.err.message))
  end
  local status = answer.result
  if status.model then
    health.ok('model: ' .. status.model)
  else
    health.warn('no model answers', { 'singletree doctor', "or set model = 'rules', which needs no key" })
  end
  local trusted = status.trusted and 'trusted'
    or 'not trusted: nothing that it brings is run (singletree trust)'
  health.info('this workspace is ' .. trusted)
  for _, it in ipairs(status.problems or {}) do
    health.warn(('%s: %s'):format(it.topic, it.message), { it.remedy })
  end
end

local function check_servers()
  health.start('The server')
  local clients = vim.lsp.get_clients({ name = 'singletree' })
  if #clients == 0 then
    return health.warn('none runs', { require('singletree.server').why_not() })
  end
  for _, found in ipairs(clients) do
    health.ok(('runs for %s'):format(found.config.root_dir or 'single files'))
    check_findings(found)
  end
end

function M.check()
  check_neovim()
  check_options()
  check_program()
  check_servers()
end

return M
