import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRecordKey, publicPem, type RecordKey } from '../../src/record-key.ts'
import { verifyExport } from '../../src/record/verify-export.ts'
import { runCommand } from '../replay/run-command.ts'
import { createRandom, type Random } from '../support/random.ts'
import { makeBodies, notesOf, writeExport } from './export-text.ts'

const headInterval = 25
const entryCount = 75
const editCount = 1_000
let folder = ''
let key: RecordKey
let lines: readonly string[]
let notes: readonly string[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hoede-record-'))
  key = await openRecordKey(null, folder)
  lines = writeExport(makeBodies(entryCount), key, headInterval)
  notes = notesOf(lines)
})
afterAll(() => rmSync(folder, { recursive: true }))

function check(edited: readonly string[], witnessNotes: readonly string[] | null) {
  return verifyExport(edited, { publicKey: key.publicKey, witnessNotes })
}

describe('an export of the record', () => {
  it('a whole export has no fault, and says how far it is signed and witnessed', () => {
    expect(check(lines, notes.slice(0, -1))).toEqual({
      faults: [],
      faultCount: 0,
      entryCount: 75,
      signedCount: 75,
      witnessedCount: 50,
    })
  })

  it('every one of 1,000 random edits is found, also those that are signed anew with a stolen key', () => {
    const random = createRandom(20261126)
    const missed: string[] = []
    const kinds = new Set<string>()
    for (let time = 0; time < editCount; time += 1) {
      const { name, edited } = editAtRandom(random)
      kinds.add(name)
      if (check(edited, notes).faultCount === 0) missed.push(`${time} ${name}`)
    }
    expect(kinds.size).toBe(Object.keys(edits).length)
    expect(missed).toEqual([])
  })

  it('what is cut off with its heads is not found without a witness: the outside head is the proof', () => {
    const cut = edits['cut off with its heads']!(createRandom(1))
    expect(check(cut, null).faultCount).toBe(0)
    expect(check(cut, notes).faultCount).toBeGreaterThan(0)
  })

  it('what is rewritten and signed anew with the stolen key is not found without a witness either', () => {
    const rewritten = edits['rewritten and signed anew']!(createRandom(1))
    expect(check(rewritten, null).faultCount).toBe(0)
    expect(check(rewritten, notes).faultCount).toBeGreaterThan(0)
  })

  it('an export without a head, of another log or by another key is refused', async () => {
    const headless = lines.filter((line) => !line.includes('"head"'))
    expect(check(headless, null).faults[0]).toContain('no head')
    const other = mkdtempSync(join(tmpdir(), 'hoede-record-'))
    const stranger = await openRecordKey(null, other)
    rmSync(other, { recursive: true })
    expect(check(writeExport(makeBodies(5), stranger, 5), null).faultCount).toBeGreaterThan(0)
    const moved = [lines[0]!.replace('000000000001', '000000000002'), ...lines.slice(1)]
    expect(check(moved, null).faults[0]).toContain('another log')
  })
})

describe('npm run audit', () => {
  const run = (edited: readonly string[], heads: readonly string[] | null) => {
    const args = ['--verify', save('export.ndjson', edited.join('\n')), '--key']
    args.push(save('record.pub.pem', publicPem(key)))
    if (heads !== null) args.push('--heads', save('heads.txt', heads.join('\n')))
    return runCommand('src/audit-main.ts', args, folder)
  }

  it('the command ends with 0 for a whole export and says what it rests on', async () => {
    const whole = await run(lines, notes)
    expect(whole).toMatchObject({ code: 0, stderr: '' })
    expect(whole.stdout).toContain('75 of them under a head that the witness kept')
    expect((await run(lines, null)).stdout).toContain('no witness was asked')
  })

  it('the command ends with 1 for an altered export, and names the entries', async () => {
    const edited = edits['one bit altered']!(createRandom(3))
    const { code, stdout } = await run(edited, notes)
    expect(code).toBe(1)
    expect(stdout).toMatch(/faults\..*\n- The first \d+ entries are not those of/)
  })

  it('the command ends with 2 where the heads or the key cannot be read', async () => {
    expect((await run(lines, ['nothing'])).code).toBe(2)
    const args = ['--verify', join(folder, 'export.ndjson'), '--key', join(folder, 'none')]
    expect((await runCommand('src/audit-main.ts', args, folder)).code).toBe(2)
  })
})

