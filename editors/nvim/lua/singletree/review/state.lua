--- What is proposed: as each server last said it, and as typing has moved it since. Pure; who wants to know of changes
--- listens to `SingletreeReview`, which the callers of `apply` and the rest emit.

local shift = require('singletree.review.shift')

local M = {}

---@alias singletree.HunkState 'streaming'|'pending'|'keeping'|'kept'|'rejected'|'conflict'|'superseded'

---@class singletree.Hunk
---@field id string
---@field state singletree.HunkState
---@field range lsp.Range where `oldText` stands
---@field oldText string
---@field newText string
---@field title string
---@field why string
---@field author string `agent`, or the command that wrote it
---@field reviewId? string
---@field client_id? integer
---@field uri? string
---@field touched? integer how often it was typed into, or was elsewhere than we thought

---@class singletree.FileReview
---@field uri string
---@field kind 'edit'|'create'|'delete'|'rename'
---@field newUri? string
---@field version? integer the document's version that the ranges are of; nil or vim.NIL for a closed file
---@field hunks singletree.Hunk[]

---@class singletree.ReviewParams
---@field reviewId string
---@field rev integer
---@field files singletree.FileReview[]
---@field removed string[]
---@field whole boolean

---@class singletree.File all that is proposed for one file, by whichever review, from top to bottom
---@field uri string
---@field kind 'edit'|'create'|'delete'|'rename'
---@field newUri? string
---@field hunks singletree.Hunk[]

---@class singletree.OpenReview
---@field id string
---@field rev integer
---@field files table<string, { uri: string, kind: 'edit'|'create'|'delete'|'rename', newUri?: string, hunks: table<string, singletree.Hunk> }> by key

---@class singletree.Log versions of a document that is open, and the changes that led to them
---@field [integer] { version: integer, changes: singletree.Change[] }

---@class singletree.ClientState
---@field encoding singletree.Encoding
---@field reviews table<string, singletree.OpenReview>
---@field logs table<string, singletree.Log> by key

--- What the user can still decide.
local OPEN = { streaming = true, pending = true, keeping = true, conflict = true }
--- Versions that are remembered of one document; a notification is never that many keystrokes late.
local REMEMBERED = 200

---@type table<integer, singletree.ClientState>
local clients = {}
---@type singletree.File[]?
local cached
---@type table<string, singletree.File>
local by_key = {}
local total = 0

---@type table<string, string>
local keys = {}

--- What a file is known by: one file has as many URIs as there are ways to escape it, and links to it.
---@param uri string
---@return string
function M.key(uri)
  local key = keys[uri]
  if not key then
    local path = uri:find('^file:') and vim.uri_to_fname(uri) or uri
    key = vim.uv.fs_realpath(path) or path
    keys[uri] = key
  end
  return key
end

---@param client_id integer
---@param encoding? singletree.Encoding
---@return singletree.ClientState
local function of_client(client_id, encoding)
  local state = clients[client_id] or { encoding = encoding or 'utf-16', reviews = {}, logs = {} }
  state.encoding = encoding or state.encoding
  clients[client_id] = state
  return state
end

--- A range of an older version, in the newest one.
---@param state singletree.ClientState
---@param uri string
---@param version? integer
---@param range lsp.Range
---@return lsp.Range
local function current(state, uri, version, range)
  if not version or version == vim.NIL then
    return range
  end
  for _, entry in ipairs(state.logs[M.key(uri)] or {}) do
    if entry.version > version then
      for _, change in ipairs(entry.changes) do
        range = shift.range(range, change, state.encoding)
      end
    end
  end
  return range
end

---@param review singletree.OpenReview
---@param id string
---@param touched table<string, true>
local function remove(review, id, touched)
  for _, file in pairs(review.files) do
    if file.hunks[id] then
      file.hunks[id] = nil
      touched[file.uri] = true
    end
  end
end

