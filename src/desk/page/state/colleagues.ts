import type { AtDesk } from './desk.ts'

/**
 * Whom something can be given to, by who is here this moment and not when the case was read: the
 * list of the server is as old as the case, the beat three seconds. Those who are here come first;
 * a line that is `shown` keeps its place, as a digit chooses it, also if they leave meanwhile and
 * are in no list of ours.
 */
export function listChoices(query: {
  readonly colleagues: readonly Colleague[]
  readonly people: readonly AtDesk[]
  readonly myId: string | null
  readonly shown: readonly Colleague[]
}): readonly Choice[] {
  const here = new Map(query.people.map((one) => [one.id, one]))
  const known = new Map(query.colleagues.map(({ id, name }) => [id, name]))
  for (const { id, name } of [...query.people, ...query.shown])
    if (!known.has(id)) known.set(id, name)
  if (query.myId !== null) known.delete(query.myId)
  const shown = query.shown.map(({ id }) => id).filter((id) => known.has(id))
  const news = [...known.keys()].filter((id) => !shown.includes(id))
  const ids = [
    ...shown,
    ...news.filter((id) => here.has(id)),
    ...news.filter((id) => !here.has(id)),
  ]
  return ids.map((id) => {
    const name = known.get(id) ?? ''
    const isShared = [...known.values()].filter((other) => other === name).length > 1
    const seat = here.get(id)
    return {
      id,
      name,
      label: isShared ? `${name} …${id.slice(-4)}` : name,
      isHere: seat !== undefined,
      incidentId: seat?.incidentId ?? null,
    }
  })
}

export type Colleague = { readonly id: string; readonly name: string }

export type Choice = {
  readonly id: string
  readonly name: string
  /** The name, with the end of the id where two have one name. */
  readonly label: string
  readonly isHere: boolean
  /** What is open at that seat. */
  readonly incidentId: string | null
}
