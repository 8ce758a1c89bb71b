import { expect, it } from 'vitest'
import { areaBodyOf, cornersOf, emptyArea } from '../../../../src/desk/page/register/area.ts'
import { isTooMuch, pastedMax } from '../../../../src/desk/page/register/pasted-text.ts'

const paste = (geometry: string) => ({ ...emptyArea, kind: 'drawn' as const, geometry })

function ring(vertexCount: number) {
  const corners = Array.from({ length: vertexCount }, (_, index) => [5 + index / 1e6, 52])
  return [...corners, corners[0]]
}

const outline = (...rings: readonly unknown[]) =>
  JSON.stringify({ type: 'Polygon', coordinates: rings })

it('an area of as many corners as the API takes is read, in one ring or in several, and one more is not', () => {
  const { vertices } = pastedMax
  for (const text of [outline(ring(vertices)), outline(ring(vertices - 3), ring(3))]) {
    expect(isTooMuch(text)).toBe(false)
    expect(areaBodyOf(paste(text))).toEqual({ geometry: JSON.parse(text) })
  }
  for (const text of [outline(ring(vertices + 1)), outline(ring(vertices - 3), ring(4))]) {
    expect(isTooMuch(text)).toBe(true)
    expect(areaBodyOf(paste(text))).toEqual({ geometry: undefined })
    expect(cornersOf(paste(text))).toEqual([])
  }
})

it('what is nested too deep or too long is not read, whether it is whole or not', () => {
  const deep = (depth: number) => `${'['.repeat(depth)}5${']'.repeat(depth)}`
  expect(isTooMuch(deep(pastedMax.depth))).toBe(false)
  for (const text of [
    deep(pastedMax.depth + 1),
    '{"a":'.repeat(5_000),
    `{"type":"Polygon","coordinates":${deep(5_000)}}`,
    ' '.repeat(pastedMax.characters + 1),
  ]) {
    expect(isTooMuch(text)).toBe(true)
    expect(areaBodyOf(paste(text))).toEqual({ geometry: undefined })
  }
})

it('brackets in a name are no corners', () => {
  const names = Array.from({ length: 100 }, () => '[["\\'.repeat(20))
  expect(isTooMuch(JSON.stringify({ names, ring: ring(3) }))).toBe(false)
})
