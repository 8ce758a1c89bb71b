import type { Dossier } from '../dossier/dossier-state.ts'
import type { Engine } from '../engine/engine-state.ts'
import { isGoingOn } from '../dossier/dossier.ts'

/**
 * Devices that should report faster than their plan, and how often: that of the victim of a pair
 * while an approach or breach of it is open, and that of the offender while one of a location ban
 * is; and those of everybody in a case whose risk profile asks for it, while its order is in force.
 * Where an area is, is told to the offender; where she is, is not: to ask his device because of her
 * would tell his vendor that she is near, each time. A device that is not listed is on its own plan
 * again. Only dossiers with an open episode have a deadline, so only they are looked at.
 */
export function listWantedIntervals(engine: Engine): Map<string, number> {
  const wanted = new Map<string, number>()
  for (const dossier of engine.ceasing.atMs.keys()) {
    for (const personId of listPeopleInDanger(dossier)) {
      addDevices(engine, personId, engine.limits.reportIntervalPursuitSeconds, wanted)
    }
  }
  for (const order of engine.index.ordersAskingReports.values()) {
    const isInForce = order.validFromMs <= engine.nowMs && engine.nowMs < order.validUntilMs
    if (order.status !== 'active' || !isInForce) continue
    const seconds = order.risk?.reportIntervalSeconds ?? Infinity
    const victimIds = order.proximityBans.map(({ victimId }) => victimId)
    for (const personId of [order.offenderId, ...victimIds]) {
      addDevices(engine, personId, seconds, wanted)
    }
  }
  return wanted
}

/** By fixes that were read: those that wait begin and end nothing, and go on waiting. */
function listPeopleInDanger(dossier: Dossier): Set<string> {
  const { context, offenderId } = dossier
  const { state } = dossier.trail
  const personIds = new Set<string>()
  if (state.bans.some((ban) => isGoingOn(dossier, ban))) personIds.add(offenderId)
  for (const rule of context.pairRules) {
    if (isGoingOn(dossier, state.pairs[rule.slot] ?? null)) personIds.add(rule.victimId)
  }
  return personIds
}

function addDevices(
  engine: Engine,
  personId: string,
  seconds: number,
  wanted: Map<string, number>,
): void {
  for (const deviceId of engine.watch.persons.get(personId)?.deviceIds ?? []) {
    const planSeconds = engine.index.devices.get(deviceId)?.reportIntervalSeconds ?? Infinity
    // One that reports as often by itself needs no word.
    const askedSeconds = wanted.get(deviceId) ?? planSeconds
    if (askedSeconds > seconds) wanted.set(deviceId, seconds)
  }
}
