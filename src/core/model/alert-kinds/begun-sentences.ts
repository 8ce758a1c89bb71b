import { formatSpan } from './repeat-sentences.ts'
import type { AlertMatter } from './sentence.ts'
import { formatChance, formatChanceInDutch, formatMeters } from './sentence.ts'

/** A ban came into force after the last sighting: what was seen then, and how long before. */
export function tellBegun(matter: AlertMatter): Begun | null {
  const { seenBeforeMs } = matter.facts
  if (typeof seenBeforeMs !== 'number') return null
  const before = formatBefore(seenBeforeMs, { day: 'days', hour: 'h' })
  const when = `${before} before the ban came into force, and has not been seen since`
  const meters = Math.round(matter.distanceMeters ?? 0)
  return {
    breach: `The offender was last seen inside the banned area ${when} (probability ${formatChance(matter)}).`,
    approach: `The offender was last seen about ${meters} m from the border of the banned area ${when}.`,
    apart: `The offender and the victim were last seen about ${meters} m apart, the last of the two ${before} before the ban came into force and not since.`,
  }
}

export function tellBegunInDutch(matter: AlertMatter): Begun | null {
  const { seenBeforeMs } = matter.facts
  if (typeof seenBeforeMs !== 'number') return null
  const before = formatBefore(seenBeforeMs, { day: 'dagen', hour: 'uur' })
  const when = `${before} voordat het verbod inging, en sindsdien niet opnieuw`
  const meters = formatMeters(matter.distanceMeters)
  return {
    breach: `De persoon onder toezicht is het laatst in het verboden gebied gezien ${when} (kans ${formatChanceInDutch(matter)}).`,
    approach: `De persoon onder toezicht is het laatst op ongeveer ${meters} van de grens van het verboden gebied gezien ${when}.`,
    apart: `De persoon onder toezicht en het slachtoffer zijn het laatst op ongeveer ${meters} van elkaar gezien, de laatste van de twee ${when}.`,
  }
}

type Begun = { readonly breach: string; readonly approach: string; readonly apart: string }

function formatBefore(ms: number, units: Parameters<typeof formatSpan>[1]): string {
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : formatSpan(ms, units)
}
