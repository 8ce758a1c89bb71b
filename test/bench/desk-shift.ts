import { setTimeout as wait } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'
import { playManyIncidents } from '../support/many-incidents.ts'
import { line } from './report.ts'

/**
 * A shift of eight hours with the clock of the page turned forward: every tick that a desk draws,
 * and every five minutes a case that is opened, looked through and left. What comes from the server
 * comes in its own time, so the page is without a sign of life for most of it, and finds back.
 */
export async function sayShift(page: Page, origin: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await page.clock.install()
  await page.goto(`${origin}/desk?shift`)
  await page.locator('.row').first().waitFor()
  await work(page, warmStepCount)
  line(`after half an hour: ${await memoryOf(session)}`)
  const startMs = performance.now()
  for (let hour = 1; hour <= 8; hour += 1) {
    const fault = await work(page, stepsAnHour).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : 'unknown'),
    )
    if (fault !== null) {
      line(`CUT OFF in hour ${hour}: ${fault.split('\n')[0]}`)
      break
    }
    line(`after hour ${hour}: ${await memoryOf(session)}`)
  }
  line(`played in ${Math.round((performance.now() - startMs) / 1_000)} s`)
}

const stepsAnHour = 12
const warmStepCount = 6

async function work(page: Page, stepCount: number): Promise<void> {
  for (let step = 0; step < stepCount; step += 1) {
    await page.clock.runFor(5 * 60_000)
    const links = page.locator('.row a')
    await links.nth(step % (await links.count())).click()
    await waitByItsClock(page, '.case .card .diary', true)
    await page.evaluate(`location.hash = '#/'`)
    await waitByItsClock(page, '.case .card', false)
  }
}

/**
 * What the page tries again it tries by its own clock, which stands still unless it is turned: five
 * minutes at once ask for more than the server gives one client, and it says so.
 */
async function waitByItsClock(page: Page, selector: string, isThere: boolean): Promise<void> {
  for (let turn = 0; turn < waitTurnsMax; turn += 1) {
    if ((await page.locator(selector).count()) > 0 === isThere) return
    await page.clock.runFor(1_000)
    await wait(50)
  }
  throw new Error(`expected ${selector} ${isThere ? 'there' : 'gone'} within ${waitTurnsMax} s`)
}

const waitTurnsMax = 180

/** The list as it stands, many times over: how long a frame takes while somebody scrolls it. */
export async function sayThousand(page: Page, origin: string): Promise<void> {
  // As at a seat: a page as tall as the list has every row in sight.
  await page.setViewportSize({ width: 1_400, height: 1_000 })
  await playManyIncidents(page, origin, rowCount)
  await page.goto(`${origin}/desk?thousand`)
  await page.locator('.row').first().waitFor()
  const nodeCount = await page.evaluate(`document.querySelectorAll('*').length`)
  const frames = (await page.evaluate(scrollThrough)) as number[]
  const sorted = frames.toSorted((one, other) => one - other)
  const at = (part: number): string =>
    (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(0)
  line(
    `${rowCount} rows, ${String(nodeCount)} elements; frames while scrolling: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms of ${frames.length}`,
  )
  const idleMs = (await page.evaluate(idleCost)) as number
  line(`script while nothing happens, ages ticking: ${idleMs.toFixed(1)} ms a second at most`)
  await page.unroute('**/v1/incidents')
}

const rowCount = 1_000

/** Through all rows in three seconds, noting the time from frame to frame. */
const scrollThrough = `new Promise((resolve) => {
  const box = document.querySelector('.window')
  const frames = []
  const startMs = performance.now()
  let beforeMs = startMs
  const step = (nowMs) => {
    frames.push(nowMs - beforeMs)
    beforeMs = nowMs
    box.scrollTop = ((nowMs - startMs) / 3000) * (box.scrollHeight - box.clientHeight)
    if (nowMs - startMs < 3000) requestAnimationFrame(step)
    else resolve(frames.slice(1))
  }
  requestAnimationFrame(step)
})`

/** How late a timer comes that is due each 20 ms: whatever holds it up is work of the page. */
const idleCost = `new Promise((resolve) => {
  let lateMs = 0
  let dueMs = performance.now() + 20
  let count = 0
  const look = () => {
    lateMs += Math.max(0, performance.now() - dueMs)
    dueMs = performance.now() + 20
    count += 1
    if (count < 250) setTimeout(look, 20)
    else resolve(lateMs / 5)
  }
  setTimeout(look, 20)
})`

export async function memoryOf(session: CDPSession): Promise<string> {
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number }
  const { nodes, jsEventListeners } = (await session.send('Memory.getDOMCounters')) as {
    nodes: number
    jsEventListeners: number
  }
  return `${(usedSize / 1e6).toFixed(2)} MB of heap, ${nodes} nodes, ${jsEventListeners} listeners`
}
