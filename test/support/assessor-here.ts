import { answerQuestion } from '../../src/assess/answering/answer-question.ts'
import type { Assessor } from '../../src/assess/answering/assessor.ts'
import type { AskedPlaces } from '../../src/assess/choose-police-time.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'

/** In the loop of the test, with whatever places it has made. */
export function createAssessorHere(places: AskedPlaces): Assessor {
  return {
    assess: async (task, signal, onStep = () => {}) =>
      answerQuestion(task, places, defaultLimits, (percent) => {
        signal.throwIfAborted()
        onStep(percent)
      }),
    stop: async () => {},
  }
}
