import type { Dossier } from '../dossier/dossier-state.ts'
import { readLastSeen, type LastSeen } from '../quiet/read-seen.ts'

/**
 * Where the last believed fix of this person was, by what one dossier knows. Asked each second of
 * everybody: by numbers alone where they are known, so that what waits to be read goes on waiting.
 */
export function findLastSeen(dossier: Dossier, personSlot: number): LastSeen | null {
  return (
    readLastSeen(dossier.trail, personSlot) ?? dossier.state.tracks[personSlot]?.sighting ?? null
  )
}
