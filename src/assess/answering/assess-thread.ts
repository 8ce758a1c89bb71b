import { parentPort, workerData } from 'node:worker_threads'
import { defaultLimits } from '../../core/model/limits.ts'
import { openNamedAreas } from '../../map/areas/read-areas.ts'
import { indexMap } from '../../map/index-map.ts'
import { answerQuestion } from './answer-question.ts'
import type { AssessOrders, SignOfAssess, WordToAssess } from './assess-words.ts'

/** The thread that `createAssessorApart` starts: one question after the other. */

const { map, areasPath, policeTimes } = workerData as AssessOrders
const places = {
  map: map === null ? null : indexMap(map.id, map.map),
  areas: await openNamedAreas(areasPath),
  policeTimes,
}

class Stopped extends Error {}

parentPort?.on('message', ({ id, task, stopped }: WordToAssess) => {
  const onStep = (percent: number): void => {
    if (Atomics.load(stopped, 0) === 1) throw new Stopped()
    tell({ type: 'step', id, percent })
  }
  try {
    onStep(0)
    tell({ type: 'answer', id, answer: answerQuestion(task, places, defaultLimits, onStep) })
  } catch (error) {
    if (error instanceof Stopped) tell({ type: 'stopped', id })
    else tell({ type: 'failed', id, message: error instanceof Error ? error.message : 'unknown' })
  }
})

function tell(sign: SignOfAssess): void {
  parentPort?.postMessage(sign)
}
