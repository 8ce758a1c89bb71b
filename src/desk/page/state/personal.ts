import { signal } from '@preact/signals'
import { me } from './session.ts'

/** What the page keeps for one person: whoever signs in next at this seat begins with the empty. */
export function makePersonal<T>(empty: T): Personal<T> {
  const all = signal<ReadonlyMap<string | null, T>>(new Map())
  return {
    get value() {
      return all.value.get(me.value?.id ?? null) ?? empty
    },
    set value(next) {
      all.value = new Map(all.peek()).set(me.peek()?.id ?? null, next)
    },
    peek: () => all.peek().get(me.peek()?.id ?? null) ?? empty,
  }
}

type Personal<T> = { value: T; readonly peek: () => T }
