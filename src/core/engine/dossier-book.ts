import type { Dossier } from '../dossier/dossier-state.ts'
import type { RegistryIndex } from '../model/registry-index.ts'
import type { ProtectionOrder } from '../model/registry.ts'

/**
 * All dossiers of a shard. After a start most are asleep: what they are made of is at hand, and
 * putting all of them together at once would keep everybody waiting. Whoever asks for one is given
 * it whole, so that nobody can tell one that slept from one that did not. `noteMember` is told of
 * whoever becomes part of one more.
 */
export function createDossierBook(
  { casesByPerson }: Pick<RegistryIndex, 'casesByPerson'>,
  wakeUp: WakeUp,
  noteMember: (personId: string) => void = () => {},
): DossierBook {
  const byOffender = new Map<string, Dossier>()
  const lists: Lists = { byPerson: new Map(), everyone: [], casesByPerson }
  const asleep = new Map<Dossier, Sleeper>()
  const wake = (dossier: Dossier): void => {
    const sleeper = asleep.get(dossier)
    if (sleeper === undefined) return
    // First, because whatever wakes it asks for it.
    asleep.delete(dossier)
    wakeUp(dossier, sleeper)
  }
  return {
    size: () => byOffender.size,
    get(offenderId) {
      const dossier = byOffender.get(offenderId)
      if (dossier !== undefined && asleep.size > 0) wake(dossier)
      return dossier
    },
    membersOf(personId) {
      const members = lists.byPerson.get(personId) ?? noMembers
      if (asleep.size > 0) for (const { dossier } of members) wake(dossier)
      return members
    },
    values() {
      for (const dossier of asleep.keys()) wake(dossier)
      return byOffender.values()
    },
    *valuesAwake() {
      for (const dossier of byOffender.values()) if (!asleep.has(dossier)) yield dossier
    },
    add: (dossier) => void byOffender.set(dossier.offenderId, dossier),
    enlist(dossier) {
      for (const personId of listUnder(lists, dossier)) noteMember(personId)
    },
    memberAt: (number) => lists.everyone[number],
    remove: (dossier) => strike({ byOffender, ...lists }, dossier),
    layToSleep: (dossier, sleeper) => void asleep.set(dossier, sleeper),
    findAsleep(offenderId) {
      const dossier = byOffender.get(offenderId)
      const sleeper = dossier && asleep.get(dossier)
      return sleeper === undefined || dossier === undefined ? null : { dossier, sleeper }
    },
    hasAsleep: () => asleep.size > 0,
    listAsleep: () => Array.from(asleep.keys(), ({ offenderId }) => offenderId),
  }
}

/** Under each of its people; answers who was not listed with it before. */
function listUnder({ byPerson, everyone, casesByPerson }: Lists, dossier: Dossier): string[] {
  const listed: string[] = []
  for (const [personSlot, personId] of dossier.persons.entries()) {
    const members = byPerson.get(personId) ?? noMembers
    if (members.some((member) => member.dossier === dossier)) continue
    const member = { dossier, personSlot, number: everyone.length }
    everyone.push(member)
    const cases = casesByPerson.get(personId) ?? []
    const place = placeIn(cases, dossier)
    const before = members.findLastIndex((one) => placeIn(cases, one.dossier) <= place)
    byPerson.set(personId, members.toSpliced(before + 1, 0, member))
    listed.push(personId)
  }
  return listed
}

/** Whose order is not at hand, but was when a snapshot was saved, comes last. */
function placeIn(cases: readonly string[], { offenderId }: Dossier): number {
  const place = cases.indexOf(offenderId)
  return place === -1 ? Infinity : place
}

function strike({ byOffender, byPerson, everyone }: Lists & Book, dossier: Dossier): void {
  byOffender.delete(dossier.offenderId)
  for (const personId of dossier.persons) {
    const left: DossierMember[] = []
    for (const member of byPerson.get(personId) ?? []) {
      if (member.dossier === dossier) everyone[member.number] = undefined
      else left.push(member)
    }
    byPerson.set(personId, left)
  }
}

type Book = { readonly byOffender: Map<string, Dossier> }
type Lists = Pick<RegistryIndex, 'casesByPerson'> & {
  readonly byPerson: Map<string, readonly DossierMember[]>
  readonly everyone: (DossierMember | undefined)[]
}

export type DossierBook = {
  readonly size: () => number
  readonly get: (offenderId: string) => Dossier | undefined
  /** In the order in which orders first named that person. */
  readonly membersOf: (personId: string) => readonly DossierMember[]
  /** By its number; it does not sleep. */
  readonly memberAt: (number: number) => DossierMember | undefined
  /** Wakes all of them. */
  readonly values: () => Iterable<Dossier>
  readonly valuesAwake: () => Iterable<Dossier>
  readonly add: (dossier: Dossier) => void
  /** Lists the dossier under each of its people. */
  readonly enlist: (dossier: Dossier) => void
  /** It is judged elsewhere; nobody may be asleep. */
  readonly remove: (dossier: Dossier) => void
  readonly layToSleep: (dossier: Dossier, sleeper: Sleeper) => void
  /** As it sleeps: only its people are known. */
  readonly findAsleep: (
    offenderId: string,
  ) => { readonly dossier: Dossier; readonly sleeper: Sleeper } | null
  readonly hasAsleep: () => boolean
  readonly listAsleep: () => string[]
}

export type DossierMember = {
  readonly dossier: Dossier
  readonly personSlot: number
  /** In the order in which they were listed. */
  readonly number: number
}

/** What a dossier that sleeps is made of. */
export type Sleeper = {
  /** Each version of each order with the moment it was learned, in order. */
  readonly orders: { readonly order: ProtectionOrder; readonly learnedAtMs: number }[]
  /** As it was saved. */
  state: string | null
}

type WakeUp = (dossier: Dossier, sleeper: Sleeper) => void

const noMembers: readonly DossierMember[] = []
