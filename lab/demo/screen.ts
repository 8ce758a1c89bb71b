import type { DeskEvent } from './alert-stream.ts'
import type { Checklist } from './checklist.ts'
import type { Stage } from './stage.ts'

/** Lines of what happens, and under them, on a terminal, one line of how things stand. */
export function createScreen(stage: Stage, sceneIds: ReadonlyMap<string, string>): Screen {
  const isLive = process.stdout.isTTY
  const openAlerts = new Map<string, { priority: string; isAnswered: boolean }>()
  let statusAtMs = 0
  const line = (text: string): void => {
    process.stdout.write(`${isLive ? clearLine : ''}${text}\n`)
  }
  return {
    line,
    event: (event) => {
      const { alertId, priority, status } = event.alert
      if (status === 'closed') {
        openAlerts.delete(alertId)
      } else {
        openAlerts.set(alertId, { priority, isAnswered: status !== 'open' })
      }
      line(`${clock(Date.now() - stage.startMs)}  ${eventText(event, stage.labels, sceneIds)}`)
    },
    status: (state) => {
      const now = Date.now()
      if (!isLive && now - statusAtMs < plainStatusEveryMs) {
        return
      }
      statusAtMs = now
      const text = statusText(stage, state, [...openAlerts.values()], now)
      // A terminal that does not know its width says 0.
      const width = (process.stdout.columns > 0 ? process.stdout.columns : 120) - 1
      process.stdout.write(isLive ? `${clearLine}${text.slice(0, width)}` : `${text}\n`)
    },
    summary: (checklist) => {
      line('')
      line('What this demo had to show:')
      for (const { isSeen, title, what, kind } of checklist.items) {
        const name = kind === null ? '' : ` (${kind.replaceAll('-', ' ')})`
        line(`  ${isSeen ? 'shown  ' : 'MISSING'}  ${title}: ${what}${name}`)
      }
    },
  }
}

export type Screen = {
  readonly line: (text: string) => void
  readonly event: (event: DeskEvent) => void
  readonly status: (state: ScreenState) => void
  readonly summary: (checklist: Checklist) => void
}

type ScreenState = {
  readonly fixesPerSecond: number
  readonly sentCount: number
  readonly shownCount: number
  readonly expectedCount: number
}

const clearLine = '\r\u001B[2K'
const plainStatusEveryMs = 15_000
const barWidth = 20

export function eventText(
  event: DeskEvent,
  labels: ReadonlyMap<string, string>,
  sceneIds: ReadonlyMap<string, string>,
): string {
  const { alert } = event
  const name = (id: string | null): string | null =>
    id === null ? null : (labels.get(sceneIds.get(id) ?? '') ?? null)
  const offender = name(alert.offenderId)
  const victim = name(alert.victimId)
  const people =
    offender === null || victim === null
      ? (offender ?? victim)
      : alert.kind.startsWith('proximity')
        ? `${offender} near ${victim}`
        : `${victim} (order against ${offender})`
  const about = [people, name(alert.locationBanId)].filter((part) => part !== null)
  const vendor = alert.kind === 'vendor-silent' ? name(alert.vendorId) : null
  const subject = [...about, ...(vendor === null ? [] : [vendor])].join(', ')
  const kind = alert.kind.replaceAll('-', ' ')
  const target = event.target === null ? '' : `, to the ${event.target.replaceAll('-', ' ')}`
  const late = alert.late ? ' (late)' : ''
  return `${event.type.padEnd(12)} ${alert.priority}  ${(kind + late).padEnd(30)} ${subject}${target}`.trimEnd()
}

function statusText(
  stage: Stage,
  state: ScreenState,
  alerts: readonly { priority: string; isAnswered: boolean }[],
  nowMs: number,
): string {
  const share = Math.max(0, Math.min(1, (nowMs - stage.startMs) / (stage.endMs - stage.startMs)))
  const bar = '#'.repeat(Math.round(share * barWidth)).padEnd(barWidth, '.')
  const count = (priority: string): string => {
    const open = alerts.filter((alert) => alert.priority === priority)
    return `${open.length} ${priority}`
  }
  const unanswered = alerts.filter(({ isAnswered }) => !isAnswered).length
  return (
    `[${bar}] ${clock(nowMs - stage.startMs)} of ${clock(stage.endMs - stage.startMs)}` +
    ` | ${state.fixesPerSecond.toFixed(1)} fixes/s, ${state.sentCount} sent` +
    ` | ${stage.scenario.registry.persons.length} people` +
    ` | alerts ${count('P1')} ${count('P2')} ${count('P3')}, ${unanswered} unanswered` +
    ` | shown ${state.shownCount} of ${state.expectedCount}`
  )
}

function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  return `${String(minutes).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}
