import type pg from 'pg'
import { chooseRisk, isSameRisk } from '../../core/model/risk-profiles.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { RefusedInput } from '../../errors.ts'
import { formatInstantOrNull, idParamsSchema } from '../../schemas/common.ts'
import { protectionOrderSchema } from '../../schemas/protection-order-answer.ts'
import { ifMatchHeadersSchema } from '../../schemas/protection-order.ts'
import { proposalSchema } from '../../schemas/proposal.ts'
import {
  riskChoiceBodySchema,
  riskKeyParamsSchema,
  riskProfileBodySchema,
  riskProfileListSchema,
  riskProfileSchema,
  termsBodyOf,
} from '../../schemas/risk-profile.ts'
import {
  findRiskProfile,
  insertRiskProfile,
  listRiskProfiles,
  type RiskProfileRow,
} from '../../store/cases/risk-profiles.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { answerProposal } from '../answers/proposal-answer.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { differences, wordsOfRisk } from '../proposals/describe-change.ts'
import { proposeOrTell } from '../proposals/propose.ts'
import { changeOrProposeOrder } from '../proposals/propose-order.ts'
import type { RouteDeps } from '../route-deps.ts'
import { organisationOf } from './alert-response.ts'
import { answerOrProposal, changeOf } from './protection-orders.ts'

/** How grave a case is: rows of the organisation, and which of them a case follows. */
export function registerRiskProfileRoutes(app: App, deps: RouteDeps): void {
  registerReading(app)
  registerSetting(app, deps)
  registerChoosing(app, deps)
}

function registerReading(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/risk-profiles',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'listRiskProfiles',
      tags: ['Cases'],
      summary: 'List the risk profiles, each as it is now',
      description:
        'What follows from how grave a case is: faster reports, an earlier return of what was answered, who else is called, and by which steps. Each term only adds to what the order and the organisation have.',
      response: { 200: riskProfileListSchema },
    },
    handler: async (request) => {
      const rows = await listRiskProfiles(request.db, organisationOf(request))
      return { items: rows.map(bodyOf) }
    },
  })
}

function registerSetting(app: App, deps: RouteDeps): void {
  app.route({
    method: 'PUT',
    url: '/v1/risk-profiles/:key',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'replaceRiskProfile',
      tags: ['Cases'],
      summary: 'Set what a risk profile is, or make one',
      description:
        'A new version. Cases stay with the version they were given until somebody chooses anew (`behindCount`). Somebody who is signed in asks for it only: 202, and another supervisor confirms or refuses it.',
      problems: {
        409: 'Another version was set since `basedOnVersion`, or this is asked already.',
      },
      params: riskKeyParamsSchema,
      body: riskProfileBodySchema,
      response: { 200: riskProfileSchema, 202: proposalSchema },
    },
    handler: async (request, reply) => {
      const { basedOnVersion, reason = null, ...profile } = request.body
      const { key } = request.params
      const change = { organisationId: organisationOf(request), key, basedOnVersion, profile }
      const proposal = await request.db.transaction(async (tx) => {
        const before = await findRiskProfile(tx, change.organisationId, key)
        if ((before?.version ?? 0) !== basedOnVersion) throw changedSince()
        const made = await proposeOrTell(tx, deps, request, {
          personIds: [],
          reason,
          weakens: ['risk-profile-otherwise'],
          changes: differences(wordsOf(key, before?.profile ?? null), wordsOf(key, profile)),
          change: { type: 'risk-profile', ...change },
        })
        if (made === null) await set(tx, request, change, deps.clock)
        return made
      })
      if (proposal !== null) return answerProposal(reply, proposal)
      const rows = await listRiskProfiles(request.db, change.organisationId)
      const made = rows.find((row) => row.key === key)
      if (made === undefined) throw new Error('expected the row that was set, got none')
      return bodyOf(made)
    },
  })
}

async function set(
  tx: pg.PoolClient,
  request: Calling,
  change: Pick<
    Parameters<typeof insertRiskProfile>[1],
    'organisationId' | 'key' | 'basedOnVersion' | 'profile'
  >,
  clock: RouteDeps['clock'],
): Promise<void> {
  const changedAtMs = clock.nowMs()
  const by = { changedBy: request.apiClient.id, confirmedBy: null, changedAtMs }
  const version = await insertRiskProfile(tx, { ...change, ...by })
  if (version === null) throw changedSince()
  const detail = { key: change.key, version }
  await recordAct(tx, actOf(request, changedAtMs, { kind: 'alteration', detail }))
}

function changedSince(): RefusedInput {
  return new RefusedInput(
    'conflict',
    'Another version was set in the meantime: read it and make the change there.',
  )
}

function registerChoosing(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders/:id/_choose-risk-profile',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'chooseRiskProfile',
      tags: ['Cases'],
      summary: 'Say how grave a case is',
      description:
        'The order is watched by the profile as it is now, from this moment on: a new version of the order, which alerts and their evidence name. What is less in any term somebody who is signed in asks for only: 202, and another person confirms or refuses it.',
      problems: {
        409: 'The order has ended, or this is asked already.',
        412: 'The order is at another version than If-Match names.',
      },
      params: idParamsSchema,
      headers: ifMatchHeadersSchema,
      body: riskChoiceBodySchema,
      response: { 200: protectionOrderSchema, 202: proposalSchema },
    },
    handler: async (request, reply) => {
      const { profile: key, reason, documentReference = null } = request.body
      const change = { ...changeOf(request), ground: { reason, documentReference } }
      const asked = { reason, untilMs: null }
      const made = await changeOrProposeOrder(deps, change, asked, async (current, tx) => {
        const { risk, ...order } = current
        if (key === null) return risk === undefined ? current : order
        const row = await findRiskProfile(tx, organisationOf(request), key)
        if (row === null) throw unknownProfile()
        const chosen = chooseRisk(key, row.version, row.profile)
        if (risk !== undefined && isSameRisk(risk, chosen)) return current
        return { ...order, risk: chosen } as ProtectionOrder
      })
      return answerOrProposal(reply, { ...deps, db: request.db }, made, [], 'none')
    },
  })
}

function unknownProfile(): RefusedInput {
  const detail = 'expected the key of a risk profile, got another'
  return new RefusedInput('unknown-reference', null, [
    { pointer: '/profile', code: 'unknown-reference', detail },
  ])
}

function wordsOf(
  key: string,
  profile: RiskProfileRow['profile'] | null,
): ReadonlyMap<string, string> {
  if (profile === null) return new Map()
  const { confidence, name, source } = profile
  return new Map([
    ['riskProfile', key],
    ['name', `${name.nl} / ${name.en}`],
    ...wordsOfRisk(profile),
    ['source', source],
    ['confidence', Object.values(confidence).join(', ')],
  ])
}

function bodyOf(row: RiskProfileRow) {
  const { behindCount, changedBy, confirmedBy, key, profile, version } = row
  const { name, source } = profile
  const { reportIntervalSeconds, recallMinutesMax, alsoCalled, protocol } = profile.confidence
  return {
    key,
    version,
    name,
    ...termsBodyOf(profile),
    source,
    confidence: { reportIntervalSeconds, recallMinutesMax, alsoCalled, protocol },
    changedAt: formatInstantOrNull(row.changedAtMs),
    changedBy,
    confirmedBy,
    behindCount,
  }
}
