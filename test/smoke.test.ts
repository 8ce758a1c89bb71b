import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Commands and threads work when imported; everything else must load without doing any. */
const isCommand = (file: string): boolean => /(^|\/)([a-z-]+-)?(main|thread)\.ts$/.test(file)

it('every source file loads under plain Node, which strips types and nothing more', async () => {
  const files = ['geo', 'src', 'workers'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`)
      // Runs in a browser, and is bundled for it.
      .filter((file) => !file.startsWith('src/desk/')),
  )
  expect(files.length).toBeGreaterThan(20)
  // Vitest compiles more than Node strips: an enum passes there and fails here.
  const imports = files
    .filter((file) => !isCommand(file))
    .map((file) => `await import(${JSON.stringify(join(root, file))})`)
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', `${imports.join('\n')}\nprocess.exit(0)`],
    { cwd: root },
  )
  expect(stderr).toBe('')
}, 60_000)

it('a server says which Node it runs on, where another one starts it', async () => {
  const program = `Object.defineProperty(process, 'versions', { value: { node: '24.21.0' } })`
  const given = `data:text/javascript;base64,${Buffer.from(program).toString('base64')}`
  const ended = await promisify(execFile)(process.execPath, ['--import', given, 'src/main.ts'], {
    cwd: root,
  }).catch((error: unknown) => error as { readonly code: number; readonly stderr: string })
  expect(ended).toMatchObject({
    code: 1,
    stderr:
      'Hoede runs on Node 26, this is Node 24.21.0. Install Node 26, or let npm ci (without --omit=optional) bring it.\n',
  })
})

it('a server that is ended by what nobody caught tells nothing of the rows that the database quoted', async () => {
  const program = `const fault = Object.assign(new Error('a row was refused'), {
    code: '23514', constraint: 'persons_check', detail: 'Failing row contains (Jansen, 52.37021).' })
    setTimeout(() => void Promise.reject(fault), 50)`
  const given = `data:text/javascript;base64,${Buffer.from(program).toString('base64')}`
  const ended = await promisify(execFile)(
    process.execPath,
    ['--import', given, 'src/main.ts', '--help'],
    { cwd: root },
  ).catch((error: unknown) => error as { readonly code: number; readonly stderr: string })
  expect(ended).toMatchObject({ code: 1 })
  expect(ended.stderr).toContain('persons_check')
  expect(ended.stderr).not.toMatch(/Jansen|52\.37/)
})
