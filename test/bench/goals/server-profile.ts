import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { line } from '../report.ts'
import { drawFlame, shareWithin } from './flame.ts'
import { type CpuProfile, printTop } from './profile.ts'

/** Node samples the whole life of the server and writes the profile when it ends. */
export function profiledBy(folder: string | null): Record<string, string> {
  if (folder === null) return {}
  const flags = `--cpu-prof --cpu-prof-interval=500 --cpu-prof-dir=${resolve(folder, 'server')}`
  return { NODE_OPTIONS: flags }
}

/**
 * Of the two threads that work, the one that answers and the one that judges: those that watch over
 * the server write small profiles of their own. With the flame graph of both.
 */
export async function printProfile(folder: string | null): Promise<void> {
  if (folder === null) return
  const kept = join(folder, 'server')
  const texts = await Promise.all(
    (await readdir(kept)).map(async (name) => await readFile(join(kept, name), 'utf8')),
  )
  await rm(kept, { recursive: true })
  const largest = texts.toSorted((one, other) => other.length - one.length).slice(0, 2)
  const threads = largest.map((text) => {
    const profile = JSON.parse(text) as CpuProfile
    const isJudging = profile.nodes.some(({ callFrame }) => callFrame.functionName === 'applyFix')
    return { name: isJudging ? 'judging' : 'answering', profile }
  })
  for (const [at, { name, profile }] of threads.entries()) {
    await writeFile(join(folder, `server-${name}.cpuprofile`), largest[at] ?? '')
    printTop(profile, `Server, its whole life, the thread of ${name}`)
  }
  await writeFile(
    join(folder, 'server-flame.svg'),
    drawFlame('The server under the bench', threads),
  )
  const shareOf = (words: string, fits: RegExp): void => {
    const share = 100 * shareWithin(threads, (name) => fits.test(name))
    line(`  ${share.toFixed(1).padStart(5)} %  ${words}`)
  }
  line('Of all busy time of both threads:')
  shareOf('the core (src/core, geo)', / (?:src\/core|geo)\//)
  shareOf('talking to PostgreSQL (pg)', / pg(?:-protocol)?\//)
  shareOf('HTTP (fastify, node:_http)', / (?:fastify\/|node:_http|node:internal\/http)/)
  shareOf(
    'compiling programs',
    /^(?:compileSourceTextModule|stripTypeScriptModuleTypes|flushCompileCache|wrapSafe)\b/,
  )
  shareOf('reclaiming memory', /^\(garbage collector\)$/)
}
