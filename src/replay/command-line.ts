import { once } from 'node:events'
import { parseArgs } from 'node:util'
import type { ParseArgsOptionsConfig } from 'node:util'

/**
 * The flags of a command. `--help` prints the usage and ends with 0; a flag that does not exist or
 * lacks its value is named, and ends with 2.
 */
export function parseCommandLine<T extends ParseArgsOptionsConfig>(usage: string, options: T) {
  const argv = process.argv.slice(2)
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(usage)
    process.exit(0)
  }
  try {
    return parseArgs({ args: argv, options, strict: true, allowPositionals: false }).values
  } catch (error) {
    if (!isParseFault(error)) {
      throw error
    }
    throw new UsageFault(error.message)
  }
}

/** What was asked for cannot be: the words say what, and `--help` says how. */
export class UsageFault extends Error {}

/**
 * Runs a command: faults of the user's making end in one sentence and 2, a
 * closed pipe ends in silence.
 */
export async function runCommand(
  command: () => Promise<number>,
  isUserFault: (error: unknown) => error is Error,
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
    if (error instanceof UsageFault) {
      process.stderr.write(`${error.message}\nSee --help.\n`)
    } else if (isUserFault(error)) {
      process.stderr.write(`${error.message}\n`)
    } else {
      throw error
    }
    process.exitCode = 2
  }
}

/** Writes to stdout and waits when the reader is slower than we are. */
export async function writeOut(text: string): Promise<void> {
  if (!process.stdout.write(text)) {
    await once(process.stdout, 'drain')
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
