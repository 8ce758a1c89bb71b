import type { z } from 'zod'
import { useState } from 'preact/hooks'
import { staffRoles, type StaffRole } from '../../../core/model/contract-words.ts'
import type { staffSchema, staffWithLinkSchema } from '../../../schemas/staff.ts'
import { Field, Group } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { call } from '../net/api.ts'
import { Listing, type Column } from '../register/listing.tsx'
import { me } from '../state/session.ts'
import { accountWords } from '../words/accounts/words.ts'
import { OnceShown } from './once-shown.tsx'

type Staff = z.output<typeof staffSchema>
type StaffWithLink = z.output<typeof staffWithLinkSchema>
/** What is shown once: a link, or the code with which one opens. */
type Shown = {
  readonly title: string
  readonly note: string
  readonly secret: string
  readonly until: string | null
}

/** Who may sign in. A link is shown once, and handed over in person. */
export function StaffSection() {
  const [version, setVersion] = useState(0)
  const [made, setMade] = useState<Shown | null>(null)
  const text = accountWords()
  const again = (): void => setVersion(version + 1)
  const show = (shown: Shown): void => {
    setMade(shown)
    again()
  }
  const showLink = (staff: StaffWithLink): void => show(shownLink(staff))
  return (
    <>
      {made === null ? null : <OnceShown {...made} onRead={() => setMade(null)} />}
      <details class="new">
        <summary>{text.newStaff}</summary>
        <Form<StaffWithLink>
          label={text.newStaff}
          submit={text.make}
          isGrave
          send={(values) =>
            call('POST', '/v1/staff', {
              displayName: values.get('displayName'),
              roles: values.getAll('roles'),
            })
          }
          onDone={showLink}
        >
          <Field name="displayName" label={text.displayName} autocomplete="off" />
          <RoleBoxes chosen={[]} />
        </Form>
      </details>
      <Listing
        label={text.staff}
        path="/v1/staff"
        keyOf={({ id }) => id}
        columns={columns(again, show)}
        version={version}
      />
    </>
  )
}

function RoleBoxes({ chosen }: { readonly chosen: readonly StaffRole[] }) {
  const text = accountWords()
  return (
    <Group legend={text.roles} at="/roles">
      {staffRoles.map((role) => (
        <label key={role} class="box">
          <input type="checkbox" name="roles" value={role} defaultChecked={chosen.includes(role)} />{' '}
          {text.roleNames[role]}
        </label>
      ))}
    </Group>
  )
}

function shownLink(staff: StaffWithLink): Shown {
  const { linkNote, linkCodeNote } = accountWords()
  const note = staff.signInLinkNeedsCode ? `${linkNote} ${linkCodeNote}` : linkNote
  const { displayName, signInLink, signInLinkUntil } = staff
  return { title: displayName, note, secret: signInLink, until: signInLinkUntil }
}

function columns(again: () => void, show: (shown: Shown) => void): readonly Column<Staff>[] {
  const text = accountWords()
  return [
    {
      name: text.displayName,
      cell: ({ displayName, signInName }) => (
        <>
          {displayName}
          {signInName === null ? '' : ` (${signInName})`}
        </>
      ),
    },
    {
      name: text.roles,
      cell: ({ roles }) => roles.map((role) => text.roleNames[role]).join(', ') || '–',
    },
    { name: text.signsInBy, cell: (staff) => waysOf(staff) },
    {
      name: text.state,
      cell: ({ disabledAt, signInLinkWaits }) => (
        <>
          {disabledAt === null ? text.mayEnter : <strong>{text.locked}</strong>}
          {signInLinkWaits ? ` · ${text.linkWaits}` : ''}
        </>
      ),
    },
    {
      name: text.acts,
      cell: (staff) =>
        staff.id === me.value?.id ? (
          <em>{text.yourself}</em>
        ) : (
          <StaffActs staff={staff} again={again} show={show} />
        ),
    },
  ]
}

function waysOf(staff: Staff): string {
  const text = accountWords()
  const ways = [
    ...(staff.hasPassword ? [text.password] : []),
    ...(staff.passkeyCount > 0 ? [`${text.passkeys} (${staff.passkeyCount})`] : []),
    ...(staff.issuer === 'local' ? [] : [staff.issuer]),
  ]
  return ways.length === 0 ? text.notYet : ways.join(', ')
}

function StaffActs({ staff, again, show }: StaffActsProps) {
  const text = accountWords()
  const path = `/v1/staff/${staff.id}`
  const isLocked = staff.disabledAt !== null
  return (
    <details>
      <summary>{text.acts}</summary>
      <Form
        label={`${text.roles}: ${staff.displayName}`}
        submit={text.setRoles}
        isGrave
        send={(values) => call('PUT', `${path}/roles`, { roles: values.getAll('roles') })}
        onDone={again}
      >
        <RoleBoxes chosen={staff.roles} />
      </Form>
      <Form
        label={`${text.lock}: ${staff.displayName}`}
        submit={isLocked ? text.unlock : text.lock}
        isGrave
        send={() => call('POST', `${path}/${isLocked ? '_enable' : '_disable'}`)}
        onDone={again}
      >
        <p>{isLocked ? text.unlockNote : text.lockNote}</p>
      </Form>
      {isLocked ? null : (
        <Form<StaffWithLink>
          label={`${text.recover}: ${staff.displayName}`}
          submit={text.recover}
          isGrave
          send={() => call('POST', `${path}/_recover`)}
          onDone={(made) => show(shownLink(made))}
        >
          <p>{text.recoverNote}</p>
        </Form>
      )}
      {staff.signInLinkWaits ? <ConfirmLink staff={staff} show={show} /> : null}
    </details>
  )
}

type StaffActsProps = {
  readonly staff: Staff
  readonly again: () => void
  readonly show: (shown: Shown) => void
}

function ConfirmLink({ staff, show }: Pick<StaffActsProps, 'staff' | 'show'>) {
  const text = accountWords()
  const title = staff.displayName
  return (
    <Form<{ readonly code: string }>
      label={`${text.confirmLink}: ${title}`}
      submit={text.confirmLink}
      isGrave
      send={() => call('POST', `/v1/staff/${staff.id}/_confirm-link`)}
      onDone={({ code }) => show({ title, note: text.codeNote, secret: code, until: null })}
    >
      <p>{text.confirmLinkNote}</p>
    </Form>
  )
}
