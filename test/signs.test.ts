import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * Documents that show what the code says elsewhere: each is compared with the
 * code, so that no sign lies.
 */
const root = resolve(import.meta.dirname, '..')

describe('the variables of the environment', () => {
  const variables = [
    ...read('src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): (?:z$|z\.|filePath)/gm),
  ].map(first)

  it('the variables of the environment are found in src/config.ts', () => {
    expect(variables).toContain('DATABASE_URL')
    expect(variables.length).toBeGreaterThan(8)
  })

  it('all variables of the environment are in .env.example, and no others', () => {
    const shown = [...read('.env.example').matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(first)
    expect(shown.toSorted()).toEqual(variables.toSorted())
  })

  it('all variables of the environment are in the table of README.md, and no others', () => {
    const rows = read('README.md')
      .split('\n')
      .filter((line) => /^\| `[A-Z]/.test(line))
      .map((line) => line.split('|')[1]!)
    const shown = rows.flatMap((cell) => [...cell.matchAll(/`([A-Z_]+)`/g)].map(first))
    expect(shown.toSorted()).toEqual(variables.toSorted())
  })
})

describe('the decisions', () => {
  const folder = 'docs/decisions'
  const files = readdirSync(join(root, folder)).filter((file) => /^\d{4}-.*\.md$/.test(file))
  const index = read(`${folder}/README.md`)

  it('all decisions have a date and a state', () => {
    expect(files.length).toBeGreaterThan(20)
    const state = /^# \d{4} .+\n\nDate: \d{4}-\d\d-\d\d\. State: (accepted|superseded by \d{4})\./
    expect(files.filter((file) => !state.test(read(`${folder}/${file}`)))).toEqual([])
  })

  it('all decisions are in the index, with the state they name themselves', () => {
    const faults = files.filter((file) => {
      const state = /State: ([^.]+)\./.exec(read(`${folder}/${file}`))?.[1]
      const row = index
        .split('\n')
        .find((line) => line.startsWith(`| [${file.slice(0, 4)}](${file}) |`))
      return row === undefined || !row.endsWith(`| ${state} |`)
    })
    expect(faults).toEqual([])
  })

  it('the decisions leave no gap in their numbers: one that was merged has a row that says where to', () => {
    const numbers = [...index.matchAll(/^\| \[?(\d{4})\b/gm)].map((match) => Number(match[1]))
    expect(numbers).toEqual(numbers.map((_, place) => place + 1))
    const last = Number(files.toSorted().at(-1)?.slice(0, 4))
    expect(numbers).toHaveLength(last)
  })
})

describe('the documents', () => {
  const documents = filesBelow('.', '.md').filter((file) => file !== 'CHANGELOG.md')

  it('the documents name no file or folder of ours that does not exist', () => {
    expect(documents.length).toBeGreaterThan(30)
    const faults = documents.flatMap((document) =>
      [...read(document).matchAll(/`((?:geo|src|workers|lab|test|docs)\/[\w./-]+)`/g)]
        .map(first)
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${document}: ${path}`),
    )
    expect(faults).toEqual([])
  })

  it('the documents link to documents that exist', () => {
    const faults = documents.flatMap((document) =>
      [...read(document).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)]
        .map(first)
        .filter((path) => !existsSync(resolve(root, dirname(document), path)))
        .map((path) => `${document}: ${path}`),
    )
    expect(faults).toEqual([])
  })
})

describe('a folder', () => {
  const folders = ['geo', 'workers', 'lab', 'test', 'src', 'src/core', 'src/core/quiet'].concat(
    readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'core')
      .map((entry) => `src/${entry.name}`),
  )

  it('a folder has a README that says what does not belong there', () => {
    expect(folders.length).toBeGreaterThan(12)
    const faults = folders.filter((folder) => {
      if (!existsSync(join(root, folder, 'README.md'))) return true
      return !/does(?: not|n't) belong here/.test(read(`${folder}/README.md`))
    })
    expect(faults).toEqual([])
  })

  it('the README of a folder names only files below it', () => {
    const faults = folders.flatMap((folder) => {
      const files = filesBelow(folder, '')
      return [...read(`${folder}/README.md`).matchAll(/`([\w./-]+\.(?:ts|sql))`/g)]
        .map(first)
        .filter((name) => !files.some((file) => file === name || file.endsWith(`/${name}`)))
        .filter((name) => !existsSync(join(root, name)))
        .map((name) => `${folder}/README.md: ${name}`)
    })
    expect(faults).toEqual([])
  })

  it('the README of the quiet fixes names only judges that there are', () => {
    const core = filesBelow('src/core', '.ts').map(read)
    const named = [...read('src/core/quiet/README.md').matchAll(/`([a-z]+[A-Z]\w+)`/g)].map(first)
    const isThere = (name: string): boolean =>
      core.some((text) => new RegExp(`function ${name}[(<]`).test(text))
    expect(named.length).toBeGreaterThan(20)
    expect(named.filter((name) => !isThere(name))).toEqual([])
  })
})

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`
    if (entry.isFile()) return path.endsWith(ending) ? [path] : []
    const isOurs =
      entry.isDirectory() && !/^(node_modules|data|coverage|tmp|\.git)$/.test(entry.name)
    return isOurs ? filesBelow(path, ending) : []
  })
}

function first(match: RegExpMatchArray): string {
  return match[1] ?? ''
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
