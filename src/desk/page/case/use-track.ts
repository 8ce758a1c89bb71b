import { useEffect, useState } from 'preact/hooks'
import { readAlertTrack, type Alert, type AlertTrack } from '../net/api.ts'
import { useReading } from '../net/use-reading.ts'

/**
 * The last hour of an alert, read when its case is opened, when it is told again, and each minute
 * while it goes on and is looked at: every reading is on record under somebody's name, so none is
 * made that nobody sees.
 */
export function useTrack(alert: Alert, isAsked: boolean): AlertTrack | null {
  const [round, setRound] = useState(0)
  const isLive = isAsked && alert.stillGoingOn && alert.status !== 'closed' && !alert.late
  useEffect(() => {
    if (!isLive) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setRound((before) => before + 1)
    }, againMs)
    return () => clearInterval(timer)
  }, [isLive, alert.id])
  const since = [round, alert.toldAt, alert.status, alert.acknowledgedBy].join(' ')
  return useReading(isAsked ? alert.id : null, readAlertTrack, since).body
}

const againMs = 60_000