---@param state singletree.ClientState
---@param review singletree.OpenReview
---@param told singletree.FileReview
---@param client_id integer
---@param touched table<string, true>
local function merge(state, review, told, client_id, touched)
  touched[told.uri] = true
  local key = M.key(told.uri)
  local file = review.files[key] or { hunks = {} }
  file.uri, file.kind, file.newUri = told.uri, told.kind, told.newUri
  review.files[key] = file
  for _, hunk in ipairs(told.hunks) do
    remove(review, hunk.id, touched)
    if OPEN[hunk.state] then
      hunk.range = current(state, told.uri, told.version, hunk.range)
      hunk.reviewId, hunk.client_id, hunk.uri = review.id, client_id, told.uri
      file.hunks[hunk.id] = hunk
    end
  end
end

--- Takes in a notification; the files that it concerns.
---@param client_id integer
---@param encoding singletree.Encoding
---@param params singletree.ReviewParams
---@return string[] uris
function M.apply(client_id, encoding, params)
  local state = of_client(client_id, encoding)
  local touched = {}
  local review = state.reviews[params.reviewId]
  if review and params.whole then
    for _, file in pairs(review.files) do
      touched[file.uri] = true
    end
  end
  if not review or params.whole then
    review = { id = params.reviewId, rev = 0, files = {} }
    state.reviews[params.reviewId] = review
  end
  review.rev = params.rev
  for _, id in ipairs(params.removed or {}) do
    remove(review, id, touched)
  end
  for _, file in ipairs(params.files) do
    merge(state, review, file, client_id, touched)
  end
  for key, file in pairs(review.files) do
    if next(file.hunks) == nil then
      review.files[key] = nil
    end
  end
  if next(review.files) == nil then
    state.reviews[params.reviewId] = nil
  end
  cached = nil
  return vim.tbl_keys(touched)
end

