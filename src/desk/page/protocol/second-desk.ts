import { signal } from '@preact/signals'
import { readProtocol } from '../net/api.ts'
import { responseWords } from './response-words.ts'

/** Read at the start: it is needed when nothing can be read any more. */
const phone = signal<string | null>(null)

export function secondDeskNumber(): string | null {
  return phone.value
}

export function secondDeskPhone(): string {
  return phone.value ?? responseWords().noSecondDesk
}

/** Again every ten minutes; what was known stays. */
export function knowSecondDesk(): () => void {
  const read = async (): Promise<void> => {
    const outcome = await readProtocol()
    if (outcome.kind === 'done') phone.value = outcome.body.contacts.secondDesk
  }
  void read()
  const timer = setInterval(() => void read(), 600_000)
  return () => clearInterval(timer)
}
