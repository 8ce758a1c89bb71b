import { RefusedInput } from '../../errors.ts'
import { stepUpMsMax } from '../../sign-in/session-rules.ts'
import { spendStepUp } from '../../store/people/staff-sessions.ts'
import type { AppDeps } from '../route-deps.ts'
import type { App } from './app-type.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A grave act: somebody who is signed in proves for it once more who they are. */
    stepUp?: boolean
  }
}

/**
 * Takes the proof that was given for this very act, after what was sent has been found right: a
 * slip in the body costs no proof. A machine has its token only, which is proof each time.
 */
export function requireStepUp(
  app: App,
  { machinery: pool, clock }: Pick<AppDeps, 'machinery' | 'clock'>,
): void {
  app.addHook('preHandler', async (request) => {
    const { config, schema } = request.routeOptions
    if (config.stepUp !== true || request.apiClient.person === null) return
    const act = actOf(schema?.operationId ?? '', request.params)
    const { id } = request.apiClient.person.session
    if (await spendStepUp(pool, id, act, clock.nowMs() - stepUpMsMax)) return
    throw new RefusedInput('step-up-required', null, [
      { pointer: null, code: 'step-up-required', detail: act },
    ])
  })
}

/** What is about to be done, to what: `recoverStaff 019a…`. */
function actOf(operationId: string, params: unknown): string {
  const values = typeof params === 'object' && params !== null ? Object.values(params) : []
  return [operationId, ...values].join(' ')
}
