import { readFileSync } from 'node:fs'
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'

// Given to the product with --import: a clock that is wrong by what stands in a file, from the
// signal that says to look until the next one. Only what the process itself reads is shifted.
const file = process.env['HOEDE_TEST_CLOCK_FILE'] ?? ''
const TrueDate = Date
const memoryName = 'clock-shift'
// Only the main thread hears signals; its threads share the memory.
if (isMainThread) setEnvironmentData(memoryName, new SharedArrayBuffer(8))
const shift = new Float64Array(getEnvironmentData(memoryName) as unknown as SharedArrayBuffer)

if (isMainThread) {
  process.on('SIGUSR2', () => {
    shift[0] = Number(readFileSync(file, 'utf8'))
  })
}

const nowMs = (): number => TrueDate.now() + (shift[0] ?? 0)
globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [nowMs()] : args, newTarget) as object,
  apply: () => new TrueDate(nowMs()).toString(),
  get: (target, name) => (name === 'now' ? nowMs : (Reflect.get(target, name) as unknown)),
})
