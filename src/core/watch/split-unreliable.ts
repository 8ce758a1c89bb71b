import type { UnplacedAlert, UnreliableAlert } from './open-alerts.ts'
import type { WatchedPerson } from './watch-state.ts'

/** What was told of one monitor stood for the whole person, before each had its own alert. */
export function splitUnreliable(
  saved: SavedUnreliable | null,
  ofMonitors: readonly UnplacedAlert[] | undefined,
): ToldOfPerson {
  if (saved === null) return { unreliable: null, unplaced: ofMonitors ?? [] }
  const { unplaced: monitor, ...told } = saved
  if (monitor == null) return { unreliable: told, unplaced: ofMonitors ?? [] }
  const { alertId, priority, lastingSinceMs } = saved
  const alert = { isApart: false, ...monitor, alertId, priority, lastingSinceMs }
  return { unreliable: null, unplaced: [alert] }
}

type ToldOfPerson = Pick<WatchedPerson, 'unreliable' | 'unplaced'>

/** Before an update it was about one monitor, too. */
export type SavedUnreliable = UnreliableAlert & { readonly unplaced?: SavedUnplaced | null }
type SavedUnplaced = Pick<UnplacedAlert, 'deviceId' | 'lastPlaceAtMs' | 'backSinceMs'> &
  Partial<UnplacedAlert>
