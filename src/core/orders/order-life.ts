import type { OrderType } from '../model/order-terms.ts'
import type { ProtectionOrder } from '../model/registry.ts'
import type { Span } from './check-end.ts'
import { findRemindFrom } from './reminders.ts'

/**
 * The life of an order as a table: what people do, where it may be done, and where it leads. Time
 * alone leads from imposed over active and ending to lapsed, and no further: lapsed is a question
 * to a person, and only an act answers it.
 */
export const lifeActs: Readonly<Record<LifeAct, { from: readonly LifeState[]; to: LifeBase }>> = {
  propose: { from: [], to: 'proposed' },
  assess: { from: ['proposed', 'assessed'], to: 'assessed' },
  decline: { from: ['proposed', 'assessed'], to: 'declined' },
  impose: { from: ['proposed', 'assessed'], to: 'in-force' },
  change: { from: ['imposed', 'active', 'ending', 'suspended', 'lapsed'], to: 'as-it-was' },
  extend: { from: ['imposed', 'active', 'ending', 'suspended', 'lapsed'], to: 'as-it-was' },
  shorten: { from: ['imposed', 'active', 'ending', 'suspended', 'lapsed'], to: 'as-it-was' },
  suspend: { from: ['imposed', 'active', 'ending'], to: 'suspended' },
  resume: { from: ['suspended', 'lapsed'], to: 'in-force' },
  lift: { from: ['imposed', 'active', 'ending', 'suspended'], to: 'lifted' },
  'confirm-stop': { from: ['lapsed'], to: 'stopped' },
  // An emergency that another person refused, also where its file was closed meanwhile.
  reinstate: { from: ['lifted', 'stopped', 'closed'], to: 'in-force' },
  close: { from: ['lifted', 'stopped', 'declined'], to: 'closed' },
}

/** Acts that may be the first of a life. */
const firstActs: readonly LifeAct[] = ['propose', 'impose']

export const lifeActNames = [
  'propose',
  'assess',
  'decline',
  'impose',
  'change',
  'extend',
  'shorten',
  'suspend',
  'resume',
  'lift',
  'confirm-stop',
  'reinstate',
  'close',
] as const
export type LifeAct = (typeof lifeActNames)[number]

export const lifeStates = [
  'proposed',
  'assessed',
  'declined',
  'imposed',
  'active',
  'ending',
  'suspended',
  'lapsed',
  'lifted',
  'stopped',
  'closed',
] as const
export type LifeState = (typeof lifeStates)[number]

/** What acts alone leave; the clock makes imposed, active, ending or lapsed of what is in force. */
type LifeBase =
  | 'proposed'
  | 'assessed'
  | 'declined'
  | 'in-force'
  | 'suspended'
  | 'lifted'
  | 'stopped'
  | 'closed'
  | 'as-it-was'

export type Life = {
  readonly base: Exclude<LifeBase, 'as-it-was'>
  readonly startMs: number
  readonly endMs: number
  /** From when on somebody is reminded of its end. */
  readonly remindFromMs: number
}

/** Where a life stands. A suspended order lapses as any other: its end is the end. */
export function stateAt({ base, startMs, endMs, remindFromMs }: Life, nowMs: number): LifeState {
  if (base !== 'in-force' && base !== 'suspended') return base
  if (nowMs >= endMs) return 'lapsed'
  if (base === 'suspended') return 'suspended'
  if (nowMs < startMs) return 'imposed'
  return nowMs >= remindFromMs ? 'ending' : 'active'
}

/** Whether it may be done; null is a life that has not begun. */
export function mayAct(state: LifeState | null, act: LifeAct): boolean {
  return state === null ? firstActs.includes(act) : lifeActs[act].from.includes(state)
}

/** Where acts lead, in the order in which they were done. */
export function baseAfter(before: Life['base'] | null, act: LifeAct): Life['base'] {
  const { to } = lifeActs[act]
  return to === 'as-it-was' ? (before ?? 'in-force') : to
}

/** By its acts; the register is right where they are silent, as of an order from before them. */
export function lifeStateOf(
  order: ProtectionOrder,
  { acts, type }: { readonly acts: readonly KeptAct[]; readonly type: OrderType },
  nowMs: number,
): LifeState {
  const folded = acts.reduce<Life['base'] | null>((base, { act }) => baseAfter(base, act), null)
  const registered = { active: 'in-force', suspended: 'suspended', ended: 'lifted' } as const
  const isEnded = folded === 'lifted' || folded === 'stopped' || folded === 'closed'
  const base = order.status === 'ended' && isEnded ? folded : registered[order.status]
  const span = spanOf(order, acts)
  const remindFromMs = findRemindFrom(type, span)
  return stateAt({ base, startMs: span.startMs, endMs: span.endMs, remindFromMs }, nowMs)
}

export function spanOf(order: ProtectionOrder, acts: readonly KeptAct[]): Span {
  const extensionCount = acts.at(-1)?.extensionCount ?? 0
  return { startMs: order.validFromMs, endMs: order.validUntilMs, extensionCount }
}

type KeptAct = { readonly act: LifeAct; readonly extensionCount: number }

/** What was done to an order, from what it was and what it is. */
export function actOfChange(
  before: Pick<ProtectionOrder, 'status' | 'validUntilMs'> | null,
  after: Pick<ProtectionOrder, 'status' | 'validUntilMs'>,
  nowMs: number,
): LifeAct {
  if (before === null) return 'impose'
  if (before.status !== 'ended' && after.status === 'ended') {
    return nowMs >= before.validUntilMs ? 'confirm-stop' : 'lift'
  }
  if (before.status === 'ended' && after.status !== 'ended') return 'reinstate'
  if (before.status !== after.status) return after.status === 'suspended' ? 'suspend' : 'resume'
  if (after.validUntilMs > before.validUntilMs) return 'extend'
  return after.validUntilMs < before.validUntilMs ? 'shorten' : 'change'
}
