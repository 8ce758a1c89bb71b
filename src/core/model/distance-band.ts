/**
 * How far apart, as somebody may be told it: a band, since a number to the metre is read as more
 * than a position knows. Where it is exact and who may see it, it is in the evidence.
 */
export function distanceBand(meters: number): DistanceBand {
  const place = boundsMeters.findIndex((bound) => meters < bound)
  if (place < 0) return { fromMeters: boundsMeters.at(-1) ?? 0, belowMeters: null }
  return {
    fromMeters: place === 0 ? null : (boundsMeters[place - 1] ?? null),
    belowMeters: boundsMeters[place] ?? null,
  }
}

export type DistanceBand = {
  /** Null: right beside each other. */
  readonly fromMeters: number | null
  /** Null: any distance above. */
  readonly belowMeters: number | null
}

/**
 * `null` where no distance is known. A band ends at the distance that an order allows, on the side
 * that is meant: "200 to 350 m" of two who must stay 300 m apart would leave it open.
 */
export function tellDistance(
  meters: number | null,
  language: 'en' | 'nl',
  allowedMeters: number | null = null,
): string {
  const words = bandWords[language]
  if (meters === null) return words.unknown
  const { fromMeters, belowMeters } = endAt(distanceBand(meters), meters, allowedMeters)
  const withUnit = (ofMeters: number): string => withUnitIn(language, ofMeters)
  if (belowMeters === null) return `${words.above} ${withUnit(fromMeters ?? 0)}`
  if (fromMeters === null) return `${words.below} ${withUnit(belowMeters)}`
  const from = withUnit(fromMeters)
  const below = withUnit(belowMeters)
  const [lower = '', unit] = from.split(' ')
  return `${below.endsWith(` ${unit}`) ? lower : from} ${words.to} ${below}`
}

/** Finer where it matters to who is on the way, and never finer than positions in a town are. */
const boundsMeters = [50, 100, 200, 350, 500, 1_000, 2_000, 5_000, 10_000] as const

function endAt(band: DistanceBand, meters: number, atMeters: number | null): DistanceBand {
  const { fromMeters, belowMeters } = band
  if (atMeters === null || !(atMeters > (fromMeters ?? 0))) return band
  if (!(atMeters < (belowMeters ?? Infinity))) return band
  return meters < atMeters ? { ...band, belowMeters: atMeters } : { ...band, fromMeters: atMeters }
}

function withUnitIn(language: 'en' | 'nl', meters: number): string {
  if (meters < 1_000) return `${meters} m`
  const kilometers = String(meters / 1_000)
  return `${language === 'nl' ? kilometers.replace('.', ',') : kilometers} km`
}

const bandWords = {
  en: { below: 'less than', above: 'more than', to: 'to', unknown: 'an unknown distance' },
  nl: { below: 'minder dan', above: 'meer dan', to: 'tot', unknown: 'een onbekende afstand' },
} as const