---@param state singletree.ClientState
---@param uri string
---@return singletree.Hunk[]
local function hunks_in(state, uri)
  local key, found = M.key(uri), {}
  for _, review in pairs(state.reviews) do
    local file = review.files[key]
    for _, hunk in pairs(file and file.hunks or {}) do
      found[#found + 1] = hunk
    end
  end
  return found
end

--- Moves a hunk over changes; whether it is elsewhere now, and whether that is certain.
---@param hunk singletree.Hunk
---@param changes singletree.Change[]
---@param encoding singletree.Encoding
---@return boolean has_moved
---@return boolean is_certain
local function carry(hunk, changes, encoding)
  local range, is_certain = hunk.range, true
  for _, change in ipairs(changes) do
    if not change.range then
      -- The whole text anew: nothing can be said of any place in it.
      hunk.touched = (hunk.touched or 0) + 1
      return true, false
    end
    local certain
    range, certain = shift.range(range, change, encoding)
    is_certain = is_certain and certain
  end
  local has_moved = range ~= hunk.range
  hunk.range = range
  hunk.touched = (hunk.touched or 0) + (is_certain and 0 or 1)
  return has_moved, is_certain
end

--- Typing was told to the server. Whether it moved anything, and whether it is certain where to.
---@param client_id integer
---@param uri string
---@param version integer
---@param changes singletree.Change[]
---@return boolean has_moved
---@return boolean is_certain
function M.typed(client_id, uri, version, changes)
  local state = of_client(client_id)
  local log = state.logs[M.key(uri)] or {}
  state.logs[M.key(uri)] = log
  table.insert(log, { version = version, changes = changes })
  if #log > REMEMBERED then
    table.remove(log, 1)
  end
  local has_moved, is_certain = false, true
  for _, hunk in ipairs(hunks_in(state, uri)) do
    local moved, certain = carry(hunk, changes, state.encoding)
    has_moved, is_certain = has_moved or moved, is_certain and certain
  end
  if not is_certain then
    -- They may stand in another order now.
    cached = nil
  end
  return has_moved, is_certain
end

--- The newest version of a document that a server was told of.
---@param uri string
---@return integer?
function M.version(uri)
  for _, state in pairs(clients) do
    local log = state.logs[M.key(uri)]
    if log then
      return log[#log].version
    end
  end
end

--- A document was opened: its versions are counted anew. Whether there are hunks in it, which may stand elsewhere now.
---@param client_id integer
---@param uri string
---@param version integer
---@return boolean has_hunks
function M.opened(client_id, uri, version)
  local state = of_client(client_id)
  state.logs[M.key(uri)] = { { version = version, changes = {} } }
  return #hunks_in(state, uri) > 0
end

--- Where the server says that its hunks stand: only places are taken, what is proposed comes by notification.
---@param client_id integer
---@param reviews singletree.ReviewParams[]
---@return string[] uris whose hunks were elsewhere
function M.place(client_id, reviews)
  local state = of_client(client_id)
  local touched = {}
  for _, told in ipairs(reviews) do
    local review = state.reviews[told.reviewId]
    for _, file in ipairs(review and told.files or {}) do
      local known = review.files[M.key(file.uri)]
      for _, hunk in ipairs(known and file.hunks or {}) do
        local mine = known.hunks[hunk.id]
        local range = current(state, file.uri, file.version, hunk.range)
        if mine and not vim.deep_equal(mine.range, range) then
          mine.range = range
          mine.touched = (mine.touched or 0) + 1
          touched[file.uri] = true
        end
      end
    end
  end
  cached = nil
  return vim.tbl_keys(touched)
end

--- Forgets what a server said: it has gone, and the next one tells all anew.
---@param client_id integer
---@return string[] uris
function M.forget(client_id)
  local touched = {}
  for _, review in pairs(of_client(client_id).reviews) do
    for _, file in pairs(review.files) do
      touched[file.uri] = true
    end
  end
  clients[client_id] = nil
  cached = nil
  return vim.tbl_keys(touched)
end

---@param left singletree.Hunk
---@param right singletree.Hunk
---@return boolean
local function by_place(left, right)
  local a, b = left.range, right.range
  if a.start.line ~= b.start.line then
    return a.start.line < b.start.line
  end
  if a['end'].line ~= b['end'].line then
    return a['end'].line < b['end'].line
  end
  return left.id < right.id
end

local function collect()
  cached, by_key = {}, {}
  for _, state in pairs(clients) do
    for _, review in pairs(state.reviews) do
      for key, open in pairs(review.files) do
        local file = by_key[key]
        if not file then
          file = { uri = open.uri, kind = open.kind, newUri = open.newUri, hunks = {} }
          by_key[key] = file
          table.insert(cached, file)
        elseif open.kind ~= 'edit' then
          -- A create, delete or rename says more of the file than an edit does.
          file.kind, file.newUri = open.kind, open.newUri
        end
        vim.list_extend(file.hunks, vim.tbl_values(open.hunks))
      end
    end
  end
  table.sort(cached, function(left, right)
    return left.uri < right.uri
  end)
  total = 0
  for _, file in ipairs(cached) do
    table.sort(file.hunks, by_place)
    total = total + #file.hunks
  end
end

--- Every file with something to decide, by name.
---@return singletree.File[]
function M.files()
  if not cached then
    collect()
  end
  return cached --[[@as singletree.File[] ]]
end

--- How many hunks there are.
---@return integer
function M.count()
  M.files()
  return total
end

---@param uri string
---@return singletree.File?
function M.file(uri)
  M.files()
  return by_key[M.key(uri)]
end

---@class singletree.Selection
---@field client_id integer
---@field argument { reviewId?: string, rev?: integer, uri?: string, hunkId?: string|string[] }

--- What to tell the servers to decide a whole file, or everything: one selection a review, as the user saw it.
---@param uri? string
---@return singletree.Selection[]
function M.selections(uri)
  local selections = {}
  for client_id, state in pairs(clients) do
    for id, review in pairs(state.reviews) do
      local file = uri and review.files[M.key(uri)]
      if not uri or file then
        table.insert(selections, {
          client_id = client_id,
          argument = { reviewId = id, rev = review.rev, uri = file and file.uri },
        })
      end
    end
  end
  return selections
end

return M
