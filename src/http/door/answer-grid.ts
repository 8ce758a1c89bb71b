import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import type { App } from './app-type.ts'

/**
 * Answers to whoever reports leave a whole number of steps after what they answer was received. How
 * long a report took says how much followed from it, and from the one just before it on the same
 * loop: raising an alert makes the next acknowledgement some milliseconds later, which told a
 * monitor's vendor when its wearer came near somebody. Within a step all answers look alike. The
 * steps count from the last byte of the request, so that a sender cannot place the border between
 * two steps.
 *
 * A request that is received while the loop, or the core, is busy is seen a little later. By how
 * much is hidden behind up to one more step, drawn by chance each time: what follows from a report
 * happens once for each approach, so nobody has the thousands of times that would average it away.
 * Alone it would not do: of long work it hides little.
 *
 * A step costs a sender that waits for each answer some milliseconds, and no alert anything: what
 * is acknowledged later is judged at once.
 */
export function answerOnGrid(app: App, stepMs: number, chooseMs = chooseWithin): void {
  app.decorateRequest('answerSteps', null)
  if (stepMs === 0) return
  app.addHook('onRequest', async (request) => {
    if (!isOfReporter(request)) return
    const steps = countSteps(stepMs, chooseMs)
    request.answerSteps = steps
    // Of a request that came in one piece the steps have begun: who sent it may have to be asked of
    // a database that is busy with what followed from another report.
    process.nextTick(() => {
      if (request.raw.complete) steps.isBegun = true
    })
  })
  // The body is here; what was waited for until now is the sender's own doing.
  app.addHook('preValidation', async (request) => {
    if (request.answerSteps?.isBegun === false) request.answerSteps.begin()
  })
  app.addHook('onSend', async (request) => {
    const steps = request.answerSteps
    // Once: an answer that fails on its way out is sent again.
    request.answerSteps = null
    await steps?.end()
  })
}

declare module 'fastify' {
  interface FastifyRequest {
    answerSteps: AnswerSteps | null
  }
}

/**
 * Five times what an acknowledgement takes, and what a database that is asked for more than it can
 * do adds to it is seldom longer.
 */
export const answerStepMsDefault = 25

type AnswerSteps = {
  /** Nothing of the request is still to come. */
  isBegun: boolean
  /** Counts from now. */
  readonly begin: () => void
  /** Resolves at the next step, and what chance adds. */
  readonly end: () => Promise<void>
}

function isOfReporter({ routeOptions }: FastifyRequest): boolean {
  const { roles } = routeOptions.config
  return Array.isArray(roles) && roles.some((role) => role === 'vendor' || role === 'victim-device')
}

/**
 * The timer runs from the beginning and not from the end of the work: set for what is left of a
 * step it would round to another millisecond for each time that the work took.
 */
function countSteps(stepMs: number, chooseMs: (belowMs: number) => number): AnswerSteps {
  let onStep: (() => void) | null = null
  const timer = setTimeout(() => {
    if (onStep === null) timer.refresh()
    else onStep()
  }, stepMs)
  // A request that nobody answers must not hold up the end of the process.
  timer.unref()
  return {
    isBegun: false,
    begin: () => void timer.refresh(),
    end: async () => {
      timer.ref()
      await new Promise<void>((resolve) => {
        onStep = resolve
      })
      await delay(chooseMs(stepMs))
    },
  }
}

/** Whole milliseconds, as timers have them; nobody can foretell the next one. */
function chooseWithin(belowMs: number): number {
  return randomInt(belowMs)
}
