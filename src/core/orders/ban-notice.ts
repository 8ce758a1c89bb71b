import type { ProtectionOrder } from '../model/registry.ts'

/**
 * What happened to a ban since a partner was told of it, or that its end is asked about; `lapsed`:
 * its end has passed and nobody has decided, which the clock says and no version of the order.
 */
export const noticeActs = [
  'imposed',
  'changed',
  'extended',
  'suspended',
  'resumed',
  'lapsed',
  'ended',
  'reminded',
  'lead-named',
  'contact-named',
  'screened',
  'moved',
] as const
export type NoticeAct = (typeof noticeActs)[number]

/**
 * Of what whoever looks after the protection of data is told: how far a look behind glass is, and
 * that positions were read which nothing at hand asked for.
 */
export const readingActs = ['glass-asked', 'glass-opened', 'glass-read', 'read-outside'] as const
export type ReadingAct = (typeof readingActs)[number]

/** What happened to the case around a ban, which is as it was. */
export type CaseNoticeAct = Extract<NoticeAct, keyof typeof caseChanges>

/** What of the case is another, by its name in a notice. */
export const caseChanges = {
  'lead-named': [{ what: 'caseLead', how: 'changed' }],
  'contact-named': [{ what: 'contactPoint', how: 'changed' }],
  screened: [{ what: 'screening', how: 'changed' }],
  moved: [{ what: 'moves', how: 'added' }],
} as const satisfies Partial<Record<NoticeAct, readonly NoticeChange[]>>

export function isCaseNotice(act: NoticeAct | ReadingAct): act is CaseNoticeAct {
  return act in caseChanges
}

/** By what it was told last, and not by the last act alone: it may have missed some. */
export function noticeActOf(
  before: ProtectionOrder | null,
  after: ProtectionOrder,
): Exclude<NoticeAct, CaseNoticeAct | 'lapsed'> {
  if (after.status === 'ended') return 'ended'
  if (before === null) return 'imposed'
  if (after.status === 'suspended' && before.status !== 'suspended') return 'suspended'
  if (before.status === 'suspended' && after.status === 'active') return 'resumed'
  const [only, ...more] = changesSince(before, after)
  const isLonger = after.validUntilMs > before.validUntilMs
  return only?.what === 'validUntil' && more.length === 0 && isLonger ? 'extended' : 'changed'
}

/**
 * What is another since, by name: which terms, and of bans which came, went, or are another. The
 * whole stands beside it, so that nobody must put a ban together from its changes.
 */
export function changesSince(
  before: ProtectionOrder | null,
  after: ProtectionOrder,
): readonly NoticeChange[] {
  if (before === null) return []
  const terms = ['status', 'reference', 'legalBasis'] as const
  return [
    ...terms.filter((name) => before[name] !== after[name]).map((what) => changed(what)),
    ...(before.validFromMs === after.validFromMs ? [] : [changed('validFrom')]),
    ...(before.validUntilMs === after.validUntilMs ? [] : [changed('validUntil')]),
    ...(JSON.stringify(before.conditions ?? []) === JSON.stringify(after.conditions ?? [])
      ? []
      : [changed('conditions')]),
    ...changesOfBans('locationBans', before.locationBans, after.locationBans),
    ...changesOfBans('proximityBans', before.proximityBans, after.proximityBans),
  ]
}

export type NoticeChange = {
  /** `validUntil`, or `locationBans/` and the id of a ban. */
  readonly what: string
  readonly how: 'added' | 'changed' | 'removed'
}

function changed(what: string): NoticeChange {
  return { what, how: 'changed' }
}

type Ban = { readonly id: string }

function changesOfBans(
  path: string,
  before: readonly Ban[],
  after: readonly Ban[],
): readonly NoticeChange[] {
  const old = new Map(before.map((ban) => [ban.id, JSON.stringify(ban)]))
  const left = new Set(after.map(({ id }) => id))
  const gone = before.filter(({ id }) => !left.has(id))
  return [
    ...after.flatMap((ban): NoticeChange[] => {
      const was = old.get(ban.id)
      if (was === JSON.stringify(ban)) return []
      return [{ what: `${path}/${ban.id}`, how: was === undefined ? 'added' : 'changed' }]
    }),
    ...gone.map(({ id }) => ({ what: `${path}/${id}`, how: 'removed' as const })),
  ]
}
