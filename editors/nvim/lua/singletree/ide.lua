--- What this Neovim's other language servers know, for the agent (`singletree/ide/…`): bounded, and only for open files of
--- the workspace. Nothing is applied here: the server makes hunks of the edits.

local place = require('singletree.place')
local version = require('singletree.version')
local wait = require('singletree.wait').wait

local M = {}

--- Answers are for a model to read: more of anything is no answer.
local MOST = 200
local MOST_FILES = 50
--- The server waits five seconds.
local PATIENCE_MS = 4500

---@param message string
---@return nil, lsp.ResponseError
local function refuse(message)
  return nil, { code = vim.lsp.protocol.ErrorCodes.InvalidParams, message = message }
end

---@param list any[]
---@param most integer
---@return any[]
local function at_most(list, most)
  return #list > most and vim.list_slice(list, 1, most) or list
end

--- The buffer of a file that is open here and ours to ask about.
---@param uri string
---@param ours vim.lsp.Client
---@return integer?
local function open_buffer(uri, ours)
  local buffer = vim.fn.bufnr(vim.uri_to_fname(uri))
  local is_open = buffer > 0
    and vim.api.nvim_buf_is_loaded(buffer)
    and vim.lsp.buf_is_attached(buffer, ours.id)
  return is_open and buffer or nil
end

--- The servers of a buffer that can do `method`, but for our own.
---@param method string
---@param buffer? integer none: of any buffer
---@return vim.lsp.Client[]
local function others(method, buffer)
  return vim.tbl_filter(function(client)
    return client.name ~= 'singletree'
      and version.supports(client, method, buffer or next(client.attached_buffers) or 0)
  end, vim.lsp.get_clients({ bufnr = buffer }))
end

--- Asks them all at once; those that fail, or are not done in time, have no answer.
---@param clients vim.lsp.Client[]
---@param method string
---@param params fun(client: vim.lsp.Client): table
---@param buffer? integer
---@return { client: vim.lsp.Client, result: any }[]
local function ask(clients, method, params, buffer)
  local answers, open = {}, #clients
  if open == 0 then
    return answers
  end
  return wait(function(done)
    local timer = vim.defer_fn(function()
      done(answers)
    end, PATIENCE_MS)
    for _, client in ipairs(clients) do
      version.call(client, 'request', method, params(client), function(err, result)
        open = open - 1
        if not err and result then
          table.insert(answers, { client = client, result = result })
        end
        if open == 0 then
          timer:stop()
          done(answers)
        end
      end, buffer)
    end
  end)
end

---@param params { uri: string, position: lsp.Position }
---@param ours vim.lsp.Client
---@param client vim.lsp.Client
---@return lsp.TextDocumentPositionParams
local function position_params(params, ours, client)
  local at = { start = params.position, ['end'] = params.position }
  local moved = place.convert(at, params.uri, ours.offset_encoding, client.offset_encoding, place.reader())
  return { textDocument = { uri = params.uri }, position = moved.start }
end

---@param method string
---@param extra? table
---@return fun(params: table, ctx: lsp.HandlerContext): table?, lsp.ResponseError?
local function locations(method, extra)
  return function(params, ctx)
    local ours = assert(vim.lsp.get_client_by_id(ctx.client_id))
    local buffer = open_buffer(params.uri, ours)
    local clients = buffer and others(method, buffer) or {}
    if #clients == 0 then
      return refuse(('no other language server here answers %s for %s'):format(method, params.uri))
    end
    local found, read, seen = {}, place.reader(), {}
    local answers = ask(clients, method, function(client)
      return vim.tbl_extend('error', position_params(params, ours, client), extra or {})
    end, buffer)
    for _, answer in ipairs(answers) do
      -- One location, or a list of locations or links.
      for _, it in ipairs(vim.islist(answer.result) and answer.result or { answer.result }) do
        local uri = it.uri or it.targetUri
        local range = it.range or it.targetSelectionRange or it.targetRange
        range = place.convert(range, uri, answer.client.offset_encoding, ours.offset_encoding, read)
        local key = ('%s:%d:%d'):format(uri, range.start.line, range.start.character)
        if not seen[key] then
          seen[key] = true
          table.insert(found, { uri = uri, range = range })
        end
      end
    end
    return { locations = at_most(found, MOST) }
  end
end

M.definition = locations('textDocument/definition')
M.references = locations('textDocument/references', { context = { includeDeclaration = true } })

---@param buffer integer
---@param ours vim.lsp.Client
---@return table
local function diagnostics_of(buffer, ours)
  local encoding = ours.offset_encoding
  local found = vim.diagnostic.get(buffer)
  table.sort(found, function(left, right)
    return left.severity < right.severity or left.severity == right.severity and left.lnum < right.lnum
  end)
  return {
    uri = vim.uri_from_bufnr(buffer),
    version = vim.api.nvim_buf_get_changedtick(buffer),
    diagnostics = vim.tbl_map(function(it)
      return {
        range = {
          start = place.position(buffer, it.lnum, it.col, encoding),
          ['end'] = place.position(buffer, it.end_lnum or it.lnum, it.end_col or it.col, encoding),
        },
        severity = it.severity,
        message = it.message,
        source = it.source,
        code = it.code,
      }
    end, at_most(found, MOST)),
  }
end

