import { writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { line } from '../report.ts'

/** Samples this process five thousand times a second until the answer is called. */
export async function startProfile(path: string): Promise<() => Promise<void>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 200 })
  await session.post('Profiler.start')
  return async () => {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    await writeFile(path, JSON.stringify(profile))
  }
}

export type CpuProfile = {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export type ProfileNode = {
  readonly id: number
  readonly callFrame: {
    readonly functionName: string
    readonly url: string
    readonly lineNumber: number
  }
  readonly children?: readonly number[]
}

/** Microseconds that each node was seen at the top of the stack. */
export function selfTimes(profile: CpuProfile): Map<number, number> {
  const times = new Map<number, number>()
  for (const [at, id] of profile.samples.entries()) {
    times.set(id, (times.get(id) ?? 0) + Math.max(0, profile.timeDeltas[at] ?? 0))
  }
  return times
}

/** The shares of busy time by function, the largest first. */
export function topFunctions(profile: CpuProfile, count: number): readonly FunctionShare[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const byName = new Map<string, number>()
  let busy = 0
  for (const [id, time] of selfTimes(profile)) {
    const node = nodes.get(id)
    if (node === undefined || isIdle(node)) continue
    busy += time
    const name = nameOf(node)
    byName.set(name, (byName.get(name) ?? 0) + time)
  }
  return [...byName]
    .map(([name, time]) => ({ name, share: time / busy }))
    .toSorted((left, right) => right.share - left.share)
    .slice(0, count)
}

export type FunctionShare = { readonly name: string; readonly share: number }

export function printTop(profile: CpuProfile, title: string): void {
  line(`${title}: the ten functions with the most time of their own`)
  for (const { name, share } of topFunctions(profile, 10)) {
    line(`  ${(100 * share).toFixed(1).padStart(5)} %  ${name}`)
  }
}

/** Nothing of ours: waiting, or the profiler itself. */
export function isIdle({ callFrame }: ProfileNode): boolean {
  if (callFrame.url === 'node:inspector') return true
  return ['(idle)', '(root)', '(program)'].includes(callFrame.functionName)
}

export function nameOf({ callFrame }: ProfileNode): string {
  const name = callFrame.functionName === '' ? '(no name)' : callFrame.functionName
  return callFrame.url === ''
    ? name
    : `${name} ${fileOf(callFrame.url)}:${callFrame.lineNumber + 1}`
}

/** From our own folders on, or from the package on. */
export function fileOf(url: string): string {
  const within = /(?:node_modules|\/(?=(?:src|geo|workers|lab|test)\/)).*$/.exec(url)?.[0] ?? url
  return within.replace(/^node_modules\/|^\//, '')
}
