import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { address } from '../state/desk.ts'

const narrow = matchMedia('(max-width: 55rem)')
/** Where the style puts one below the other. */
const isNarrow = signal(narrow.matches)
narrow.addEventListener('change', () => (isNarrow.value = narrow.matches))

/** A place of several pages: their list beside the one that is open, by the address. */
export function Sections({ title, path, sections }: SectionsProps) {
  const rest = address.value.slice(path.length + 1).split('/')
  const open = sections.find((section) => section.key === rest[0]) ?? sections[0]
  if (open === undefined) return null
  return (
    <div class="sections">
      <nav aria-label={title} key={`${open.key} ${isNarrow.value}`}>
        {/* On a telephone a dozen links would take the first screen of every page. */}
        <details open={!isNarrow.value}>
          <summary>
            <h1>{title}</h1> {isNarrow.value ? open.name() : null}
          </summary>
          <ul>
            {sections.map((section) => (
              <li key={section.key}>
                <a
                  href={`#${path}/${section.key}`}
                  aria-current={section === open ? 'page' : undefined}
                >
                  {section.name()}
                </a>
              </li>
            ))}
          </ul>
        </details>
      </nav>
      <section class="section" aria-labelledby="section-title" key={rest.join('/')}>
        <h2 id="section-title" tabIndex={-1}>
          {open.name()}
        </h2>
        <open.View rest={rest.slice(1)} />
      </section>
    </div>
  )
}

type SectionsProps = {
  readonly title: string
  readonly path: string
  readonly sections: readonly Section[]
}

export type Section = {
  readonly key: string
  readonly name: () => string
  readonly View: (props: { readonly rest: readonly string[] }) => JSX.Element
}
