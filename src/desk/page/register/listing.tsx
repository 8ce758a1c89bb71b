import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Said } from '../net/said.tsx'
import { call, type Outcome } from '../net/api.ts'
import { registerWords } from '../words/register/words.ts'
import { faultOf, readUntilDone } from '../net/use-reading.ts'
import { fill } from '../words/words.ts'

/**
 * One list of the API as a table, page by page. What could not be read says so: an empty list and
 * one that was not read must not look alike.
 */
export function Listing<T>(props: ListingProps<T>) {
  const { label, columns, empty, keyOf } = props
  const { items, cursor, fault, more } = usePages<T>(props.path, props.version ?? 0)
  if (items === null && fault !== null) return <NotRead fault={fault} />
  if (items === null) return <p role="status">{registerWords().reading}</p>
  if (items.length === 0) return <p class="empty">{empty ?? registerWords().nothing}</p>
  return (
    <>
      <table class="listing" aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)}>
              {columns.map(({ name, cell }) => (
                <td key={name} data-name={name}>
                  {cell(item)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {/* What was read before stays, and the button asks for the rest again. */}
      <NotRead fault={fault} />
      <p class="paging">
        {fill(registerWords().shown, { n: items.length })}{' '}
        {cursor === null ? null : (
          <button type="button" class="quiet" onClick={more}>
            {registerWords().more}
          </button>
        )}
      </p>
    </>
  )
}

type ListingProps<T> = {
  readonly label: string
  /** With its query, without cursor and limit. */
  readonly path: string
  readonly columns: readonly Column<T>[]
  readonly empty?: string
  readonly keyOf: (item: T) => string
  /** Read again when it changes. */
  readonly version?: number
}

export type Column<T> = {
  readonly name: string
  readonly cell: (item: T) => ComponentChildren
}

type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null }

function usePages<T>(path: string, version: number) {
  const [read, setRead] = useState<Read<T>>(unread)
  useEffect(
    () =>
      readUntilDone(
        () => readPage<T>(path, null),
        (outcome) => setRead(add(unread, outcome)),
      ),
    [path, version],
  )
  const more = (): void => {
    void readPage<T>(path, read.cursor).then((outcome) => {
      // Another list may stand there by now.
      setRead((now) => (now === read ? add(read, outcome) : now))
    })
  }
  return { ...read, more }
}

type Read<T> = {
  readonly items: readonly T[] | null
  readonly cursor: string | null
  readonly fault: string | null
}

const unread = { items: null, cursor: null, fault: null }

function add<T>(before: Read<T>, outcome: Outcome<Page<T>>): Read<T> {
  if (outcome.kind !== 'done') return { ...before, fault: faultOf(outcome) }
  const { items, nextCursor } = outcome.body
  return { items: [...(before.items ?? []), ...items], cursor: nextCursor, fault: null }
}

async function readPage<T>(path: string, cursor: string | null): Promise<Outcome<Page<T>>> {
  const query = `limit=${pageCount}${cursor === null ? '' : `&cursor=${cursor}`}`
  return await call('GET', `${path}${path.includes('?') ? '&' : '?'}${query}`)
}

/** What fits on a screen or two; a register of thousands is searched and not scrolled. */
const pageCount = 50

/** What could not be read says so, or it would look as if there were none. */
export function NotRead({ fault }: { readonly fault: string | null }) {
  if (fault === null) return null
  return (
    <p class="fault" role="alert">
      <Said text={fill(registerWords().notRead, { detail: fault })} />
    </p>
  )
}

/** What one path answers, and a way to read it again; null until it is here. */
export function useBody<T>(path: string | null) {
  const [outcome, setOutcome] = useState<Outcome<T> | null>(null)
  const [version, setVersion] = useState(0)
  useEffect(() => {
    setOutcome(null)
    return path === null ? undefined : readUntilDone(() => call<T>('GET', path), setOutcome)
  }, [path, version])
  return {
    body: outcome?.kind === 'done' ? outcome.body : null,
    fault: outcome === null || outcome.kind === 'done' ? null : faultOf(outcome),
    readAgain: () => setVersion(version + 1),
  }
}
