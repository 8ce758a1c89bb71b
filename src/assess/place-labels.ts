/**
 * Where street names are written: along the longest straight stretch of each, turned to read from
 * left to right, main roads first, and none over another.
 */
export function placeLabels(streets: readonly Street[], page: Page): PlacedLabel[] {
  const best = new Map<string, { readonly rank: number; readonly stretch: Stretch }>()
  for (const { name, rank, line } of streets) {
    for (let at = 1; at < line.length; at++) {
      const stretch = stretchOf(line[at - 1], line[at])
      const known = best.get(name)
      if (known !== undefined && known.stretch.length >= stretch.length) continue
      best.set(name, { rank, stretch })
    }
  }
  const placed: PlacedLabel[] = []
  const sorted = [...best].toSorted(
    ([, one], [, other]) => one.rank - other.rank || other.stretch.length - one.stretch.length,
  )
  for (const [name, { stretch }] of sorted) {
    const label = { name, width: name.length * letterMillimeters, ...stretch }
    const isOff = !isOnPage(label, page) || placed.some((other) => touches(label, other))
    if (stretch.length >= shortestMillimeters && !isOff) placed.push(label)
    if (placed.length >= labelCountMax) break
  }
  return placed
}

export type Street = {
  readonly name: string
  /** Smaller is more important. */
  readonly rank: number
  readonly line: readonly (readonly [number, number])[]
}

export type PlacedLabel = Stretch & { readonly name: string; readonly width: number }

type Stretch = {
  readonly x: number
  readonly y: number
  readonly degrees: number
  readonly length: number
}

type Page = { readonly width: number; readonly height: number }

const letterMillimeters = 1.15
const shortestMillimeters = 4
const labelCountMax = 45

function stretchOf(
  one: readonly [number, number] | undefined,
  other: readonly [number, number] | undefined,
): Stretch {
  const [x1, y1] = one ?? [0, 0]
  const [x2, y2] = other ?? [0, 0]
  const degrees = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI
  const upright = degrees > 90 ? degrees - 180 : degrees < -90 ? degrees + 180 : degrees
  return {
    x: Math.round(((x1 + x2) / 2) * 100) / 100,
    y: Math.round(((y1 + y2) / 2) * 100) / 100,
    degrees: Math.round(upright),
    length: Math.hypot(x2 - x1, y2 - y1),
  }
}

function isOnPage({ x, y, width }: PlacedLabel, page: Page): boolean {
  const half = width / 2
  return x > half && x < page.width - half && y > 3 && y < page.height - 9
}

/** As circles along both: near enough for names that are long and thin. */
function touches(one: PlacedLabel, other: PlacedLabel): boolean {
  return spots(one).some(([x1, y1]) =>
    spots(other).some(([x2, y2]) => Math.hypot(x1 - x2, y1 - y2) < 2.4),
  )
}

function spots({ x, y, degrees, width }: PlacedLabel): [number, number][] {
  const count = Math.max(1, Math.ceil(width / 2))
  const turn = (degrees * Math.PI) / 180
  return Array.from({ length: count }, (_, index) => {
    const along = ((index + 0.5) / count - 0.5) * width
    return [x + along * Math.cos(turn), y + along * Math.sin(turn)]
  })
}
