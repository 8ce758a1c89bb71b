import type { JSX } from 'preact'
import { address } from '../state/desk.ts'

/** A place of several pages: their list beside the one that is open, by the address. */
export function Sections({ title, path, sections }: SectionsProps) {
  const rest = address.value.slice(path.length + 1).split('/')
  const open = sections.find((section) => section.key === rest[0]) ?? sections[0]
  if (open === undefined) return null
  return (
    <div class="sections">
      <nav aria-label={title}>
        <h1>{title}</h1>
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
