import type { UnplacedAlert, UnreliableAlert } from './open-alerts.ts'
import type { WatchedPerson } from './watch-state.ts'

/** What was told of one monitor stood for the whole person, before each had its own alert. */
export function splitUnreliable(
  saved: SavedUnreliable | null,
  ofMonitors: readonly SavedMonitor[] | undefined,
): ToldOfPerson {
  const unplaced = (ofMonitors ?? []).map((alert) => ({ apartFromId: null, ...alert }))
  if (saved === null) return { unreliable: null, unplaced }
  const { unplaced: monitor, ...told } = saved
  if (monitor == null) return { unreliable: told, unplaced }
  const { alertId, priority, lastingSinceMs } = saved
  const alert = { isApart: false, apartFromId: null, ...monitor, alertId, priority, lastingSinceMs }
  return { unreliable: null, unplaced: [alert] }
}

type ToldOfPerson = Pick<WatchedPerson, 'unreliable' | 'unplaced'>

/** Before an update it was about one monitor, too. */
export type SavedUnreliable = UnreliableAlert & { readonly unplaced?: SavedUnplaced | null }
export type SavedMonitor = Omit<UnplacedAlert, 'apartFromId'> &
  Partial<Pick<UnplacedAlert, 'apartFromId'>>
type SavedUnplaced = Pick<UnplacedAlert, 'deviceId' | 'lastPlaceAtMs' | 'backSinceMs'> &
  Partial<UnplacedAlert>
