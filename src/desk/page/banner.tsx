import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { responseWords } from './protocol/response-words.ts'
import { secondDeskNumber } from './protocol/second-desk.ts'
import { beat, type Trouble, connection, isDead, nowMs, silentSeconds } from './state/desk.ts'
import { fill, words } from './words/words.ts'

/** What must be known before anything else on the page is believed. */
export function Banner() {
  if (connection.value === 'signed-out') return <SignedOut />
  if (isDead.value) return <Dead />
  const trouble = beat.value?.trouble ?? null
  return (
    <>
      {trouble === null ? null : <Behind key={trouble} trouble={trouble} />}
      <ClockOff />
    </>
  )
}

function Dead() {
  return (
    <div class="banner dead" role="alert">
      <p>{fill(words().deadNote, { seconds: silentSeconds.value })}</p>
      <SecondDesk />
    </div>
  )
}

/** Whom to call, where the page says that somebody must be. */
function SecondDesk() {
  const number = secondDeskNumber()
  if (number === null) return null
  return (
    <p>
      <a class="button phone" href={`tel:${number.replaceAll(/[^+\d]/g, '')}`}>
        {fill(responseWords().secondDesk, { phone: number })}
      </a>
    </p>
  )
}

function SignedOut() {
  return (
    <div class="banner dead" role="alert">
      <h2>{words().signedOut}</h2>
      <p>{words().signedOutNote}</p>
      <a class="button" href="/sign-in" target="_blank">
        {words().signIn}
      </a>
    </div>
  )
}

function Behind({ trouble }: { readonly trouble: Trouble }) {
  const [isRead, setRead] = useState(false)
  const text = <p>{fill(words().behindNote, { trouble: words().troubles[trouble] })}</p>
  if (isRead) {
    return (
      <div class="banner behind" role="status">
        <strong>{words().behindTitle}</strong>
        {text}
      </div>
    )
  }
  return <Cover text={text} onRead={() => setRead(true)} />
}

/** Over the whole screen, and out of reach of every key: nothing below is to be believed. */
function Cover({
  text,
  onRead,
}: {
  readonly text: ComponentChildren
  readonly onRead: () => void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      class="cover"
      ref={dialog}
      role="alertdialog"
      aria-labelledby="behind-title"
      // Escape is no reading.
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.preventDefault()
      }}
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="behind-title">{words().behindTitle}</h2>
      {text}
      <button type="button" onClick={onRead}>
        {words().behindRead}
      </button>
    </dialog>
  )
}

function ClockOff() {
  const offSeconds = Math.round((nowMs.value - Date.now()) / 1_000)
  if (Math.abs(offSeconds) <= 2) return null
  return (
    <p class="banner note" role="status">
      {fill(words().clockOff, { seconds: Math.abs(offSeconds) })}
    </p>
  )
}
