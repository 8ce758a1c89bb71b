import { setTimeout as wait } from 'node:timers/promises'
import { followAlerts } from './alert-stream.ts'
import type { DeskEvent } from './alert-stream.ts'
import { createChecklist, isComplete, tickOff } from './checklist.ts'
import type { Checklist } from './checklist.ts'
import { closeNight, playEvening } from './day-before.ts'
import { createDesk } from './desk.ts'
import { UnexpectedAnswer, type HttpClient } from './http-client.ts'
import { play } from './play.ts'
import type { PlayProgress } from './play.ts'
import { registerAll, type Registered } from './register.ts'
import { createScreen } from './screen.ts'
import type { Screen } from './screen.ts'
import { unansweredStories } from './stage.ts'
import { walkOrders } from './walk-orders.ts'
import type { Stage } from './stage.ts'

/**
 * Registers the stage's people, plays it, shows what the server says of it,
 * and tells what was missing.
 */
export async function perform(
  http: HttpClient,
  adminToken: string,
  stage: Stage,
  signal: AbortSignal,
): Promise<Checklist> {
  await closeNight(http, adminToken)
  const registered = await registerAll(http, adminToken, stage.scenario.registry)
  const { sceneIds, operatorToken, vendorTokens } = registered
  const checklist = createChecklist(stage.storylines, sceneIds)
  const screen = createScreen(stage, sceneIds)
  const desk = createDesk(http, operatorToken, (event) => isLeft(stage, event, sceneIds))
  const progress: PlayProgress = { sentCount: 0, duplicateCount: 0 }
  await walkOrders(http, registered.supervisorToken, Date.now(), screen.line)
  const finished = new AbortController()
  const over = AbortSignal.any([signal, finished.signal])
  const evening = playEvening(http, eveningTokens(registered), Date.now(), over)
  // The first of them that fails ends the others; none may fail unseen.
  const parts = [
    listen(http, operatorToken, over, (event) => {
      screen.event(event)
      desk.note(event)
      tickOff(checklist, event)
    }),
    desk.work(over),
    showStatus(screen, progress, checklist, over),
    evening,
    play(http, stage.scenario, vendorTokens, progress, over).then(async () => {
      await evening
      await untilShown(checklist, stage, over)
      finished.abort()
    }),
  ]
  try {
    await Promise.all(parts)
  } finally {
    finished.abort()
    await Promise.allSettled(parts)
  }
  if (signal.aborted) {
    screen.line('Stopped.')
    return checklist
  }
  screen.summary(checklist)
  screen.line(
    `${progress.sentCount} fixes taken; ${progress.duplicateCount} were sent twice and recognised.`,
  )
  return checklist
}

function eveningTokens({ supervisorToken, operatorToken, vendorTokens, sceneIds }: Registered) {
  const [first] = vendorTokens
  if (first === undefined) throw new UnexpectedAnswer('the stage has no vendor')
  const [sceneId, vendor] = first
  const [vendorId = ''] = [...sceneIds].find(([, id]) => id === sceneId) ?? []
  return { supervisor: supervisorToken, operator: operatorToken, vendor, vendorId }
}

/** Alerts still on their way when the last fix was sent get this long. */
const afterPlayMsMax = 8_000

async function listen(
  http: HttpClient,
  token: string,
  signal: AbortSignal,
  note: (event: DeskEvent) => void,
): Promise<void> {
  for await (const event of followAlerts(http, token, signal)) {
    note(event)
  }
}

async function untilShown(checklist: Checklist, stage: Stage, signal: AbortSignal): Promise<void> {
  const deadlineMs = stage.endMs + afterPlayMsMax
  while (!signal.aborted && !isComplete(checklist) && Date.now() < deadlineMs) {
    await wait(200, null, { signal }).catch(() => null)
  }
}

async function showStatus(
  screen: Screen,
  progress: PlayProgress,
  checklist: Checklist,
  signal: AbortSignal,
): Promise<void> {
  // A mean over ten seconds: devices that report every five or ten make a jumpy second.
  const sentCounts: number[] = []
  while (!signal.aborted) {
    sentCounts.push(progress.sentCount)
    if (sentCounts.length > 11) {
      sentCounts.shift()
    }
    const spanSeconds = Math.max(1, sentCounts.length - 1)
    screen.status({
      fixesPerSecond: (progress.sentCount - sentCounts[0]!) / spanSeconds,
      sentCount: progress.sentCount,
      shownCount: checklist.items.filter(({ isSeen }) => isSeen).length,
      expectedCount: checklist.items.length,
    })
    await wait(1000, null, { signal }).catch(() => null)
  }
}

function isLeft(stage: Stage, event: DeskEvent, sceneIds: ReadonlyMap<string, string>): boolean {
  const stories = stage.storylines.filter(({ key }) => unansweredStories.includes(key))
  const { offenderId, deviceId } = event.alert
  return [offenderId, deviceId].some(
    (id) =>
      id !== null && stories.some(({ subjectIds }) => subjectIds.includes(sceneIds.get(id) ?? '')),
  )
}
