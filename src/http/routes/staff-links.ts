import type { FastifyRequest } from 'fastify'
import { formatInstant, idParamsSchema } from '../../schemas/common.ts'
import { linkCodeSchema } from '../../schemas/staff.ts'
import { linkMsMax, makeLink, makeLinkCode } from '../../sign-in/links.ts'
import { recordAct } from '../../sign-in/record-act.ts'
import { confirmLink } from '../../store/people/sign-in-links.ts'
import { findStaff, type StaffAccount } from '../../store/people/staff-accounts.ts'
import { inTransaction, type Db } from '../../store/pg/pool.ts'
import { staffBodyOf } from '../answers/staff-answer.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { findLinkToConfirm, findSecondStanding } from './second-administrator.ts'
import { readStaffToConfirm, refuseOneself } from './staff-reach.ts'

/** Somebody chooses how they sign in by a link of one administrator and the code of another. */
export function registerLinkConfirming(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/staff/:id/_confirm-link',
    config: { roles: ['administrator'], stepUp: true },
    schema: {
      operationId: 'confirmStaffLink',
      tags: ['Staff'],
      summary: 'Confirm, as a second administrator, that somebody is to get a link',
      description:
        'The answer holds a code, with which the link opens: hand it to that person yourself. Neither whoever made the link nor whoever gives the code can take the account over alone.',
      problems: { 409: 'No link waits, you made it, it is yourself, or this is a token.' },
      params: idParamsSchema,
      response: { 200: linkCodeSchema },
    },
    handler: async (request) =>
      await inTransaction(deps.machinery, async (tx) => {
        const nowMs = deps.clock.nowMs()
        const staff = await readStaffToConfirm(tx, request)
        refuseOneself(request, staff)
        const linkId = await findLinkToConfirm(tx, request, { staffId: staff.id, nowMs })
        const { code, hash } = makeLinkCode()
        await confirmLink(tx, linkId, { by: request.apiClient.id, codeHash: hash, nowMs })
        await recordStaffAct(tx, deps, request, { act: 'confirmStaffLink', staff })
        return { code }
      }),
  })
}

/** Shown once. A link of before is worthless from now on. */
export async function answerWithLink(
  tx: Db,
  deps: RouteDeps,
  request: Pick<FastifyRequest, 'apiClient'>,
  made: { readonly id: string; readonly purpose: 'enrol' | 'recover'; readonly act: string },
) {
  const { origin } = await deps.signIn()
  const nowMs = deps.clock.nowMs()
  const { id: staffId, purpose, act } = made
  const found = await findStaff(tx, staffId)
  if (found === null) throw new Error('somebody who was just made is not there')
  const standing = await findSecondStanding(tx, deps, request, { staff: found, purpose })
  const needsSecond = standing === 'needed'
  const link = { purpose, staffId, createdBy: request.apiClient.id, needsSecond }
  const token = await makeLink(tx, nowMs, link)
  const staff = { ...found, isLinkWaiting: needsSecond }
  const reason = standing === 'nobody-there' ? 'there is no second administrator yet' : null
  await recordStaffAct(tx, deps, request, { act, staff, reason })
  return {
    ...staffBodyOf(staff),
    signInLink: `${origin}/sign-in#link=${token}`,
    signInLinkUntil: formatInstant(nowMs + linkMsMax[purpose]),
    signInLinkNeedsCode: needsSecond,
  }
}

export async function recordStaffAct(
  tx: Db,
  deps: RouteDeps,
  { apiClient }: Pick<FastifyRequest, 'apiClient'>,
  done: { readonly act: string; readonly staff: StaffAccount; readonly reason?: string | null },
): Promise<void> {
  await recordAct(tx, deps.log, {
    act: done.act,
    atMs: deps.clock.nowMs(),
    isByMachine: apiClient.person === null,
    staffId: done.staff.id,
    by: apiClient.id,
    organisationId: done.staff.organisationId,
    sessionId: apiClient.person?.session.id ?? null,
    reason: done.reason ?? null,
  })
}
