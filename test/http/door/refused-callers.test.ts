import { afterEach, describe, expect, it, vi } from 'vitest'
import { createLog } from '../../../src/log.ts'
import { createRefusedCallers } from '../../../src/http/door/refused-callers.ts'
import { createTestApp } from '../../support/http-app.ts'

afterEach(() => void vi.useRealTimers())

function logInto(lines: string[]) {
  return createLog({ destination: { write: (line) => void lines.push(line) } })
}

describe('callers that are refused', () => {
  it('the first refused caller is told at once, a flood in a line every ten seconds, by address', () => {
    vi.useFakeTimers()
    const lines: string[] = []
    const callers = createRefusedCallers(logInto(lines))
    callers.add('unknown-token', '192.0.2.7')
    expect(lines).toHaveLength(1)
    for (let guess = 0; guess < 20_000; guess += 1) callers.add('unknown-token', '192.0.2.7')
    callers.add('no-token', '192.0.2.8')
    expect(lines).toHaveLength(1)
    vi.advanceTimersByTime(10_000)
    expect(lines).toHaveLength(2)
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({
      level: 'warn',
      count: 20_001,
      callers: [
        { ip: '192.0.2.7', count: 20_000 },
        { ip: '192.0.2.8', count: 1 },
      ],
    })
    vi.advanceTimersByTime(60_000)
    expect(lines).toHaveLength(2)
  })

  it('a caller with many addresses fills neither the memory nor a line', () => {
    vi.useFakeTimers()
    const lines: string[] = []
    const callers = createRefusedCallers(logInto(lines))
    for (let caller = 0; caller < 50_000; caller += 1)
      callers.add('no-token', `2001:db8::${caller}`)
    callers.close()
    expect(lines).toHaveLength(2)
    const told = JSON.parse(lines[1] ?? '') as { callers: { ip: string; count: number }[] }
    expect(told.callers).toHaveLength(10)
    expect(told.callers[0]).toEqual({ ip: 'others', count: 48_999 })
  })

  it('the metrics count refused callers by why they were refused, and hold no token', async () => {
    const world = await createTestApp()
    try {
      const url = '/v1/api-clients'
      await world.call(null, 'GET', url)
      await world.call(null, 'GET', url, undefined, { authorization: 'Bearer hoede2026' })
      await world.call(null, 'GET', url, undefined, { authorization: 'Bearer hoede2027' })
      await world.call('vendor', 'GET', url)
      const text = String((await world.call(null, 'GET', '/metrics')).body['text'])
      expect(text).toContain('hoede_http_callers_refused_total{reason="no-token"} 1')
      expect(text).toContain('hoede_http_callers_refused_total{reason="unknown-token"} 2')
      expect(text).toContain('hoede_http_callers_refused_total{reason="role"} 1')
      expect(text).not.toContain('hoede202')
    } finally {
      await world.close()
    }
  })
})
