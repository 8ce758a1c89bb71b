import { alertKinds, alertPriorities } from '../../../core/model/alert.ts'
import type { Filter } from './incidents.ts'

export const noFilter: Filter = { keeper: null, priority: null, kind: null, search: '' }

/** As it stands behind the path of an address; empty where nothing is filtered. */
export function queryOf({ keeper, priority, kind, search }: Filter): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ keeper, priority, kind, search }))
    if (value !== null && value !== '') query.set(name, value)
  return String(query)
}

/** Back again; what this page does not know filters nothing. */
export function filterOf(query: string): Filter {
  const values = new URLSearchParams(query)
  const keeper = values.get('keeper') ?? ''
  return {
    keeper: /^[0-9a-f-]{36}$/.test(keeper) ? keeper : null,
    priority: alertPriorities.find((one) => one === values.get('priority')) ?? null,
    kind: alertKinds.find((one) => one === values.get('kind')) ?? null,
    search: values.get('search')?.slice(0, 200) ?? '',
  }
}
