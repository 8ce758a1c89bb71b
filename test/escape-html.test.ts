import { expect, it } from 'vitest'
import { escapeHtml } from '../src/escape-html.ts'

it.each([
  ['<script>', '&#60;script&#62;'],
  ['a & b', 'a &#38; b'],
  [`" and '`, '&#34; and &#39;'],
  ['plain: é, 100 %', 'plain: é, 100 %'],
])('the text %j becomes %j, which no page reads as markup', (text, escaped) => {
  expect(escapeHtml(text)).toBe(escaped)
})