---@param params { uri?: string }
---@param ctx lsp.HandlerContext
function M.diagnostics(params, ctx)
  local ours = assert(vim.lsp.get_client_by_id(ctx.client_id))
  local files = {}
  if params.uri then
    local buffer = open_buffer(params.uri, ours)
    if not buffer then
      return refuse(('%s is not open in this Neovim'):format(params.uri))
    end
    return { files = { diagnostics_of(buffer, ours) } }
  end
  for buffer in pairs(ours.attached_buffers) do
    if vim.api.nvim_buf_is_loaded(buffer) and #vim.diagnostic.get(buffer) > 0 then
      table.insert(files, diagnostics_of(buffer, ours))
    end
  end
  -- The worst first, in case there are too many.
  table.sort(files, function(left, right)
    local a, b = left.diagnostics[1].severity, right.diagnostics[1].severity
    return a < b or a == b and left.uri < right.uri
  end)
  return { files = at_most(files, MOST_FILES) }
end

--- A document's symbols as a flat list: some servers answer with a tree, whose symbols name no file.
---@param symbols table[]
---@param uri string
---@param container? string
---@param flat table[]
---@return table[]
local function flatten(symbols, uri, container, flat)
  for _, it in ipairs(symbols) do
    local location = it.location or { uri = uri, range = it.selectionRange }
    table.insert(
      flat,
      { name = it.name, kind = it.kind, containerName = it.containerName or container, location = location }
    )
    flatten(it.children or {}, uri, it.name, flat)
  end
  return flat
end

---@param params { query?: string, uri?: string } of one file, or of the workspace
---@param ctx lsp.HandlerContext
function M.symbols(params, ctx)
  local ours = assert(vim.lsp.get_client_by_id(ctx.client_id))
  local buffer, method, request = nil, 'workspace/symbol', { query = params.query or '' }
  if params.uri then
    buffer = open_buffer(params.uri, ours)
    method, request = 'textDocument/documentSymbol', { textDocument = { uri = params.uri } }
    if not buffer then
      return refuse(('%s is not open in this Neovim'):format(params.uri))
    end
  end
  local clients = others(method, buffer)
  if #clients == 0 then
    return refuse(('no other language server here answers %s'):format(method))
  end
  local found, read = {}, place.reader()
  local answers = ask(clients, method, function()
    return request
  end, buffer)
  for _, answer in ipairs(answers) do
    for _, it in ipairs(at_most(flatten(answer.result, params.uri or '', nil, {}), MOST)) do
      local location = it.location
      -- A server may leave the range to a later request.
      if location.range then
        local from = answer.client.offset_encoding
        location.range = place.convert(location.range, location.uri, from, ours.offset_encoding, read)
        table.insert(found, it)
      end
    end
  end
  return { symbols = at_most(found, MOST) }
end

---@param edits lsp.TextEdit[]
---@param uri string
---@param from singletree.Encoding
---@param to singletree.Encoding
---@return lsp.TextEdit[]
local function converted(edits, uri, from, to)
  local read = place.reader()
  return vim.tbl_map(function(edit)
    return { range = place.convert(edit.range, uri, from, to, read), newText = edit.newText }
  end, edits)
end

---@param params { uri: string, position: lsp.Position, newName: string }
---@param ctx lsp.HandlerContext
function M.rename(params, ctx)
  local ours = assert(vim.lsp.get_client_by_id(ctx.client_id))
  local buffer = open_buffer(params.uri, ours)
  local client = buffer and others('textDocument/rename', buffer)[1]
  if not client then
    return refuse(('no other language server here renames in %s'):format(params.uri))
  end
  local answer = ask({ client }, 'textDocument/rename', function()
    return vim.tbl_extend('error', position_params(params, ours, client), { newName = params.newName })
  end, buffer)[1]
  if not answer then
    return { edit = vim.NIL }
  end
  local changes = {}
  for uri, edits in pairs(answer.result.changes or {}) do
    changes[uri] = converted(edits, uri, client.offset_encoding, ours.offset_encoding)
  end
  for _, change in ipairs(answer.result.documentChanges or {}) do
    -- Files that the server would move or create are not renamed symbols; the agent has tools for them.
    if change.textDocument then
      local uri = change.textDocument.uri
      changes[uri] = converted(change.edits, uri, client.offset_encoding, ours.offset_encoding)
    end
  end
  return { edit = next(changes) and { changes = changes } or vim.NIL }
end

---@param params { uri: string, range?: lsp.Range }
---@param ctx lsp.HandlerContext
function M.format(params, ctx)
  local ours = assert(vim.lsp.get_client_by_id(ctx.client_id))
  local buffer = open_buffer(params.uri, ours)
  local range = params.range
  local method = range and 'textDocument/rangeFormatting' or 'textDocument/formatting'
  local client = buffer and others(method, buffer)[1]
  if not buffer or not client then
    return refuse(('no other language server here formats %s'):format(params.uri))
  end
  local answer = ask({ client }, method, function()
    local request = {
      textDocument = { uri = params.uri },
      options = {
        tabSize = vim.lsp.util.get_effective_tabstop(buffer),
        insertSpaces = vim.bo[buffer].expandtab,
      },
    }
    if range then
      local read = place.reader()
      request.range = place.convert(range, params.uri, ours.offset_encoding, client.offset_encoding, read)
    end
    return request
  end, buffer)[1]
  local edits = answer and answer.result or {}
  return { edits = converted(edits, params.uri, client.offset_encoding, ours.offset_encoding) }
end

return M
