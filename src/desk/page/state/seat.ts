import { effect } from '@preact/signals'
import { saySeat } from '../net/api.ts'
import { openIncidentId } from './desk.ts'

/** Says what is open here, at once and every 15 seconds: two on one alert see each other. */
export function keepSeat(): () => void {
  const say = (): void => void saySeat(openIncidentId.peek())
  const stop = effect(() => {
    void saySeat(openIncidentId.value)
  })
  const timer = setInterval(say, 15_000)
  return () => {
    stop()
    clearInterval(timer)
  }
}
