import type { FeatureKind } from '../roads/street-map.ts'
import { decimal } from './check-result.ts'

/** A time that somebody has, in Dutch: down, and coarse. Nobody knows it to the second. */
export function tellAtLeastNl(seconds: number): string {
  if (seconds >= 3_600) return 'meer dan een uur'
  if (seconds < 10) return 'minder dan 10 seconden'
  if (seconds < 60) return `${Math.floor(seconds / 10) * 10} seconden`
  return minutesNl(Math.floor(seconds / 30))
}

/** A time that somebody needs: up, and as coarse. */
export function tellAtMostNl(seconds: number): string {
  if (seconds <= 50) return `${Math.ceil(seconds / 10) * 10} seconden`
  return minutesNl(Math.ceil(seconds / 30))
}

function minutesNl(halves: number): string {
  const minutes = Math.floor(halves / 2)
  const half = halves % 2 === 1 ? '½' : ''
  return minutes === 1 && half === '' ? '1 minuut' : `${minutes}${half} minuten`
}

/** From a border to a door: down to tens, as no receiver knows the rest. */
export function tellReachNl(meters: number): string {
  return `${Math.floor(meters / 10) * 10} m`
}

/** Two digits are more than any of these numbers is good for, and below one they decide. */
export function tellCoarseNl(value: number): string {
  const steps = value < 1 ? 100 : 10
  return decimal(Math.round(value * steps) / steps)
}

/** What stands on the map without a name. */
export const featureWordsNl: Readonly<Record<FeatureKind, string>> = {
  building: 'gebouw',
  rail: 'spoor',
  station: 'station',
  water: 'water',
  wood: 'bos',
  shop: 'winkel',
  pharmacy: 'apotheek',
  doctor: 'huisarts',
  hospital: 'ziekenhuis',
  school: 'school',
  'town-hall': 'gemeentehuis',
  mall: 'winkelcentrum',
}
