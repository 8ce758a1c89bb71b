import { alertKinds, alertPriorities } from '../../../core/model/alert.ts'
import type { Filter } from './incidents.ts'

export const noFilter: Filter = { keeper: null, priority: null, kind: null, search: '' }

/**
 * As it stands behind the path of an address; empty where nothing is filtered. What is searched for
 * is of a case, and stays out of the history of a seat that many share.
 */
export function queryOf({ keeper, priority, kind }: Filter): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ keeper, priority, kind }))
    if (value !== null && value !== '') query.set(name, value)
  return String(query)
}

/** Back again, with what is searched for; what this page does not know filters nothing. */
export function filterOf(query: string, search: string): Filter {
  const values = new URLSearchParams(query)
  const keeper = values.get('keeper') ?? ''
  return {
    keeper: /^[0-9a-f-]{36}$/.test(keeper) ? keeper : null,
    priority: alertPriorities.find((one) => one === values.get('priority')) ?? null,
    kind: alertKinds.find((one) => one === values.get('kind')) ?? null,
    search,
  }
}
