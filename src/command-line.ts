import { once } from 'node:events'
import { parseArgs } from 'node:util'
import type { ParseArgsOptionsConfig } from 'node:util'

/**
 * The flags of a command. `--help` prints the usage and ends with 0, before anything is done; a
 * flag that does not exist or lacks its value is named, and ends with 2.
 */
export function parseCommandLine<T extends ParseArgsOptionsConfig>(
  usage: string,
  options: T,
  given: readonly string[] = process.argv.slice(2),
) {
  answerHelp(usage, given)
  return refuseWrong(() =>
    parseArgs({ args: [...given], options, strict: true, allowPositionals: false }),
  ).values
}

/** The same for a command that takes one file without a flag. */
export function parseFileCommand<T extends ParseArgsOptionsConfig>(
  usage: string,
  options: T,
  given: readonly string[] = process.argv.slice(2),
) {
  answerHelp(usage, given)
  const { values, positionals } = refuseWrong(() =>
    parseArgs({ args: [...given], options, strict: true, allowPositionals: true }),
  )
  const [file, ...more] = positionals
  if (file === undefined) throw new UsageFault('The file is missing.')
  if (more.length > 0) throw new UsageFault(`One file is taken, not also ${more.join(', ')}.`)
  return { file, values }
}

/** A whole number in decimal digits: `1e1`, `0x10` and ` 1` are slips, and nobody's meaning. */
export function readWhole(flag: string, text: string, minimum: number, maximum: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value >= minimum && value <= maximum) return value
  throw new UsageFault(
    `${flag} is a whole number from ${minimum} to ${maximum}, not ${JSON.stringify(text)}.`,
  )
}

/** A number in decimal digits, perhaps with a part behind the point. */
export function readDecimal(flag: string, text: string, minimum: number, maximum: number): number {
  const value = /^\d{1,16}(\.\d{1,16})?$/.test(text) ? Number(text) : Number.NaN
  if (value >= minimum && value <= maximum) return value
  throw new UsageFault(
    `${flag} is a number from ${minimum} to ${maximum}, not ${JSON.stringify(text)}.`,
  )
}

/** What was asked for cannot be: the words say what, and `--help` says how. */
export class UsageFault extends Error {}

/**
 * Runs a command: faults of the user's making end in one sentence and 2, a closed pipe ends in
 * silence. Ours end with 2 too, and their stack: 1 is an answer that some commands give.
 */
export async function runCommand(
  command: () => Promise<number>,
  isUserFault: (error: unknown) => error is Error = isNobodys,
): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') {
      // Whoever read us (`head`) has seen enough.
      process.exit(0)
    }
    throw error
  })
  try {
    process.exitCode = await command()
  } catch (error) {
    process.exitCode = 2
    if (error instanceof UsageFault) {
      process.stderr.write(`${error.message}\nSee --help.\n`)
    } else if (isUserFault(error)) {
      process.stderr.write(`${error.message}\n`)
    } else {
      process.stderr.write(`${describe(error)}\n`)
      // What went wrong may have left something open that would keep us.
      process.exit()
    }
  }
}

/** Writes to stdout and waits when the reader is slower than we are. */
export async function writeOut(text: string): Promise<void> {
  if (!process.stdout.write(text)) {
    await once(process.stdout, 'drain')
  }
}

function answerHelp(usage: string, given: readonly string[]): void {
  if (!given.includes('--help') && !given.includes('-h')) return
  process.stdout.write(usage)
  process.exit(0)
}

function refuseWrong<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!isParseFault(error)) throw error
    // The advice behind the first sentence is of Node, on how to give what we do not take.
    throw new UsageFault(error.message.replace(/\. To specify a positional.*$/s, '.'))
  }
}

function isParseFault(error: unknown): error is Error {
  return (
    error instanceof TypeError &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('ERR_PARSE_ARGS')
  )
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : 'It failed without saying why.'
}

function isNobodys(_error: unknown): _error is Error {
  return false
}
