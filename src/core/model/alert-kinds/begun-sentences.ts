import { tellDistance } from '../distance-band.ts'
import { formatSpan } from './repeat-sentences.ts'
import type { AlertMatter } from './sentence.ts'
import { formatSureness, formatSurenessInDutch } from './sentence.ts'

/** A ban came into force after the last sighting: what was seen then, and how long before. */
export function tellBegun(matter: AlertMatter): Begun | null {
  const { seenBeforeMs } = matter.facts
  if (typeof seenBeforeMs !== 'number') return null
  const before = formatBefore(seenBeforeMs, { day: 'days', hour: 'h' })
  const isOther = matter.facts['isOtherSeenSince'] === true
  const since = isOther
    ? 'by a device that has given no position since, while another one has'
    : 'and has not been seen since'
  const when = `${before} before the ban came into force, ${since}`
  const meters = tellDistance(matter.distanceMeters, 'en')
  const apart = `The offender and the victim were last seen ${meters} apart, the last of the two ${before} before the ban came into force, ${isOther ? since : 'and not since'}.`
  if (matter.facts['isSeenDoubtfully'] === true) {
    const report = `${before} before the ban came into force, was not believed, and ${isOther ? 'its device gave none since, while another one did' : 'none came since'}`
    return {
      breach: `The offender may be inside the banned area: a position there, given ${report} (${formatSureness(matter)}).`,
      approach: `The offender may be near the banned area: a position ${meters} from its border, given ${report}.`,
      apart,
    }
  }
  return {
    breach: `The offender was last seen inside the banned area ${when} (${formatSureness(matter)}).`,
    approach: `The offender was last seen ${meters} from the border of the banned area ${when}.`,
    apart,
  }
}

export function tellBegunInDutch(matter: AlertMatter): Begun | null {
  const { seenBeforeMs } = matter.facts
  if (typeof seenBeforeMs !== 'number') return null
  const before = formatBefore(seenBeforeMs, { day: 'dagen', hour: 'uur' })
  const isOther = matter.facts['isOtherSeenSince'] === true
  const since = isOther
    ? 'door een apparaat dat sindsdien geen positie gaf, terwijl een ander dat wel deed'
    : 'en sindsdien niet opnieuw'
  const when = `${before} voordat het verbod inging, ${since}`
  const meters = tellDistance(matter.distanceMeters, 'nl')
  const apart = `De persoon onder toezicht en de beschermde persoon zijn het laatst op ${meters} van elkaar gezien, de laatste van de twee ${when}.`
  if (matter.facts['isSeenDoubtfully'] === true) {
    const report = `${before} voordat het verbod inging, werd niet geloofd, en ${isOther ? 'het apparaat gaf er sindsdien geen, terwijl een ander dat wel deed' : 'sindsdien kwam er geen'}`
    return {
      breach: `De persoon onder toezicht is misschien in het verboden gebied: een positie daar, van ${report} (${formatSurenessInDutch(matter)}).`,
      approach: `De persoon onder toezicht is misschien in de buurt van het verboden gebied: een positie op ${meters} van de grens, van ${report}.`,
      apart,
    }
  }
  return {
    breach: `De persoon onder toezicht is het laatst in het verboden gebied gezien ${when} (${formatSurenessInDutch(matter)}).`,
    approach: `De persoon onder toezicht is het laatst op ${meters} van de grens van het verboden gebied gezien ${when}.`,
    apart,
  }
}

type Begun = { readonly breach: string; readonly approach: string; readonly apart: string }

function formatBefore(ms: number, units: Parameters<typeof formatSpan>[1]): string {
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : formatSpan(ms, units)
}
