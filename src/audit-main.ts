import { createPublicKey } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { parseCommandLine, runCommand, UsageFault } from './command-line.ts'
import { verifyExport, type VerifyReport } from './record/verify-export.ts'

const usage = `Usage: npm run audit -- --verify EXPORT --key PUBLIC [--heads FILE]

Checks an export of the record (GET /v1/audit-export) and finds any entry that was altered, removed, inserted or cut off.
Needs no server, no database and no network.

  --verify EXPORT  the export, as it was received
  --key PUBLIC     the public key that heads are signed with, in PEM
  --heads FILE     the heads that a witness outside kept, as it received them. Without them
                   whoever holds the database and cuts off the newest entries with their heads is not found

Ends with 0: nothing found; 1: something is not as it was signed; 2: it could not be checked.
`

async function main(): Promise<number> {
  const { verify, key, heads } = parseCommandLine(usage, {
    verify: { type: 'string' },
    key: { type: 'string' },
    heads: { type: 'string' },
  })
  if (verify === undefined) throw new UsageFault('--verify is missing: the export to check.')
  if (key === undefined) throw new UsageFault('--key is missing: the public key of the record.')
  const report = verifyExport(readLines('--verify', verify), {
    publicKey: readKey(key),
    witnessNotes: heads === undefined ? null : readNotes(heads),
  })
  process.stdout.write(tell(report, heads !== undefined))
  return report.faultCount === 0 ? 0 : 1
}

function tell(report: VerifyReport, isWitnessed: boolean): string {
  const { faults, faultCount, entryCount, signedCount, witnessedCount } = report
  const reach = [
    `${entryCount} entries; ${signedCount} of them under a signed head`,
    isWitnessed
      ? `${witnessedCount} of them under a head that the witness kept.`
      : 'no witness was asked: entries cut off with their heads would not be found.',
  ].join('; ')
  if (faultCount === 0) return `Nothing was found. ${reach}\n`
  return `${faultCount} faults. ${reach}\n${faults.map((fault) => `- ${fault}\n`).join('')}`
}

function readKey(file: string) {
  try {
    return createPublicKey(read('--key', file))
  } catch (error) {
    if (error instanceof UsageFault) throw error
    throw new UsageFault('--key is not a public key in PEM.')
  }
}

function read(flag: string, file: string): string {
  return orSay(flag, () => readFileSync(file, 'utf8'))
}

function open(flag: string, file: string): number {
  return orSay(flag, () => openSync(file, 'r'))
}

function orSay<T>(flag: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new UsageFault(`${flag} cannot be read (${code}).`)
  }
}

/** Notes are of several lines, and each ends with its signature. */
function readNotes(file: string): string[] {
  const notes = [...read('--heads', file).matchAll(/[^\n]+\n[^\n]+\n[^\n]+\n\n— [^\n]+\n/g)]
  if (notes.length === 0) throw new UsageFault('--heads holds no head.')
  return notes.map(([note]) => note)
}

/** Line by line: the record of years is larger than a text may be. */
function* readLines(flag: string, file: string): Generator<string> {
  const descriptor = open(flag, file)
  const chunk = Buffer.alloc(chunkBytes)
  let rest = Buffer.alloc(0)
  for (let length = 1; length > 0;) {
    length = readSync(descriptor, chunk)
    const bytes = Buffer.concat([rest, chunk.subarray(0, length)])
    let from = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      yield bytes.toString('utf8', from, end)
      from = end + 1
    }
    rest = bytes.subarray(from)
  }
  closeSync(descriptor)
  if (rest.length > 0) yield rest.toString('utf8')
}

const chunkBytes = 1024 * 1024

await runCommand(main)
