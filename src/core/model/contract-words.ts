/** Who may speak to the server. */
export const apiClientRoles = [
  'administrator',
  'supervisor',
  'operator',
  'vendor',
  'victim-device',
  'auditor',
  'partner',
] as const
export type ApiClientRole = (typeof apiClientRoles)[number]

/** What somebody who signs in may be, one of them or several. */
export const staffRoles = ['administrator', 'supervisor', 'operator', 'auditor'] as const
export type StaffRole = (typeof staffRoles)[number]

/** As what a machine or a person calls. */
export type CallerRole = ApiClientRole | StaffRole

/**
 * Why an element of a request was not taken. The answer, the quarantine and the metrics use these
 * words and no others.
 */
export const refusalCodes = [
  'invalid-type',
  'missing-field',
  'unknown-field',
  'out-of-range',
  'invalid-value',
  'invalid-time',
  'gps-week-rollover',
  'future',
  'too-old',
  'unknown-device',
  /** A phone app marked its own position as simulated by another app. */
  'simulated-position',
  /** The device itself said that it had no valid position. */
  'device-says-invalid',
  /** An encrypted payload, for which this server holds no key. */
  'encrypted',
  /** No JSON, or not the shape this app is known to send. */
  'unreadable',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

/**
 * What a webhook is told of: either something that happened to an alert, or something a device is
 * asked.
 */
export const webhookEvents = ['alerts', 'device-commands'] as const
export type WebhookEvents = (typeof webhookEvents)[number]

/** What can happen to an alert, as the stream and the webhooks tell it. */
export const alertEventTypes = [
  'raised',
  'ended',
  'revised',
  'acknowledged',
  'closed',
  'escalated',
  'delivery-delayed',
  'delivery-failed',
] as const
export type AlertEventType = (typeof alertEventTypes)[number]

/**
 * How a proposal stands; `in-force`: in an emergency, by one person; `planned`: decided, and done
 * at its moment; `begun`: done so.
 */
export const proposalStatuses = [
  'open',
  'in-force',
  'confirmed',
  'refused',
  'withdrawn',
  'expired',
  'overtaken',
  'planned',
  'begun',
  'alone',
] as const
export type ProposalStatus = (typeof proposalStatuses)[number]

/**
 * Who outside the desk is told: of bans whoever acts on a breach, and whoever informs the
 * protected; of ends that nobody answers about, whoever may extend the order; of who looked where
 * somebody is, whoever looks after the protection of data.
 */
export const partnerKinds = [
  'police',
  'victim-information',
  'prosecutor',
  'court',
  'mayor',
  'data-protection',
] as const
export type PartnerKind = (typeof partnerKinds)[number]

/** Who must be there in each case: who leads it, and whom the protected person asks. */
export const caseRoleNames = ['case-lead', 'contact-point'] as const
export type CaseRoleName = (typeof caseRoleNames)[number]

/** How somebody lives with somebody. */
export const householdRelations = ['partner', 'child', 'parent', 'sibling', 'other'] as const
export type HouseholdRelation = (typeof householdRelations)[number]

/** What a question after a move is about, and why it is asked. */
export const moveSubjects = ['location-ban', 'fixed-address', 'household', 'order'] as const
export type MoveSubject = (typeof moveSubjects)[number]
export const moveReasons = [
  'names-old',
  'old-unknown',
  'holds-new',
  'new-not-protected',
  'lived-with',
] as const
export type MoveReason = (typeof moveReasons)[number]

/** What was done about it. */
export const moveAnswers = ['changed', 'stays', 'does-not-apply'] as const
export type MoveAnswer = (typeof moveAnswers)[number]

/** What a case lacks. */
export const caseGaps = [
  'no-case-lead',
  'case-lead-alone',
  'no-contact-point',
  'contact-point-alone',
  'no-screening',
  'screening-due',
  'risk-not-chosen',
] as const
export type CaseGap = (typeof caseGaps)[number]
