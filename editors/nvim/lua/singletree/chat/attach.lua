--- What goes along with the words of a prompt: files and lines of files as links, what the editor knows as text, pictures.

local connection = require('singletree.chat.connection')

local M = {}

--- Bytes of a mention that go along: a bound on what a prompt carries.
local MOST_TEXT = 200000
local MOST_IMAGE = 9 * 1024 * 1024

local IMAGES =
  { png = 'image/png', jpg = 'image/jpeg', jpeg = 'image/jpeg', gif = 'image/gif', webp = 'image/webp' }

---@param uri string
---@param content string
---@param mime? string
---@return table
local function embedded(uri, content, mime)
  if #content > MOST_TEXT then
    content = content:sub(1, MOST_TEXT + vim.str_utf_start(content, MOST_TEXT + 1) - 1)
  end
  return { type = 'resource', resource = { uri = uri, text = content, mimeType = mime or 'text/plain' } }
end

--- The buffer and window that the user works in, beside the chat.
---@return integer? window
function M.editor_window()
  local panel = require('singletree.chat.panel')
  local windows = { vim.api.nvim_get_current_win(), vim.fn.win_getid(vim.fn.winnr('#')) }
  vim.list_extend(windows, vim.api.nvim_tabpage_list_wins(0))
  for _, window in ipairs(windows) do
    if vim.api.nvim_win_is_valid(window) and vim.api.nvim_win_get_config(window).relative == '' then
      local buffer = vim.api.nvim_win_get_buf(window)
      if not panel.is_ours(buffer) and vim.bo[buffer].buftype == '' then
        return window
      end
    end
  end
end

---@param path string
---@return string
local function relative(path)
  local folder = connection.folder()
  if vim.startswith(path, folder .. '/') then
    return path:sub(#folder + 2)
  end
  return vim.fn.fnamemodify(path, ':~:.')
end

--- Lines of a buffer, as they are now: saved or not.
---@param buffer integer
---@param first integer from 1
---@param last integer
---@return string name
---@return table block
function M.lines(buffer, first, last)
  local path = vim.api.nvim_buf_get_name(buffer)
  local lines = vim.api.nvim_buf_get_lines(buffer, first - 1, last, false)
  local place = first == last and tostring(first) or ('%d-%d'):format(first, last)
  local name = ('%s:%s'):format(path ~= '' and relative(path) or '[No Name]', place):gsub('%s', '_')
  local uri = path ~= '' and vim.uri_from_fname(path) or 'untitled:buffer'
  return name, embedded(('%s#L%d-%d'):format(uri, first, last), table.concat(lines, '\n') .. '\n')
end

--- A file, or some of its lines: the server reads them when the prompt arrives.
---@param uri string
---@param name string
---@param range? { [1]: integer, [2]: integer }
---@return table
function M.link(uri, name, range)
  local lines = range and ('#L%d-%d'):format(range[1], range[2]) or ''
  return { type = 'resource_link', uri = uri:gsub('#.*$', '') .. lines, name = name }
end

---@return string name
---@return table block
function M.file(path)
  local name = relative(path):gsub('%s', '_')
  return name, M.link(vim.uri_from_fname(path), name)
end

---@return table? block
---@return string? problem
local function selection()
  local window = M.editor_window()
  local buffer = window and vim.api.nvim_win_get_buf(window)
  local first = buffer and vim.api.nvim_buf_get_mark(buffer, '<')[1] or 0
  local last = buffer and vim.api.nvim_buf_get_mark(buffer, '>')[1] or 0
  if not buffer or first == 0 then
    return nil, 'nothing was selected in the window beside the chat'
  end
  local _, block = M.lines(buffer, first, math.min(last, vim.api.nvim_buf_line_count(buffer)))
  return block
end

---@return table? block
---@return string? problem
local function diagnostics()
  local found, severity = {}, vim.diagnostic.severity
  for _, one in ipairs(vim.diagnostic.get(nil, { severity = { min = severity.WARN, max = severity.ERROR } })) do
    local kind = one.severity == severity.ERROR and 'error' or 'warning'
    local name = vim.api.nvim_buf_get_name(one.bufnr)
    table.insert(
      found,
      ('%s:%d:%d: %s: %s%s'):format(
        relative(name),
        one.lnum + 1,
        one.col + 1,
        kind,
        one.message,
        one.source and (' [%s]'):format(one.source) or ''
      )
    )
  end
  if #found == 0 then
    return nil, 'there are no errors and warnings'
  end
  return embedded('singletree:diagnostics', table.concat(found, '\n'))
end

---@param done fun(block?: table, problem?: string)
local function diff(done)
  local function git(arguments, after)
    local ok, problem = pcall(
      vim.system,
      vim.list_extend({ 'git', 'diff', '--no-ext-diff', '--no-color' }, arguments),
      { cwd = connection.folder(), text = true },
      vim.schedule_wrap(function(result)
        after(result.code == 0 and result.stdout or '')
      end)
    )
    if not ok then
      done(nil, tostring(problem))
    end
  end
  git({ '--cached' }, function(staged)
    git({}, function(unstaged)
      local both = staged .. unstaged
      if vim.trim(both) == '' then
        return done(nil, 'nothing is changed that Git knows of')
      end
      done(embedded('singletree:diff', both, 'text/x-diff'))
    end)
  end)
end

--- What the editor itself knows, by its name behind `@` or `#`.
---@type table<string, fun(done: fun(block?: table, problem?: string))>
M.OWN = {
  selection = function(done)
    done(selection())
  end,
  diagnostics = function(done)
    done(diagnostics())
  end,
  diff = diff,
}

---@param path string
---@param mime string
---@return table? block
---@return string? problem
local function picture(path, mime)
  local size = (vim.uv.fs_stat(path) or {}).size or 0
  if size > MOST_IMAGE then
    return nil, ('%s is too large a picture; %d MiB at most are taken'):format(path, MOST_IMAGE / 1024 / 1024)
  end
  local file, problem = io.open(path, 'rb')
  if not file then
    return nil, problem
  end
  local data = file:read('*a')
  file:close()
  return { type = 'image', mimeType = mime, data = vim.base64.encode(data) }
end

--- A word behind `@` that names a file that there is: `src/a.rs`, `src/a.rs:10-20`, `shot.png`.
---@param word string
---@return table? block
---@return string? problem
function M.path(word)
  local path, first, last = word:match('^(.-):(%d+)%-?(%d*)$')
  path = path or word
  local full = vim.fs.normalize(path)
  if not full:match('^/') and not full:match('^%a:') then
    full = vim.fs.joinpath(connection.folder(), full)
  end
  local stat = vim.uv.fs_stat(full)
  if not stat or stat.type ~= 'file' then
    return nil
  end
  local mime = IMAGES[(path:match('%.(%w+)$') or ''):lower()]
  if mime then
    return picture(full, mime)
  end
  local range = first and { tonumber(first), tonumber(last ~= '' and last or first) } or nil
  return M.link(vim.uri_from_fname(full), path, range --[[@as { [1]: integer, [2]: integer }?]])
end

return M
