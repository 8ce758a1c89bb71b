import { makeRoom } from '../dossier/dossier.ts'
import type { Dossier } from '../dossier/dossier-state.ts'
import { packFix, toCaseFix } from '../fixes/case-fix.ts'
import { packWho } from '../fixes/fix-window.ts'
import type { Effect } from '../model/alert.ts'
import type { Fix } from '../model/fix.ts'
import { readNumber, takePlace, writeNumber } from '../model/number-slab.ts'
import { takeQuiet } from '../quiet/quiet-fix.ts'
import { dossierRow, memberRow } from '../quiet/quiet-rows.ts'
import type { Trail } from '../quiet/trail.ts'
import { rowOf } from '../quiet/trail.ts'
import { learnHeard } from '../watch/hear-quietly.ts'
import { heardRow } from '../watch/heard-rows.ts'
import { applyMemberFix, findDossierDevice, mergeEffects, noteTouched } from './engine-dossiers.ts'
import type { DossierMember } from './dossier-book.ts'
import type { Engine } from './engine-state.ts'

/**
 * Takes a fix of a device that was heard quietly (`heardAt` is its row) into each dossier of its
 * wearer: where its numbers prove that nothing follows, by these alone, else judged in full.
 */
export function applyHeardFix(engine: Engine, heardAt: number, fix: Fix): Effect[] {
  const { quiet, incoming, limits } = engine
  packFix(fix, limits, incoming)
  let effects = nothing
  const count = readNumber(quiet.slab.numbers, heardAt + heardRow.memberCount)
  for (let place = 0; place < count; place++) {
    const { numbers } = quiet.slab
    const memberAt = findMemberAt(numbers, heardAt, place)
    const taking = takeQuiet(numbers, memberAt, incoming, limits)
    const dossierAt = readNumber(numbers, memberAt + memberRow.dossierAt)
    // Hot path: it differs from its snapshot already.
    if (taking === 'taken' && numbers[dossierAt + dossierRow.isTouched] === 1) continue
    const number = readNumber(numbers, memberAt + memberRow.number)
    const member = engine.dossiers.memberAt(number)
    if (member === undefined) continue
    const found = applyInMember(engine, member, { fix, memberAt, taking })
    if (found.length > 0) effects = effects.length === 0 ? found : mergeEffects(effects, found)
  }
  return effects
}

type Coming = {
  readonly fix: Fix
  readonly memberAt: number
  readonly taking: ReturnType<typeof takeQuiet>
}

function applyInMember(
  engine: Engine,
  { dossier, personSlot, number }: DossierMember,
  { fix, memberAt, taking }: Coming,
): Effect[] {
  const { quiet, limits } = engine
  const isTaken =
    taking === 'taken' || (taking === 'full' && takeWithRoom(engine, dossier, memberAt))
  if (isTaken) {
    noteTouched(engine, dossier)
    return nothing
  }
  const deviceSlot = readNumber(quiet.slab.numbers, memberAt + memberRow.device) - 1
  const effects = applyMemberFix(engine, dossier, toCaseFix(fix, personSlot, deviceSlot, limits))
  // Its people may have got another place.
  writeMember(dossier.trail, { personSlot, deviceSlot, number }, memberAt)
  return effects
}

/** Once the fold has read what waits. */
function takeWithRoom({ quiet, incoming, limits }: Engine, dossier: Dossier, at: number): boolean {
  makeRoom(dossier)
  return takeQuiet(quiet.slab.numbers, at, incoming, limits) === 'taken'
}

/** After a fix was taken in in full: how the next one of its device is taken in by numbers. */
export function learnRoute(engine: Engine, { deviceId }: Fix, personId: string | null): void {
  const device = engine.watch.devices.get(deviceId)
  const at = engine.watch.heard.places.get(deviceId)
  if (device === undefined || at === undefined) return
  if (personId === null || device.personId !== personId) return
  const members = engine.dossiers.membersOf(personId)
  const { slab } = engine.quiet
  const knownCount = readNumber(slab.numbers, at + heardRow.memberCount)
  if (members.length > knownCount) {
    const length = members.length * memberRow.length
    const isRoom = length <= heardRow.length - heardRow.memberRoom
    const membersAt = isRoom ? at + heardRow.memberRoom : takePlace(slab, length)
    writeNumber(slab, at + heardRow.membersAt, membersAt)
  }
  writeNumber(slab, at + heardRow.memberCount, members.length)
  for (const [place, member] of members.entries()) {
    const { dossier, personSlot, number } = member
    const deviceSlot = findDossierDevice(engine, dossier, deviceId)
    const memberAt = findMemberAt(slab.numbers, at, place)
    writeMember(dossier.trail, { personSlot, deviceSlot, number }, memberAt)
  }
  learnHeard(engine.watch, device)
}

/** How `takeQuiet` finds the rows of this dossier from the row of the device. */
function writeMember(trail: Trail, member: MemberSlots, memberAt: number): void {
  const { numbers } = trail.quiet.slab
  const { personSlot, deviceSlot, number } = member
  numbers[memberAt + memberRow.number] = number
  numbers[memberAt + memberRow.dossierAt] = trail.at
  numbers[memberAt + memberRow.personAt] = rowOf(trail, personSlot)
  numbers[memberAt + memberRow.device] = deviceSlot + 1
  numbers[memberAt + memberRow.who] = packWho(personSlot, deviceSlot, 0)
}

type MemberSlots = {
  readonly personSlot: number
  readonly deviceSlot: number
  readonly number: number
}

function findMemberAt(numbers: Float64Array, heardAt: number, place: number): number {
  return readNumber(numbers, heardAt + heardRow.membersAt) + place * memberRow.length
}

const nothing: Effect[] = []
