import type { DeskFigures } from '../net/api.ts'

/**
 * Each figure beside the working figure of alarm desks (EEMUA 191, ISA-18.2, NENA) that it is
 * measured by. Null: there is too little to say.
 */
export function judgeFigures(figures: DeskFigures): readonly JudgedFigure[] {
  const { callCount, alertCount, repeatedCount, floodShare, hours, answers, sources } = figures
  const seatHours = hours.reduce((sum, { seatCount }) => sum + Math.max(seatCount, 1), 0)
  const raisedCount = answers.reduce((sum, answer) => sum + answer.raisedCount, 0)
  const p1 = answers.find(({ priority }) => priority === 'P1')
  const loud = sources.reduce((sum, source) => sum + source.callCount, 0)
  const closed = figures.outcomes.reduce((sum, { count }) => sum + count, 0)
  const untrue = figures.outcomes
    .filter(({ outcome }) => outcome === 'false-alarm' || outcome === 'device-fault')
    .reduce((sum, { count }) => sum + count, 0)
  const peak = hours.map((hour) => hour.callCount / Math.max(hour.seatCount, 1))
  const count = {
    p1Answer: p1?.raisedCount ?? 0,
    p1Share: raisedCount,
    repeats: alertCount,
    topTen: callCount,
    falseAlarms: closed,
  }
  const value = {
    callsPerSeat: share(callCount, seatHours),
    peakHour: peak.length === 0 ? null : peak.reduce((most, one) => Math.max(most, one), 0),
    p1Answer: p1?.p95Seconds ?? null,
    p1Share: share(p1?.raisedCount ?? 0, raisedCount),
    repeats: share(repeatedCount, alertCount),
    topTen: share(loud, callCount),
    flood: floodShare,
    falseAlarms: share(untrue, closed),
  }
  return goals.map((goal) => {
    const now = value[goal.name]
    const isGood = now === null ? null : now <= goal.atMost
    // Of one closed alert all or none are false. Who waited too long did, among however few.
    const isFew = 'atLeast' in goal && count[goal.name] < goal.atLeast
    const isSaid = !isFew || (goal.name === 'p1Answer' && isGood === false)
    return { ...goal, value: now, isGood: isSaid ? isGood : null }
  })
}

/** `atLeast`: of how many, for a share or a nineteenth of twenty to say something. */
const goals = [
  { name: 'callsPerSeat', unit: 'count', atMost: 6 },
  { name: 'peakHour', unit: 'count', atMost: 15 },
  { name: 'p1Answer', unit: 'seconds', atMost: 20, atLeast: 20 },
  { name: 'p1Share', unit: 'share', atMost: 0.1, atLeast: 20 },
  { name: 'repeats', unit: 'share', atMost: 0.1, atLeast: 20 },
  { name: 'topTen', unit: 'share', atMost: 0.05, atLeast: 20 },
  { name: 'flood', unit: 'share', atMost: 0.01 },
  { name: 'falseAlarms', unit: 'share', atMost: 0.1, atLeast: 20 },
] as const

export type JudgedFigure = (typeof goals)[number] & {
  readonly value: number | null
  readonly isGood: boolean | null
}

/** Per seat and hour, the line of the plot. */
export const callsPerSeatGoal = 6

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
