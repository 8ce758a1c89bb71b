import { setTimeout as delay } from 'node:timers/promises'

/** Waits for a condition, not for a time; fails by name when it does not come. */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  msMax = 10_000,
): Promise<void> {
  const deadlineMs = performance.now() + msMax
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error(`waited ${msMax} ms in vain for: ${what}`)
    await delay(10)
  }
}
