/**
 * Looks at each of many rows once, and again when its mark is another one because somebody wrote
 * it; one at fault is looked at each time, so that it is over as soon as it was mended.
 */
export function createLookAnew(looksMax: number): LookAnew {
  const sound = new Map<string, string>()
  const faulty = new Set<string>()
  return async (marks, findFaulty) => {
    const changed = marks.filter(({ id, mark }) => sound.get(id) !== mark)
    const looked = changed.slice(0, looksMax)
    const ids = looked.map(({ id }) => id)
    const found = new Set(ids.length === 0 ? [] : await findFaulty(ids))
    const begunIds = ids.filter((id) => found.has(id) && !faulty.has(id))
    for (const { id, mark } of looked) {
      if (found.has(id)) {
        sound.delete(id)
        faulty.add(id)
      } else {
        sound.set(id, mark)
        faulty.delete(id)
      }
    }
    const known = new Set(marks.map(({ id }) => id))
    for (const id of faulty) if (!known.has(id)) faulty.delete(id)
    return {
      faultyIds: [...faulty],
      begunIds,
      isUnseen: (id) => known.has(id) && !sound.has(id),
      isMore: changed.length > looked.length,
    }
  }
}

export type LookAnew = (
  marks: readonly Marked[],
  findFaulty: (ids: readonly string[]) => Promise<readonly string[]>,
) => Promise<Looked>

export type Marked = { readonly id: string; readonly mark: string }

type Looked = {
  readonly faultyIds: readonly string[]
  /** Of these, those that were not at fault before. */
  readonly begunIds: readonly string[]
  /** It is there and was not found sound: what was said of it before stands. */
  readonly isUnseen: (id: string) => boolean
  /** There are more to look at. */
  readonly isMore: boolean
}
