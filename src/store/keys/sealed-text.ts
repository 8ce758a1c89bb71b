import type { Db } from '../pg/pool.ts'
import { damaged } from './data-keys.ts'
import { keysOf } from './keys-of.ts'

/** For a column of text. `about` says what it is and whose. */
export async function sealText(
  db: Db,
  scope: string,
  about: string,
  text: string,
): Promise<string> {
  const sealed = await keysOf(db).seal(scope, about, Buffer.from(text))
  return `${mark}${sealed.toString('base64url')}`
}

/** In their order; null: it does not open. What is older than keys stays as it is. */
export async function openTexts(
  db: Db,
  pieces: readonly { readonly text: string; readonly about: string }[],
): Promise<readonly (string | null)[]> {
  const sealed = pieces
    .filter(({ text }) => isSealed(text))
    .map(({ text, about }) => ({
      sealed: Buffer.from(text.slice(mark.length), 'base64url'),
      about,
    }))
  if (sealed.length === 0) return pieces.map(({ text }) => text)
  const opened = (await keysOf(db).open(sealed)).values()
  return pieces.map((piece) => {
    if (!isSealed(piece.text)) return piece.text
    const { value } = opened.next()
    return value === undefined || value === damaged ? null : (value?.toString('utf8') ?? null)
  })
}

export function isSealed(text: string): boolean {
  return text.startsWith(mark)
}

/** No telephone number, no secret of a webhook and no JSON begins so. */
const mark = 'sealed:'
