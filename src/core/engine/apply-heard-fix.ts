import { packFix } from '../fixes/case-fix.ts'
import type { Effect } from '../model/alert.ts'
import type { Fix } from '../model/fix.ts'
import { readNumber, takePlace } from '../model/number-slab.ts'
import { findWearer } from '../model/registry-index.ts'
import { takeQuiet } from '../quiet/quiet-fix.ts'
import { memberRow, writeMember } from '../quiet/quiet-rows.ts'
import { dossierRow } from '../quiet/trail.ts'
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
    if (takeQuiet(numbers, memberAt, incoming, limits)) {
      const dossierAt = readNumber(numbers, memberAt + memberRow.dossierAt)
      // Hot path: it differs from its snapshot already.
      if (numbers[dossierAt + dossierRow.isTouched] === 1) continue
      const member = findMember(engine, fix, place)
      if (member !== undefined) noteTouched(engine, member.dossier)
      continue
    }
    const member = findMember(engine, fix, place)
    if (member === undefined) continue
    const found = applyMemberFix(engine, member.dossier, member.personSlot, fix)
    // Its people may have got another place.
    writeMemberOf(engine, member, fix.deviceId, memberAt)
    if (found.length > 0) effects = effects.length === 0 ? found : mergeEffects(effects, found)
  }
  return effects
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
    const membersAt = takePlace(slab, members.length * memberRow.length)
    slab.numbers[at + heardRow.membersAt] = membersAt
  }
  slab.numbers[at + heardRow.memberCount] = members.length
  for (const [place, member] of members.entries()) {
    writeMemberOf(engine, member, deviceId, findMemberAt(slab.numbers, at, place))
  }
  learnHeard(engine.watch, device)
}

function findMemberAt(numbers: Float64Array, heardAt: number, place: number): number {
  return readNumber(numbers, heardAt + heardRow.membersAt) + place * memberRow.length
}

function writeMemberOf(
  engine: Engine,
  { dossier, personSlot }: DossierMember,
  deviceId: string,
  memberAt: number,
): void {
  const deviceSlot = findDossierDevice(engine, dossier, deviceId)
  writeMember(dossier.trail, { personSlot, deviceSlot }, memberAt)
}

/** In the order in which `learnRoute` found them: whoever joins one makes the device forgotten. */
function findMember(engine: Engine, fix: Fix, place: number): DossierMember | undefined {
  const personId = findWearer(engine.index, fix.deviceId, fix.recordedAtMs)
  return personId === null ? undefined : engine.dossiers.membersOf(personId)[place]
}

const nothing: Effect[] = []
