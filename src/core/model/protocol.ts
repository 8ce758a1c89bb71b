import type { AlertKind, AlertPriority } from './alert.ts'

/**
 * What staff do about an alert, step by step: data that an organisation chooses or writes, because
 * who is called first differs by country and by court.
 */
export type Protocol = {
  readonly name: string
  readonly contacts: Contacts
  /** The first that fits an alert is its steps. */
  readonly rules: readonly ProtocolRule[]
}

/** Numbers to dial; null: the desk must know them by heart. */
export type Contacts = {
  readonly police: string | null
  readonly secondDesk: string | null
  readonly supervisor: string | null
}

export type ProtocolRule = {
  /** Empty: every kind, or every priority. */
  readonly kinds: readonly AlertKind[]
  readonly priorities: readonly AlertPriority[]
  /**
   * Whose device it is, of an alert about one: whoever wears the monitor is never called about the
   * device of the protected person. Null: either.
   */
  readonly about: RuleSubject | null
  readonly steps: readonly ProtocolStep[]
}

/** Sets to begin with, delivered with the program (`protocol-sets.ts`). */
export const protocolSetNames = ['dutch-pilot', 'french-order', 'high-risk'] as const
export type ProtocolSetName = (typeof protocolSetNames)[number]

/** As they are delivered; a protocol that was made here has the one name that it was given. */
export const protocolSetTitles = {
  'dutch-pilot': { nl: 'Nederlandse pilot (1 km)', en: 'Dutch pilot (1 km)' },
  'french-order': { nl: 'Frans model (drager eerst)', en: 'French model (the wearer first)' },
  'high-risk': { nl: 'Hoog risico (direct de politie)', en: 'High risk (the police at once)' },
} as const satisfies Readonly<Record<ProtocolSetName, { readonly nl: string; readonly en: string }>>

export const ruleSubjects = ['wearer', 'protected'] as const
export type RuleSubject = (typeof ruleSubjects)[number]

export type ProtocolStep = {
  /** What a tick names: the same step keeps its key from version to version. */
  readonly key: string
  readonly who: StepParty
  readonly text: BothLanguages
  /** The words to say; null: none are given. */
  readonly say: BothLanguages | null
  /** By when, from the moment the alert was put in front of people; null: no clock. */
  readonly withinSeconds: number | null
  /** What may come of it: one of them is asked for. */
  readonly outcomes: readonly StepOutcome[]
  /** It is not needed when that step came out so. */
  readonly unless: StepCondition | null
  /** It comes next when that step came out so. */
  readonly nextIf: StepCondition | null
}

export type StepCondition = {
  readonly step: string
  readonly outcomes: readonly StepOutcome[]
}

export type BothLanguages = { readonly nl: string; readonly en: string }

export const stepParties = [
  'staff',
  'victim',
  'wearer',
  'police',
  'second-desk',
  'supervisor',
] as const
export type StepParty = (typeof stepParties)[number]

export const stepOutcomes = [
  'done',
  'reached',
  'complies',
  'refuses',
  'safe',
  'in-danger',
  'no-answer',
  'victim-first',
  'police-first',
] as const
export type StepOutcome = (typeof stepOutcomes)[number]

/** What staff do with an alert beside answering it; each is in its history under this name. */
export const deskActs = ['step', 'note', 'escalated', 'offered', 'handed-over', 'shelved'] as const
export type DeskAct = (typeof deskActs)[number]

/** Empty when no rule fits: a set that is taken has one that fits everything. */
export function findSteps(
  { rules }: Pick<Protocol, 'rules'>,
  alert: {
    readonly kind: AlertKind
    readonly priority: AlertPriority
    readonly victimId: string | null
  },
): readonly ProtocolStep[] {
  const fits = <T>(some: readonly T[], one: T): boolean => some.length === 0 || some.includes(one)
  const subject = alert.victimId === null ? 'wearer' : 'protected'
  const rule = rules.find(
    ({ kinds, priorities, about }) =>
      fits(kinds, alert.kind) &&
      fits(priorities, alert.priority) &&
      (about === null || about === subject),
  )
  return rule?.steps ?? []
}

/** What is wrong with a set, by the place of the fault; empty: it can be worked with. */
export function findProtocolFaults({ rules }: Pick<Protocol, 'rules'>): readonly ProtocolFault[] {
  const faults: ProtocolFault[] = []
  const last = rules.at(-1)
  if (last === undefined || !isForAll(last)) {
    const detail = 'expected a last rule for every kind and priority: no alert may be without steps'
    faults.push({ pointer: '/rules', detail })
  }
  for (const [place, { steps }] of rules.entries()) {
    for (const [index, step] of steps.entries()) {
      const pointer = `/rules/${place}/steps/${index}`
      const before = steps.slice(0, index)
      if (before.some(({ key }) => key === step.key)) {
        faults.push({ pointer: `${pointer}/key`, detail: 'expected a key of its own' })
      }
      for (const name of ['unless', 'nextIf'] as const) {
        if (isHanging(step[name], before)) {
          const detail = 'expected an earlier step of this rule, with outcomes that it may have'
          faults.push({ pointer: `${pointer}/${name}`, detail })
        }
      }
    }
  }
  return faults
}

function isForAll({ kinds, priorities, about }: ProtocolRule): boolean {
  return kinds.length === 0 && priorities.length === 0 && about === null
}

export type ProtocolFault = { readonly pointer: string; readonly detail: string }

function isHanging(condition: StepCondition | null, before: readonly ProtocolStep[]): boolean {
  if (condition === null) return false
  const step = before.find(({ key }) => key === condition.step)
  return step === undefined || condition.outcomes.some((one) => !step.outcomes.includes(one))
}
