import { escapeHtml } from '../../../src/escape-html.ts'
import { fileOf, isIdle, selfTimes, type CpuProfile, type ProfileNode } from './profile.ts'

/** Where the time of all threads went, from who called downwards: an image without scripts. */
export function drawFlame(title: string, threads: readonly Thread[]): string {
  const root: Frame = { name: 'all', time: 0, callees: new Map() }
  for (const { name, profile } of threads) addThread(root, name, profile)
  const boxes: string[] = []
  const depth = drawFrame(boxes, root, { x: 0, level: 0, pixelsPerTime: width / root.time })
  const height = (depth + 2) * rowHeight
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<text x="4" y="13">${escapeHtml(title)}</text>`,
    `<g transform="translate(0 ${rowHeight})">`,
    ...boxes,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

export type Thread = { readonly name: string; readonly profile: CpuProfile }

/** The share of all busy time in which a function whose name fits was anywhere on the stack. */
export function shareWithin(threads: readonly Thread[], fits: (name: string) => boolean): number {
  let busy = 0
  let within = 0
  for (const { profile } of threads) {
    for (const { stack, time } of listStacks(profile)) {
      busy += time
      if (stack.some(fits)) within += time
    }
  }
  return within / busy
}

type Frame = { readonly name: string; time: number; readonly callees: Map<string, Frame> }

const width = 1_200
const rowHeight = 17
/** Narrower ones say nothing and make the file large. */
const pixelsMin = 1.5
const letterPixels = 6

function addThread(root: Frame, name: string, profile: CpuProfile): void {
  for (const { stack, time } of listStacks(profile)) {
    let frame = root
    frame.time += time
    for (const called of [name, ...stack]) {
      const next: Frame = frame.callees.get(called) ?? { name: called, time: 0, callees: new Map() }
      frame.callees.set(called, next)
      next.time += time
      frame = next
    }
  }
}

/** Busy stacks with their microseconds, from the first caller to who ran. */
function listStacks(profile: CpuProfile): { readonly stack: string[]; readonly time: number }[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const callers = new Map<number, ProfileNode>()
  for (const node of profile.nodes) for (const id of node.children ?? []) callers.set(id, node)
  return [...selfTimes(profile)].flatMap(([id, time]) => {
    const stack: string[] = []
    const leaf = nodes.get(id)
    if (leaf === undefined || isIdle(leaf)) return []
    for (
      let node: ProfileNode | undefined = leaf;
      node !== undefined;
      node = callers.get(node.id)
    ) {
      if (node.callFrame.functionName !== '(root)') stack.unshift(frameNameOf(node))
    }
    return [{ stack, time }]
  })
}

/** Without the line: it changes with every commit and tells nothing in an image. */
function frameNameOf({ callFrame }: ProfileNode): string {
  const name = callFrame.functionName === '' ? '(no name)' : callFrame.functionName
  return callFrame.url === '' ? name : `${name} ${fileOf(callFrame.url)}`
}

type Spot = { readonly x: number; readonly level: number; readonly pixelsPerTime: number }

/** Gives the deepest level that was drawn. */
function drawFrame(boxes: string[], frame: Frame, { x, level, pixelsPerTime }: Spot): number {
  const wide = frame.time * pixelsPerTime
  if (wide < pixelsMin) return level
  const share = ((100 * wide) / width).toFixed(1)
  const letters = Math.floor(wide / letterPixels) - 1
  const text = letters < 3 ? '' : frame.name.slice(0, letters)
  const top = level * rowHeight
  const place = `x="${x.toFixed(1)}" y="${top}" width="${wide.toFixed(1)}" height="${rowHeight - 1}"`
  boxes.push(
    `<g><title>${escapeHtml(frame.name)}: ${share} %</title><rect ${place} fill="${colourOf(frame.name)}"/>` +
      (text === ''
        ? '</g>'
        : `<text x="${(x + 2).toFixed(1)}" y="${top + 12}">${escapeHtml(text)}</text></g>`),
  )
  let deepest = level
  let from = x
  const callees = [...frame.callees.values()].toSorted((one, other) => other.time - one.time)
  for (const callee of callees) {
    const spot = { x: from, level: level + 1, pixelsPerTime }
    deepest = Math.max(deepest, drawFrame(boxes, callee, spot))
    from += callee.time * pixelsPerTime
  }
  return deepest
}

/** Ours that judges, ours that does the rest, packages, and what belongs to node. */
function colourOf(name: string): string {
  if (/ (?:src\/core|geo)\//.test(name)) return '#f2a65a'
  if (/ (?:src|workers)\//.test(name)) return '#f6d186'
  if (/ node:/.test(name)) return '#c9d6df'
  return / /.test(name) ? '#a5c4a0' : '#dddddd'
}
