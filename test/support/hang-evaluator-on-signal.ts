import {
  getEnvironmentData,
  isMainThread,
  setEnvironmentData,
  threadName,
} from 'node:worker_threads'

// Loaded before the server (`node --import`): on SIGUSR2 the thread of the evaluator hangs, once.
const memoryName = 'hang-evaluator'
if (isMainThread) setEnvironmentData(memoryName, new SharedArrayBuffer(4))
const wish = new Int32Array(getEnvironmentData(memoryName) as unknown as SharedArrayBuffer)

if (isMainThread) {
  process.on('SIGUSR2', () => Atomics.store(wish, 0, 1))
} else if (threadName === 'evaluator') {
  setInterval(() => {
    if (Atomics.exchange(wish, 0, 0) === 0) return
    for (;;);
  }, 20)
}
