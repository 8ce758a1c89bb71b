import { alertKinds, alertPriorities } from '../../../core/model/alert.ts'
import { keepersAmong } from '../state/incidents.ts'
import { filter, rows } from '../state/desk.ts'
import { words } from '../words/words.ts'

/** What to look at. What a filter keeps out of sight is counted beside the list. */
export function Filters() {
  const chosen = filter.value
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label>
        {words().search}
        <input
          type="search"
          name="search"
          value={chosen.search}
          onInput={(event) => {
            filter.value = { ...chosen, search: event.currentTarget.value }
          }}
        />
      </label>
      <Keepers />
      <label>
        {words().filterPriority}
        <select
          name="priority"
          value={chosen.priority ?? ''}
          onChange={(event) => {
            const value = alertPriorities.find((one) => one === event.currentTarget.value)
            filter.value = { ...chosen, priority: value ?? null }
          }}
        >
          <option value="">{words().filterAll}</option>
          {alertPriorities.map((priority) => (
            <option key={priority} value={priority}>
              {words().priority[priority]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words().filterKind}
        <select
          name="kind"
          value={chosen.kind ?? ''}
          onChange={(event) => {
            const value = alertKinds.find((one) => one === event.currentTarget.value)
            filter.value = { ...chosen, kind: value ?? null }
          }}
        >
          <option value="">{words().filterAll}</option>
          {alertKinds.map((kind) => (
            <option key={kind} value={kind}>
              {words().kinds[kind]}
            </option>
          ))}
        </select>
      </label>
    </form>
  )
}

/** Whose cases; asked where there is more than one answer. */
function Keepers() {
  const chosen = filter.value
  const keepers = keepersAmong(rows.value, chosen.keeper)
  if (keepers.length < 2 && chosen.keeper === null) return null
  return (
    <label class="wide">
      {words().filterKeeper}
      <select
        name="keeper"
        value={chosen.keeper ?? ''}
        onChange={(event) => {
          filter.value = { ...chosen, keeper: event.currentTarget.value || null }
        }}
      >
        <option value="">{words().filterAll}</option>
        {keepers.map(({ id, name, unitOf }) => (
          <option key={id} value={id}>
            {name === null ? words().filterNobody : unitOf === null ? name : `${unitOf} · ${name}`}
          </option>
        ))}
      </select>
    </label>
  )
}
