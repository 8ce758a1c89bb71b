import { readFileSync } from 'node:fs'

// Given to the product with --import: a clock that is wrong by what stands in a file, from the
// signal that says to look until the next one. Only what the process itself reads is shifted.
const file = process.env['HOEDE_TEST_CLOCK_FILE'] ?? ''
const TrueDate = Date
let shiftMs = 0

process.on('SIGUSR2', () => {
  shiftMs = Number(readFileSync(file, 'utf8'))
})

const nowMs = (): number => TrueDate.now() + shiftMs
globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [nowMs()] : args, newTarget) as object,
  apply: () => new TrueDate(nowMs()).toString(),
  get: (target, name) => (name === 'now' ? nowMs : (Reflect.get(target, name) as unknown)),
})
