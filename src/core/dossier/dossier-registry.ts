import assert from 'node:assert/strict'
import { refreshBanFinder } from '../rules/ban-finder.ts'
import {
  amendBanRule,
  amendPairRule,
  createBanRule,
  createPairRule,
} from '../rules/ban-versions.ts'
import { forgetRules } from '../quiet/trail.ts'
import { catchUp } from '../quiet/trail.ts'
import type { Dossier } from './dossier-state.ts'
import { extendDossier, reviseDossier } from './dossier.ts'
import { addConfirmWindow } from '../rules/confirm-window.ts'
import { personSlotsMax } from '../fixes/fix-window.ts'
import type { ProtectionOrder } from '../model/registry.ts'
import { offenderSlot } from '../fixes/case-fix.ts'

/**
 * Brings the rules of the dossier up to date with a new or amended order. A ban of an order not
 * seen before counts from the order's own start, for late fixes too; an amendment counts from
 * `nowMs` on. True when the fixes at hand must be judged again.
 */
export function applyOrderToDossier(
  dossier: Dossier,
  order: ProtectionOrder,
  nowMs: number,
): boolean {
  const { context } = dossier
  const { limits, banRules, pairRules } = context
  catchUp(dossier.trail, context)
  assert(order.offenderId === dossier.offenderId)
  assert(order.locationBans.length <= limits.bansPerOrderMax, 'bans per order are bounded')
  assert(order.proximityBans.length <= limits.victimsPerOrderMax, 'victims are bounded')
  const isKnown = [...banRules, ...pairRules].some((rule) => rule.orderId === order.id)
  const fromMs = isKnown ? nowMs : -Infinity
  const now = { fromMs: nowMs, limits }
  let isChanged = false
  for (const ban of order.locationBans) {
    const rule = context.banRules.find((candidate) => candidate.banId === ban.id)
    if (rule !== undefined) {
      isChanged = amendBanRule(rule, order, ban, now) || isChanged
    } else {
      const added = createBanRule(context.banRules.length, order, ban, { fromMs, limits })
      // As long as it has to be: to a list that is pushed to, room for sixteen is added.
      context.banRules = context.banRules.concat(added)
      isChanged = true
    }
  }
  for (const ban of order.proximityBans) {
    const rule = context.pairRules.find(
      (candidate) => candidate.banId === ban.id && candidate.victimId === ban.victimId,
    )
    if (rule !== undefined) {
      isChanged = amendPairRule(rule, order, ban, nowMs) || isChanged
    } else {
      const victimSlot = findPersonSlot(dossier, ban.victimId)
      const slot = context.pairRules.length
      const added = createPairRule(slot, victimSlot, order, ban, fromMs)
      context.pairRules = context.pairRules.concat(added)
      isChanged = true
    }
  }
  isChanged = removeMissing(dossier, order, nowMs) || isChanged
  extendDossier(dossier)
  if (isChanged) {
    forgetRules(dossier.trail)
    refreshBanFinder(context.banFinder, context.banRules)
    reviseDossier(dossier)
  }
  return isChanged
}

/**
 * The device's slot, made when it is first seen; two of its reports this close
 * together confirm each other.
 */
export function findDeviceSlot(
  dossier: Dossier,
  deviceId: string,
  reportIntervalSeconds: number | null,
): number {
  const known = dossier.devices.indexOf(deviceId)
  if (known !== -1) return known
  dossier.devices.push(deviceId)
  dossier.context.jammedAtMs.push([])
  dossier.context.confirmWindows.push([])
  const slot = dossier.devices.length - 1
  setReportInterval(dossier, slot, reportIntervalSeconds, -Infinity)
  return slot
}

/** The device's plan as it is from `fromMs` on. */
export function setReportInterval(
  dossier: Dossier,
  slot: number,
  seconds: number | null,
  fromMs: number,
): void {
  const { limits, confirmWindows } = dossier.context
  // By the plan of when they came.
  catchUp(dossier.trail, dossier.context)
  const intervalMs = (seconds ?? 0) * 1000
  const windowMs = Math.max(limits.confirmWindowMs, limits.confirmIntervalFactor * intervalMs)
  confirmWindows[slot] = addConfirmWindow(confirmWindows[slot] ?? [], windowMs, fromMs)
}

export function findPersonSlot(dossier: Dossier, personId: string): number {
  const known = dossier.persons.indexOf(personId)
  if (known !== -1) return known
  dossier.persons = dossier.persons.concat(personId)
  const slot = dossier.persons.length - 1
  assert(slot !== offenderSlot && slot < personSlotsMax, 'the people of a dossier are bounded')
  return slot
}

function removeMissing(dossier: Dossier, order: ProtectionOrder, nowMs: number): boolean {
  let isChanged = false
  const { limits } = dossier.context
  for (const rule of dossier.context.banRules) {
    if (rule.orderId !== order.id) continue
    const isListed = order.locationBans.some((ban) => ban.id === rule.banId)
    if (!isListed)
      isChanged = amendBanRule(rule, order, null, { fromMs: nowMs, limits }) || isChanged
  }
  for (const rule of dossier.context.pairRules) {
    if (rule.orderId !== order.id) continue
    const isListed = order.proximityBans.some(
      (ban) => ban.id === rule.banId && ban.victimId === rule.victimId,
    )
    if (!isListed) isChanged = amendPairRule(rule, order, null, nowMs) || isChanged
  }
  return isChanged
}
