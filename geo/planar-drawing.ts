import type { Position } from './ban-shape.ts'

/** Pieces of lines between positions in whole 1e-7 degrees: what meets is the same to the bit. */
export class Drawing {
  readonly xs: number[] = []
  readonly ys: number[] = []
  from: number[] = []
  to: number[] = []
  lines: number[] = []
  private readonly vertexAt = new Map<number, number>()

  add(line: number, positions: readonly Position[]): void {
    let before = -1
    for (const [longitude, latitude] of positions) {
      const vertex = this.vertex(Math.round(longitude * 1e7), Math.round(latitude * 1e7))
      if (before >= 0 && before !== vertex) this.push(before, vertex, line)
      before = vertex
    }
  }

  /** Cuts every piece where another crosses or touches it, and drops what is there twice. */
  cut(): void {
    const cuts = this.findCuts()
    const { from, to, lines } = this
    const seen = new Set<number>()
    this.from = []
    this.to = []
    this.lines = []
    for (const [piece, start] of from.entries()) {
      const end = to[piece] ?? 0
      const along = (vertex: number) =>
        Math.abs((this.xs[vertex] ?? 0) - (this.xs[start] ?? 0)) +
        Math.abs((this.ys[vertex] ?? 0) - (this.ys[start] ?? 0))
      const stops = [...(cuts.get(piece) ?? [])].toSorted((one, other) => along(one) - along(other))
      let before = start
      for (const vertex of [...stops, end]) {
        const key = Math.min(before, vertex) * this.xs.length * 2 + Math.max(before, vertex)
        if (before !== vertex && !seen.has(key)) this.push(before, vertex, lines[piece] ?? 0)
        seen.add(key)
        before = vertex
      }
    }
  }

  private push(from: number, to: number, line: number): void {
    this.from.push(from)
    this.to.push(to)
    this.lines.push(line)
  }

  private vertex(x: number, y: number): number {
    // 1.8e9 by 0.9e9 do not fit one number; what lies within a few degrees does.
    const key = (x % keySpan) * keySpan + (y % keySpan)
    const known = this.vertexAt.get(key)
    if (known !== undefined) return known
    const vertex = this.xs.length
    this.xs.push(x)
    this.ys.push(y)
    this.vertexAt.set(key, vertex)
    return vertex
  }

  private findCuts(): Map<number, Set<number>> {
    const cuts = new Map<number, Set<number>>()
    const cutAt = (piece: number, vertex: number) => {
      cuts.set(piece, (cuts.get(piece) ?? new Set()).add(vertex))
    }
    for (const pieces of this.gatherCells().values()) {
      for (const [place, one] of pieces.entries()) {
        for (const other of pieces.slice(place + 1)) this.cross(one, other, cutAt)
      }
    }
    return cuts
  }

  private gatherCells(): Map<number, number[]> {
    const cells = new Map<number, number[]>()
    for (const [piece, start] of this.from.entries()) {
      const end = this.to[piece] ?? 0
      const [west, east] = inOrder(this.xs[start] ?? 0, this.xs[end] ?? 0)
      const [south, north] = inOrder(this.ys[start] ?? 0, this.ys[end] ?? 0)
      for (let column = west; column <= east; column++) {
        for (let row = south; row <= north; row++) {
          const key = column * cellKeySpan + row
          const pieces = cells.get(key)
          if (pieces === undefined) cells.set(key, [piece])
          else pieces.push(piece)
        }
      }
    }
    return cells
  }

  private cross(one: number, other: number, cutAt: (piece: number, vertex: number) => void): void {
    const [a, b] = [this.from[one] ?? 0, this.to[one] ?? 0]
    const [c, d] = [this.from[other] ?? 0, this.to[other] ?? 0]
    const [sideC, sideD] = [this.sideOf(a, b, c), this.sideOf(a, b, d)]
    const [sideA, sideB] = [this.sideOf(c, d, a), this.sideOf(c, d, b)]
    if (sideC * sideD < 0 && sideA * sideB < 0) {
      const share = sideC / (sideC - sideD)
      const x = (this.xs[c] ?? 0) + share * ((this.xs[d] ?? 0) - (this.xs[c] ?? 0))
      const y = (this.ys[c] ?? 0) + share * ((this.ys[d] ?? 0) - (this.ys[c] ?? 0))
      const vertex = this.vertex(Math.round(x), Math.round(y))
      cutAt(one, vertex)
      cutAt(other, vertex)
      return
    }
    for (const [vertex, side] of [
      [c, sideC],
      [d, sideD],
    ] as const) {
      if (side === 0 && this.isBetween(a, b, vertex)) cutAt(one, vertex)
    }
    for (const [vertex, side] of [
      [a, sideA],
      [b, sideB],
    ] as const) {
      if (side === 0 && this.isBetween(c, d, vertex)) cutAt(other, vertex)
    }
  }

  private sideOf(from: number, to: number, vertex: number): number {
    const [x, y] = [this.xs[from] ?? 0, this.ys[from] ?? 0]
    return (
      ((this.xs[to] ?? 0) - x) * ((this.ys[vertex] ?? 0) - y) -
      ((this.ys[to] ?? 0) - y) * ((this.xs[vertex] ?? 0) - x)
    )
  }

  private isBetween(from: number, to: number, vertex: number): boolean {
    if (vertex === from || vertex === to) return false
    const [x, y] = [this.xs[vertex] ?? 0, this.ys[vertex] ?? 0]
    return (
      (x - (this.xs[from] ?? 0)) * (x - (this.xs[to] ?? 0)) <= 0 &&
      (y - (this.ys[from] ?? 0)) * (y - (this.ys[to] ?? 0)) <= 0
    )
  }
}

/** More than the width of a province, in 1e-7 degrees; its square still is a whole number. */
const keySpan = 80_000_000

/** Some hundred metres: a street has few pieces in each, and few others. */
const cellE7 = 20_000
const cellKeySpan = 1_000_000

function inOrder(one: number, other: number): [number, number] {
  const [first, second] = [Math.floor(one / cellE7), Math.floor(other / cellE7)]
  return first < second ? [first, second] : [second, first]
}
