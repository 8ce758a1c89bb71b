import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const page = readFileSync('docs/letter.md', 'utf8')
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (-|finding)/.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))

it('each row of the page about the letter is seen working somewhere, or says that it is not served', () => {
  expect(rows.length).toBeGreaterThanOrEqual(17)
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Record<string, string>
  }
  const faults = rows.flatMap(([finding = '', answer = '', where = '']) => {
    if (where === 'not served') return answer.startsWith('Nothing') ? [] : [finding]
    const named = [...where.matchAll(/`([^`]+)`|\[[^\]]+\]\(([^)]+)\)/g)]
    const missing = named.filter(([, code, link]) => {
      const command = /^npm run ([\w-]+)$/.exec(code ?? '')?.[1]
      if (command !== undefined) return scripts[command] === undefined
      return !existsSync(link === undefined ? (code ?? '') : path.join('docs', link))
    })
    const hasTest = named.some(([, code]) => code?.startsWith('test/'))
    return !hasTest || missing.length > 0 ? [`${finding}: ${where}`] : []
  })
  expect(faults).toEqual([])
})
