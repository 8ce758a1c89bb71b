import type { EnforceabilityProposal } from '../core/enforceability/proposal.ts'
import type { StreetMap } from '../core/roads/street-map.ts'
import { dayNl } from './day-in-dutch.ts'

export type AdviceSources = {
  readonly proposal: Pick<EnforceabilityProposal, 'victimAddresses'>
  readonly map: StreetMap | null
  readonly limitsVersion: string
  /** The day it was made, as it is printed. */
  readonly day: string
}

/** Where an advice comes from, and what it does not know. */
export function writeLimits({ map, limitsVersion, day, proposal }: AdviceSources): string {
  const isByRoad = map !== null && proposal.victimAddresses !== null
  const age =
    map === null
      ? 'Er is geen kaart geraadpleegd: tijden gelden in een rechte lijn, en punten die een kaart vragen, zijn onbekend.'
      : `Wegen, gebouwen en adressen: © OpenStreetMap-bijdragers, ODbL${map.sourceSeconds === null ? ', van onbekende datum' : `, zoals op ${dayNl(map.sourceSeconds * 1000)}`}, kaart ${map.id.slice(0, 12)}.`
  const items = [
    age,
    ...(isOld(map, day) ? [oldMap] : []),
    isByRoad
      ? 'De tijd die beslist, is de kortste die aannemelijk is: te hard rijden, tegen de richting in, het laatste stuk te voet, of met de trein tot een station in het gebied. Wie gewoon reist, doet er langer over.'
      : 'De tijd die beslist, is die in een rechte lijn bij gewoon reizen; wie haast heeft, is er eerder.',
    'Een satellietpositie is een kans en geen punt; binnenshuis wijkt die tientallen meters af.',
    'Een verbod beschermt alleen als iemand reageert. Wat onbekend is, telt niet als in orde.',
    `Gemaakt op ${dayNl(Date.parse(day))} met drempels van versie ${limitsVersion}.`,
  ]
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`
}

/** Roads come in a year, and what is not on the map makes somebody slower than they are. */
function isOld(map: StreetMap | null, day: string): boolean {
  if (map === null) return false
  const sourceMs = (map.sourceSeconds ?? 0) * 1_000
  return Date.parse(day) - sourceMs > 366 * 86_400_000
}

const oldMap =
  'De kaart is ouder dan een jaar of van onbekende datum: wegen die er sindsdien bij kwamen, maken iemand sneller dan hier staat.'
