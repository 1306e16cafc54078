-- What the plugin costs before it is used: its file in plugin/, which every start reads, and the first `require`.

local function median(measure)
  local times = {}
  for run = 1, 31 do
    times[run] = measure()
  end
  table.sort(times)
  return times[16]
end

local function milliseconds(act)
  local started = vim.uv.hrtime()
  act()
  return (vim.uv.hrtime() - started) / 1e6
end

local function forget()
  for name in pairs(package.loaded) do
    if vim.startswith(name, 'singletree') then
      package.loaded[name] = nil
    end
  end
end

local function row(what, measured, limit)
  print(('%-48s %8.2f ms  limit %s'):format(what, measured, limit))
end

row(
  'plugin/singletree.lua, at every start',
  median(function()
    vim.g.loaded_singletree = nil
    return milliseconds(function()
      vim.cmd.source(vim.env.SINGLETREE_PLUGIN .. '/plugin/singletree.lua')
    end)
  end),
  '–'
)
row(
  "require('singletree')",
  median(function()
    forget()
    return milliseconds(function()
      require('singletree')
    end)
  end),
  '2 ms'
)
row(
  "require('singletree.client').config(), with the server",
  median(function()
    forget()
    return milliseconds(function()
      require('singletree.client').config()
    end)
  end),
  '–'
)
