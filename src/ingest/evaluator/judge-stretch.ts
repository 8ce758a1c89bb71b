import type { Clock } from '../../clock.ts'
import { rejudgeLookbackMs } from '../../core/engine/engine.ts'
import { alertId } from '../../core/model/alert-id.ts'
import { stretchSetAsideCode } from '../../core/model/alert-kinds/device-sentences.ts'
import type { AlertDraft, Effect } from '../../core/model/alert.ts'
import { draftAlert } from '../../core/model/draft-alert.ts'
import type { Fix } from '../../core/model/fix.ts'
import type { Limits } from '../../core/model/limits.ts'
import { pushAll } from '../../core/model/lists.ts'
import { dayMs } from '../../core/model/units.ts'
import type { Log } from '../../log.ts'
import { saveEffects } from '../../store/alerts/save-effects.ts'
import {
  holdLease,
  patience,
  setPatience,
  type Lease,
} from '../../store/evaluator/evaluator-lease.ts'
import {
  countRejudgementAttempts,
  forgetRejudgementAttempts,
  loadCaseFixes,
  setRejudgementAside,
  type Rejudgement,
} from '../../store/evaluator/rejudgements.ts'
import { inTransactionOn, type Db } from '../../store/pg/pool.ts'
import type { EvaluatorMemory } from './evaluator-memory.ts'
import { callBy } from './evaluator-saving.ts'
import type { StretchAtHand } from './stretch-reader.ts'

/**
 * Judges one old stretch again from stored history, three times at most over all restarts. Null
 * when it was set aside instead, with an alert: what happened in it is not known then, nor where
 * the place of a fix in it does not open, until its key does. Throws `StretchFailure` when it
 * cannot be judged; the engine is then not to be used further.
 */
export async function judgeStretch(
  deps: StretchDeps,
  request: Rejudgement,
): Promise<readonly Effect[] | null> {
  const { client, limits, memory } = deps
  if (request.attemptCount >= attemptCountMax) {
    await setAside(deps, request, false)
    return null
  }
  await countRejudgementAttempts(client, [request.id])
  const { offenderId, fromMs } = request
  const fixes = await loadCaseFixes(client, {
    offenderId,
    fromMs: fromMs - rejudgeLookbackMs(limits),
    limit: limits.rejudgeFixCountMax,
  })
  if (fixes === 'erased' || fixes === 'unreadable') {
    await setAside(deps, request, fixes === 'unreadable')
    return null
  }
  return await withPatience(deps, fixes.length, () => rejudge(memory, request, fixes))
}

/** A loop that stands while so many are judged is not taken for one that hangs. */
async function withPatience<T>(deps: StretchDeps, fixCount: number, judge: () => T): Promise<T> {
  if (fixCount <= fixesAtOnce) return judge()
  await setPatience(deps.client, deps, patience.ofLongWork)
  try {
    return judge()
  } finally {
    await setPatience(deps.client, deps, patience.usual)
  }
}

/**
 * Judges some that were never tried before and whose fixes are at hand, in the order in which they
 * were asked for: the same is done when they are explained. Where one fails, the others have not
 * been tried; where the process ends with it, each is tried by itself the next time.
 */
export async function judgeStretches(
  deps: StretchDeps,
  stretches: readonly StretchAtHand[],
): Promise<{ readonly effects: readonly Effect[]; readonly doneIds: readonly number[] }> {
  const { client, memory } = deps
  const inOrder = stretches.toSorted((one, other) => one.request.id - other.request.id)
  const effects: Effect[] = []
  const doneIds: number[] = []
  await countRejudgementAttempts(client, inOrder.map(idOf))
  for (const { request, fixes } of inOrder) {
    if (fixes === 'erased' || fixes === 'unreadable') continue
    try {
      const judge = (): readonly Effect[] => rejudge(memory, request, fixes)
      pushAll(effects, await withPatience(deps, fixes.length, judge))
    } catch (error) {
      const others = inOrder.map(idOf).filter((id) => id !== request.id)
      await forgetRejudgementAttempts(client, others)
      throw error
    }
    doneIds.push(request.id)
  }
  for (const { request, fixes } of inOrder) {
    if (fixes === 'erased' || fixes === 'unreadable')
      await setAside(deps, request, fixes === 'unreadable')
  }
  return { effects, doneIds }
}

function idOf({ request }: StretchAtHand): number {
  return request.id
}

function rejudge(
  memory: StretchDeps['memory'],
  request: Rejudgement,
  fixes: readonly Fix[],
): readonly Effect[] {
  try {
    return memory
      .rejudge(request.offenderId, fixes, request.fromMs)
      .filter((effect) => effect.type !== 'rejudge-needed')
  } catch (cause) {
    throw new StretchFailure(request, cause)
  }
}

export type StretchDeps = Lease & {
  readonly client: Db
  readonly clock: Clock
  readonly limits: Limits
  readonly log: Log
  readonly memory: Pick<EvaluatorMemory, 'rejudge'>
  /** Called when one was set aside, and an alert says so. */
  readonly onSetAside: () => void
}

/** A stretch that was asked for and cannot be judged. */
export class StretchFailure extends Error {
  override readonly name = 'StretchFailure'
  readonly rejudgementId: number
  readonly attempt: number

  constructor(request: Rejudgement, cause: unknown) {
    super('A stretch cannot be judged again.', { cause })
    this.rejudgementId = request.id
    this.attempt = request.attemptCount + 1
  }
}

/** Judged within a second or two, in which nobody misses a sign of life. */
const fixesAtOnce = 100_000
/** As many tries as an entry of the journal has. */
const attemptCountMax = 3

async function setAside(deps: StretchDeps, request: Rejudgement, isForNow: boolean): Promise<void> {
  const { client, clock, limits, log } = deps
  const nowMs = clock.nowMs()
  const alert = stretchAlert(request, limits, nowMs, isForNow)
  await inTransactionOn(client, 'begin', async () => {
    await holdLease(client, deps)
    await setRejudgementAside(client, request.id, isForNow)
    await saveEffects(client, [{ type: 'alert-raised', alert }], {
      nowMs,
      // Of no row: nothing of it is ever judged again.
      journalId: 0,
      escalationsOf: await callBy(client, { limits, findOrder: () => null }),
    })
  })
  log.error({ rejudgementId: request.id, alertId: alert.id }, 'a stretch was set aside')
  deps.onSetAside()
}

function stretchAlert(
  request: Rejudgement,
  limits: Limits,
  nowMs: number,
  isForNow: boolean,
): AlertDraft {
  const { id, offenderId, fromMs } = request
  const day = Math.floor(nowMs / dayMs) * dayMs
  return draftAlert(limits, {
    // While a key does not open it is one a day, whatever else comes late.
    id: isForNow
      ? alertId(['stretch-waits', offenderId], day)
      : alertId(['stretch-set-aside', String(id)], Math.max(0, Math.floor(fromMs))),
    kind: 'position-unreliable',
    priority: 'P2',
    offenderId,
    occurredAtMs: fromMs,
    learnedAtMs: nowMs,
    facts: { code: stretchSetAsideCode, rejudgementId: id, fromMs },
  })
}
