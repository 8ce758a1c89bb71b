import { effect } from '@preact/signals'
import { incidents, looked } from './desk.ts'
import type { Looked } from './incidents.ts'
import { me } from './session.ts'

type Entry = readonly [id: string, atMs: number, rank: number]

/**
 * What somebody has looked at at this seat, so that a reload or a second page does not call all of
 * it new: ids, times and ranks alone, by who looked, and nothing of what is closed.
 */
export function keepLooked(): () => void {
  const stop = effect(() => {
    looked.value = readLooked(me.value?.id)
  })
  // Another page of this seat.
  const read = ({ key }: StorageEvent): void => {
    if (key === keyOf(me.peek()?.id)) looked.value = readLooked(me.peek()?.id)
  }
  addEventListener('storage', read)
  return () => {
    stop()
    removeEventListener('storage', read)
  }
}

export function saveLooked(
  id: string,
  now: { readonly atMs: number; readonly rank: number },
): void {
  const next = new Map(looked.peek()).set(id, now)
  for (const known of next.keys()) if (!incidents.peek().has(known)) next.delete(known)
  looked.value = next
  const entries = [...next].map(([key, { atMs, rank }]): Entry => [key, atMs, rank])
  const person = me.peek()?.id
  if (person !== undefined) localStorage.setItem(keyOf(person), JSON.stringify(entries))
}

/** What is not as it was written counts as nothing: then all is new once. */
export function readLooked(person: string | undefined): Looked {
  if (person === undefined) return new Map()
  try {
    const entries = JSON.parse(localStorage.getItem(keyOf(person)) ?? '[]') as readonly Entry[]
    return new Map(
      entries
        .filter(([, atMs, rank]) => Number.isFinite(atMs) && Number.isFinite(rank))
        .map(([id, atMs, rank]) => [id, { atMs, rank }]),
    )
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return new Map()
    throw error
  }
}

function keyOf(person: string | undefined): string {
  return `hoede-looked-${person}`
}
