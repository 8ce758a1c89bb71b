import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { UsageFault } from '../command-line.ts'
import { editions } from './edition.ts'

/**
 * All files of a case or none: they are written aside and put in their place at the end. Where
 * printing fails the earlier case stays whole, and nothing of it ever stands beside another. What
 * lies aside shows where somebody lives: a command that is stopped takes it away, and the next one
 * what one left that could not.
 */
export async function writeWhole(
  out: string,
  write: (folder: string, stopped: AbortSignal) => Promise<void>,
): Promise<void> {
  await mkdir(out, { recursive: true })
  const pages = editions.flatMap((edition) => [`advice-${edition}.html`, `advice-${edition}.pdf`])
  const names = [...pages, 'assessment-court.json']
  for (const entry of await readdir(out, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    if (names.includes(entry.name)) {
      throw new UsageFault(`--out: ${entry.name} is a folder there: expected a file or nothing.`)
    }
    if (await isLeft(out, entry.name)) await remove(path.join(out, entry.name))
  }
  const stopping = new AbortController()
  const stop = (signal: NodeJS.Signals) => stopping.abort(signal)
  for (const signal of signals) process.once(signal, stop)
  const aside = await mkdtemp(path.join(out, `.advice-${process.pid}-`))
  try {
    await write(aside, stopping.signal)
    stopping.signal.throwIfAborted()
    const written = await readdir(aside)
    for (const name of written) await rename(path.join(aside, name), path.join(out, name))
    for (const name of names) {
      if (!written.includes(name)) await rm(path.join(out, name), { force: true })
    }
  } finally {
    await remove(aside)
    for (const signal of signals) process.off(signal, stop)
    // As if nobody had listened: whoever started the command hears what ended it.
    if (stopping.signal.aborted) process.kill(process.pid, stopping.signal.reason)
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A browser that was just stopped may still write. */
async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

/**
 * Aside of a command that is gone; another one may be at work beside this one. The number of one
 * that is gone may be that of another program by now: in a container it is that of this command.
 */
async function isLeft(out: string, name: string): Promise<boolean> {
  const [, pid] = /^\.advice-(\d+)-/.exec(name) ?? []
  if (pid === undefined) return false
  if (Number(pid) === process.pid) return true
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return true
  }
  // Gone since the folder was read: the other one has ended.
  const found = await stat(path.join(out, name)).catch(() => null)
  return found !== null && Date.now() - found.mtimeMs > workMsMax
}

/** No command is at work on one case for so long. */
const workMsMax = 3_600_000
