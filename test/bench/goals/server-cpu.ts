import { readdir, readFile } from 'node:fs/promises'
import { postgresProcessIds } from '../../faults/inspect-database.ts'

/** CPU seconds so far of the server, to the nanosecond, by who spent them. */
export async function serverCpu(processId: number, dataDir: string): Promise<ServerCpu> {
  const spent = new Map<CpuPart, number>()
  const add = async (part: CpuPart, path: string): Promise<void> => {
    const [nanoseconds] = (await readOrEmpty(path)).split(' ')
    spent.set(part, (spent.get(part) ?? 0) + Number(nanoseconds) / 1e9)
  }
  for (const id of await readdir(`/proc/${processId}/task`)) {
    const task = `/proc/${processId}/task/${id}`
    await add(partOfThread((await readOrEmpty(`${task}/comm`)).trim()), `${task}/schedstat`)
  }
  for (const id of await postgresProcessIds(dataDir)) {
    await add(partOfPostgres(await readOrEmpty(`/proc/${id}/cmdline`)), `/proc/${id}/schedstat`)
  }
  return Object.fromEntries(cpuParts.map((part) => [part, spent.get(part) ?? 0])) as ServerCpu
}

/** The threads of node first, then the processes of PostgreSQL. */
export const cpuParts = [
  'answering',
  'judging',
  'compiling and garbage',
  'other threads',
  'PostgreSQL, for the intake',
  'PostgreSQL, for the evaluator',
  'PostgreSQL, for the workers',
  'PostgreSQL, for itself and the rest',
] as const
export type CpuPart = (typeof cpuParts)[number]
export type ServerCpu = Readonly<Record<CpuPart, number>>

/** A session that ended meanwhile takes its seconds with it: that is no gain. */
export function spentBetween(before: ServerCpu, after: ServerCpu): ServerCpu {
  const parts = cpuParts.map((part) => [part, Math.max(0, after[part] - before[part])])
  return Object.fromEntries(parts) as ServerCpu
}

export function sumOf(cpu: ServerCpu, of: 'node' | 'postgres' | 'both'): number {
  const isOf = (part: CpuPart): boolean => of === 'both' || isPostgres(part) === (of === 'postgres')
  return cpuParts.filter(isOf).reduce((sum, part) => sum + cpu[part], 0)
}

function isPostgres(part: CpuPart): boolean {
  return part.startsWith('PostgreSQL')
}

function partOfThread(name: string): CpuPart {
  if (name === 'node-MainThread') return 'answering'
  if (name === 'evaluator') return 'judging'
  return name.includes('V8') ? 'compiling and garbage' : 'other threads'
}

function partOfPostgres(commandLine: string): CpuPart {
  const role = /^postgres: hoede_(\w+)/.exec(commandLine)?.[1]
  if (role === 'intake') return 'PostgreSQL, for the intake'
  if (role === 'evaluator') return 'PostgreSQL, for the evaluator'
  return role === 'worker' ? 'PostgreSQL, for the workers' : 'PostgreSQL, for itself and the rest'
}

/** A thread or process that has just ended has no file any more. */
async function readOrEmpty(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '')
}
