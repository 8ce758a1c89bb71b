import { checkTitles } from '../../../core/enforceability/check-titles.ts'
import type { Order } from '../net/api.ts'
import { language, wordOf } from '../words/words.ts'
import { advisoryWords } from './advisory-words.ts'

/** What is worth a second look: in words of the page, and with the numbers of the server. */
export function AdvisoryList({ advisories }: Pick<Order, 'advisories'>) {
  return (
    <ul>
      {advisories.map(({ pointer, code, detail, detailNl }) => (
        <li key={`${pointer} ${code}`}>
          <strong>{nameOf(code)}</strong>{' '}
          {language.value === 'nl' && detailNl !== undefined ? (
            detailNl
          ) : (
            <span lang="en">{detail}</span>
          )}
        </li>
      ))}
    </ul>
  )
}

/** Advice of an assessment goes by the number of its check. */
function nameOf(code: string): string {
  const check = checkTitles[code]
  return check === undefined
    ? wordOf(advisoryWords().codes, code)
    : `${code} ${check[language.value]}.`
}
