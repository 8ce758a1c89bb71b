import { checkTitles } from '../../../core/enforceability/check-titles.ts'
import { language } from '../words/words.ts'

/** What a check is about, by its code. */
export function titleOf(code: string): string {
  return checkTitles[code]?.[language.value] ?? ''
}
