import { signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Said } from '../net/said.tsx'
import { call, type Outcome } from '../net/api.ts'
import { sitter } from '../state/session.ts'
import { fill, words } from '../words/words.ts'
import { formWords } from './form-words.ts'
import { textOf } from './values.ts'

/** What is waiting for a proof: the act in the server's words, and who is told how it went. */
const asked = signal<{
  readonly act: string
  /** Who sat here then: another one proves nothing for them. */
  readonly sitter: number
  readonly answer: (isProven: boolean) => void
} | null>(null)

/**
 * Sends, and where the server wants a fresh proof of who is there asks for it and sends once more.
 * The act is the one that the refusal named: the page never thinks up one.
 */
export async function sendWithProof<T>(
  send: () => Promise<Outcome<T>>,
  isGrave: boolean,
): Promise<Outcome<T>> {
  const first = await send()
  if (!isGrave || first.kind !== 'refused' || first.code !== 'step-up-required') return first
  const act = first.faults[0]?.detail ?? ''
  const isProven = await new Promise<boolean>((resolve) => {
    asked.value = { act, sitter: sitter.peek(), answer: resolve }
  })
  asked.value = null
  return isProven ? await send() : first
}

/** Stands once on the page. A real dialog: the rest is out of reach until it is answered. */
export function ProofDialog() {
  const dialog = useRef<HTMLDialogElement>(null)
  const [fault, setFault] = useState('')
  const question = asked.value
  useEffect(() => {
    if (question === null) dialog.current?.close()
    else {
      setFault('')
      dialog.current?.showModal()
    }
  }, [question])
  useEffect(() => {
    if (question !== null && question.sitter !== sitter.value) question.answer(false)
  }, [question, sitter.value])
  if (question === null) return null
  const take = (outcome: Outcome<unknown>): void => {
    if (outcome.kind === 'done') question.answer(true)
    else {
      const lost = outcome.kind === 'unsent' ? words().connecting : words().signedOut
      const detail = outcome.kind === 'refused' ? outcome.detail : lost
      setFault(fill(formWords().proofFailed, { detail }))
    }
  }
  const byPassword = (event: SubmitEvent): void => {
    event.preventDefault()
    const values = new FormData(event.currentTarget as HTMLFormElement)
    const password = values.get('password')
    const body = { act: question.act, password, code: textOf(values.get('code')) }
    void call('POST', '/v1/me/_step-up-by-password', body).then(take)
  }
  return (
    <dialog ref={dialog} aria-labelledby="proof-title" onCancel={() => question.answer(false)}>
      <form class="form" onSubmit={byPassword}>
        <h2 id="proof-title">{formWords().proofTitle}</h2>
        <p>{formWords().proofNote}</p>
        <p class="field">
          <label for="proof-password">{formWords().password}</label>
          <input
            id="proof-password"
            name="password"
            type="password"
            autocomplete="current-password"
            required
          />
        </p>
        <p class="field">
          <label for="proof-code">{formWords().code}</label>
          <input
            id="proof-code"
            name="code"
            inputMode="numeric"
            autocomplete="one-time-code"
            required
          />
        </p>
        <p class="fault" role="alert">
          <Said text={fault} />
        </p>
        <p class="send">
          <button type="submit">{formWords().confirm}</button>
          <button
            type="button"
            class="quiet"
            onClick={() => void provePasskey(question.act, take, setFault)}
          >
            {formWords().withPasskey}
          </button>
          <button type="button" class="quiet" onClick={() => question.answer(false)}>
            {formWords().cancel}
          </button>
        </p>
      </form>
    </dialog>
  )
}

async function provePasskey(
  act: string,
  take: (outcome: Outcome<unknown>) => void,
  setFault: (fault: string) => void,
): Promise<void> {
  const options = await call<PublicKeyCredentialRequestOptionsJSON>('POST', '/v1/me/_ask-passkey', {
    act,
  })
  if (options.kind !== 'done') {
    take(options)
    return
  }
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.body)
    const credential = await navigator.credentials.get({ publicKey })
    const response = (credential as PublicKeyCredential).toJSON()
    take(await call('POST', '/v1/me/_step-up-by-passkey', { act, response }))
  } catch {
    setFault(formWords().passkeyFailed)
  }
}