const hasPython = ['python3', 'openssl'].every(
  (program) => spawnSync(program, ['version']).error === undefined,
)
if (!hasPython) process.stderr.write('skipped: no python3 or openssl for the second verifier\n')

describe.skipIf(!hasPython)('a second verifier, of another language and library', () => {
  it('both verifiers say the same of the whole export, of edits, and of a cut without a witness', () => {
    const random = createRandom(7)
    const cases = [
      { edited: lines, heads: notes },
      { edited: edits['cut off with its heads']!(random), heads: [] },
      ...Object.values(edits).map((edit) => ({ edited: edit(random), heads: notes })),
    ]
    const pem = save('record.pub.pem', publicPem(key))
    const told = cases.map(({ edited, heads }) => {
      const args = [save('e', edited.join('\n')), pem, save('h', heads.join('\n'))]
      const script = join(import.meta.dirname, 'verify-export.py')
      const { status, stderr } = spawnSync('python3', [script, ...args], { encoding: 'utf8' })
      expect([0, 1], stderr).toContain(status)
      return status === 0
    })
    const ours = cases.map(({ edited, heads }) => check(edited, heads).faultCount === 0)
    expect(told).toEqual(ours)
    expect(ours).toEqual([true, true, ...Object.keys(edits).map(() => false)])
  })
})

function save(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

function editAtRandom(random: Random): { name: string; edited: readonly string[] } {
  const names = Object.keys(edits)
  const name = names[Math.floor(random() * names.length)]!
  return { name, edited: edits[name]!(random) }
}

type Edit = (random: Random) => readonly string[]

/** What somebody who owns the database could do; the last two with the signing key in hand. */
const edits: Readonly<Record<string, Edit>> = {
  'one bit altered': (random) => {
    const bodies = bodiesOf()
    const place = pick(random, entryCount)
    const body = Buffer.from(bodies[place]!)
    const at = pick(random, body.length)
    body[at] = body[at]! ^ (1 << pick(random, 8))
    return keepHeads(bodies.with(place, body))
  },
  'an entry removed, the rest numbered anew': (random) => {
    const bodies = bodiesOf()
    return keepHeads(bodies.toSpliced(pick(random, entryCount), 1))
  },
  'an entry removed, the numbers kept': (random) => {
    const place = 1 + pick(random, entryCount)
    const entries = lines.filter((line) => line.includes('"body"'))
    return lines.filter((line) => line !== entries[place - 1])
  },
  'an entry inserted': (random) => {
    const bodies = bodiesOf()
    return keepHeads(bodies.toSpliced(pick(random, entryCount), 0, Buffer.from('{}')))
  },
  'two entries exchanged': (random) => {
    const bodies = bodiesOf()
    const first = pick(random, entryCount - 1)
    const second = first + 1 + pick(random, entryCount - first - 1)
    return keepHeads(bodies.with(first, bodies[second]!).with(second, bodies[first]!))
  },
  'cut off': (random) => {
    const at = pick(random, entryCount - 1)
    return keepHeads(bodiesOf().slice(0, at))
  },
  'cut off with its heads': (random) => {
    const headCount = 1 + pick(random, notes.length - 2)
    let seen = 0
    return lines.filter((line) => {
      const isKept = seen < headCount
      if (line.includes('"head"')) seen += 1
      return isKept
    })
  },
  'rewritten and signed anew': (random) => {
    const bodies = bodiesOf()
    const place = pick(random, entryCount)
    const text = bodies[place]!.toString('utf8').replace('getAlert', 'listAlerts')
    return writeExport(bodies.with(place, Buffer.from(text)), key, headInterval)
  },
}

function bodiesOf(): Buffer[] {
  return [...makeBodies(entryCount)]
}

/** The heads as they were, each where as many entries lie before it, or at the end. */
function keepHeads(bodies: readonly Buffer[]): readonly string[] {
  const kept = [lines[0]!]
  for (const [index, body] of bodies.entries()) {
    kept.push(JSON.stringify({ index, body: body.toString('base64') }))
    const head = notes.find((note) => note.split('\n')[1] === String(index + 1))
    if (head !== undefined) kept.push(JSON.stringify({ head }))
  }
  return kept
}

function pick(random: Random, count: number): number {
  return Math.floor(random() * count)
}
