import { useId } from 'preact/hooks'
import { textOf } from '../form/values.ts'
import { registerWords } from '../words/register/words.ts'

/** By the beginning of what it is called; asked of the server, so that all are searched. */
export function SearchForm({ label, onSearch }: SearchFormProps) {
  const id = useId()
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        onSearch(textOf(new FormData(event.currentTarget as HTMLFormElement).get('q')) ?? '')
      }}
    >
      <label for={id}>{label}</label>
      <input id={id} type="search" name="q" autocomplete="off" />
      <button type="submit" class="quiet">
        {registerWords().search}
      </button>
    </form>
  )
}

type SearchFormProps = {
  readonly label: string
  readonly onSearch: (text: string) => void
}
