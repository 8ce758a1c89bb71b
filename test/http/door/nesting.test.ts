import { expect, it } from 'vitest'
import { isNestedDeeper } from '../../../src/http/door/nesting.ts'

const deeper = (text: string, depthMax = 3) => isNestedDeeper(Buffer.from(text), depthMax)

it('a body is nested too deep by one list or object more than the bound, and by none in a string', () => {
  expect(deeper('{"a":[[1],[2],{"b":3}]}')).toBe(false)
  expect(deeper('{"a":[[[1]]]}')).toBe(true)
  expect(deeper('[{"a":{"b":{}}}]')).toBe(true)
  expect(deeper('{"a":"[[[[[[{{{{","b":[["]"]]}')).toBe(false)
  // The quote after a backslash ends no string; the one after two does.
  expect(deeper(String.raw`{"a":"\"[[[[","b":1}`)).toBe(false)
  expect(deeper(String.raw`{"a":"\\","b":[[[1]]]}`)).toBe(true)
})

it('a body of 400,000 lists inside one another is known to be too deep by its first bytes', () => {
  const text = Buffer.from(`{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}`)
  const beginning = text.subarray(0, 100)
  expect([isNestedDeeper(text, 32), isNestedDeeper(beginning, 32)]).toEqual([true, true])
})
