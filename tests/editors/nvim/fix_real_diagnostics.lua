-- `fix` on diagnostics that real language servers published: rust-analyzer, pyright, tsserver, gopls.
local t = require('lib')
local workspace = vim.env.TEST_WORKSPACE
local progress = t.watch_progress()

--- Starts a language server beside ours and waits for the diagnostic that says `message`; runs the fix for it from
--- the menu and keeps what is proposed: the buffer is then `fixed`.
local function fix(case)
  local path = workspace .. '/' .. case.path
  local buffer = t.edit(path)
  local id = vim.lsp.start({
    name = case.server,
    cmd = case.cmd,
    cmd_env = case.env,
    root_dir = workspace .. '/' .. case.root,
    settings = case.settings,
    init_options = case.settings and case.settings['rust-analyzer'],
  }, { bufnr = buffer })
  t.check(id, case.server .. ' starts')
  local wanted
  t.wait_for(case.server .. ' to say “' .. case.message .. '”', function()
    for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
      if diagnostic.source ~= 'singletree' and diagnostic.message:find(case.message) then
        wanted = diagnostic
      end
    end
    return wanted
  end, 90)

  -- Newer editors send a server its own diagnostics only; a mapping of the user's adds the others.
  local ended = progress['end']
  t.run('fix', wanted.lnum + 1, nil, { wanted.user_data.lsp })
  t.wait_for('the fix to be proposed', function()
    return progress['end'] > ended and #t.hunks() > 0
  end)
  t.execute('singletree.review.keep', vim.empty_dict())
  t.wait_until_decided(case.server)
  t.equal(t.lines(buffer), case.fixed, case.server .. ': ' .. wanted.message)
  vim.lsp.stop_client(id, true)
end

local function lines(text)
  return vim.split(text, '\n', { plain = true, trimempty = true })
end

fix({
  server = 'pyright', cmd = { vim.env.NODE_TOOLS .. '/pyright-langserver', '--stdio' }, root = '.',
  path = 'broken.py', message = 'json.* is not defined',
  settings = { python = { analysis = { diagnosticMode = 'openFilesOnly' } } },
  fixed = lines('import json\n\n\ndef load(text):\n    return json.loads(text)\n'),
})

fix({
  server = 'tsserver', cmd = { vim.env.NODE_TOOLS .. '/typescript-language-server', '--stdio' }, root = '.',
  path = 'broken.ts', message = 'Did you mean',
  fixed = lines('export function area(width: number, height: number): number {\n  return width * height;\n}'),
})

fix({
  server = 'gopls', cmd = { vim.env.GOPLS }, root = 'gomod', path = 'gomod/broken.go', message = 'strings',
  env = { GOROOT = vim.env.GO_ROOT .. '/usr/lib/go', PATH = vim.env.GO_ROOT .. '/usr/lib/go/bin:' .. vim.env.PATH,
    GOCACHE = vim.env.GOCACHE, GOTOOLCHAIN = 'local', GOFLAGS = '-mod=mod', GOPROXY = 'off' },
  fixed = lines('package gomod\n\nimport "strings"\n\nfunc Shout(text string) string {\n\treturn strings.ToUpper(text)\n}'),
})

fix({
  server = 'rust-analyzer', cmd = { vim.env.RUST_ANALYZER }, root = 'crate', path = 'crate/src/lib.rs',
  message = 'unused variable',
  settings = { ['rust-analyzer'] = { cargo = { buildScripts = { enable = false } }, procMacro = { enable = false } } },
  fixed = lines('pub mod settings;\n\npub fn area(width: u32, height: u32) -> u32 {\n    let _scale = 2;\n    width * height\n}'),
})
