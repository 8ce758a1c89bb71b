import type { Reported } from './reported-episode.ts'
import { findToldEndMs } from './reported-episode.ts'

/**
 * The episodes of a dossier by id, as they were last reported, in the order found. There are up to
 * some hundreds and nearly all are over, so what is asked of all of them with each fix is known
 * here without reading them.
 */
export class ReportBook {
  private open: Reported[] = []
  private readonly byId = new Map<number, Reported>()
  private begunCount = 0
  private fullCount = 0
  private lowerCount = 0

  constructor(reported: readonly Reported[] = []) {
    for (const known of reported) this.put(known)
  }

  /** Those that staff do not know to be over, in the order found. */
  get goingOn(): readonly Reported[] {
    return this.open
  }

  get size(): number {
    return this.byId.size
  }

  /** Some were found by the clock, and by no fix yet (`begun.ts`). */
  get isAnyBegun(): boolean {
    return this.begunCount > 0
  }

  /** Some were learned late and rank as their kind does all the same (`report-over.ts`). */
  get isAnyLateInFull(): boolean {
    return this.fullCount > 0
  }

  get isAnyLate(): boolean {
    return this.fullCount > 0 || this.lowerCount > 0
  }

  has(id: number): boolean {
    return this.byId.has(id)
  }

  get(id: number): Reported | undefined {
    return this.byId.get(id)
  }

  values(): IterableIterator<Reported> {
    return this.byId.values()
  }

  put(known: Reported): void {
    const { id } = known.episode
    const before = this.byId.get(id)
    this.byId.set(id, known)
    this.count(known, 1)
    if (before === undefined) {
      if (isGoingOn(known)) this.open = [...this.open, known]
      return
    }
    this.count(before, -1)
    const at = this.open.indexOf(before)
    if (!isGoingOn(known)) this.takeOut(at)
    else if (at === -1) this.open = [...this.byId.values()].filter(isGoingOn)
    else this.open[at] = known
  }

  delete(id: number): void {
    const known = this.byId.get(id)
    if (known === undefined) return
    this.byId.delete(id)
    this.count(known, -1)
    this.takeOut(this.open.indexOf(known))
  }

  private takeOut(at: number): void {
    // Never in place: whoever walks through them may have this one ended.
    if (at !== -1) this.open = this.open.toSpliced(at, 1)
  }

  private count({ episode, lateRank }: Reported, step: number): void {
    if (episode.id < 0) this.begunCount += step
    if (lateRank === 'full') this.fullCount += step
    if (lateRank === 'lower') this.lowerCount += step
  }
}

function isGoingOn(known: Reported): boolean {
  return findToldEndMs(known) === null
}
