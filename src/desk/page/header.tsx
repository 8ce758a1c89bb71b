import { Navigation } from './places.tsx'
import { connection, isAtDesk, isDead, nowMs, rows, silentSeconds } from './state/desk.ts'
import { endingMs, leave, me } from './state/session.ts'
import { askNotifications, isSoundReady, playFor, unlockSound } from './state/sound.ts'
import { formatCountdown } from './words/times.ts'
import { fill, switchLanguage, words } from './words/words.ts'

export function Header() {
  return (
    <header class="bar">
      <strong class="brand">Hoede</strong>
      <Navigation />
      {isAtDesk.value === false ? null : (
        <>
          <Liveness />
          <Counts />
          <Sound />
        </>
      )}
      <Person />
      <button
        type="button"
        class="quiet"
        onClick={switchLanguage}
        lang={words().language === 'English' ? 'en' : 'nl'}
      >
        {words().language}
      </button>
    </header>
  )
}

/** How old the last proof of life is: an empty list and a dead list must not look alike. */
function Liveness() {
  const text = isDead.value
    ? fill(words().dead, { seconds: silentSeconds.value })
    : connection.value === 'live'
      ? fill(words().live, { seconds: silentSeconds.value })
      : words().connecting
  return <span class={isDead.value ? 'liveness dead' : 'liveness'}>{text}</span>
}

function Counts() {
  const count = (priority: string): number =>
    rows.value.filter((row) => row.priority === priority).length
  return (
    <span class="counts">
      {fill(words().counts, { p1: count('P1'), p2: count('P2'), p3: count('P3') })}
    </span>
  )
}

function Sound() {
  if (!isSoundReady.value) {
    return (
      <button
        type="button"
        class="warn"
        title={words().soundLockedNote}
        onClick={() => void unlock()}
      >
        {words().soundOff}
      </button>
    )
  }
  return (
    <span>
      {words().soundOn}{' '}
      <button type="button" class="quiet" onClick={() => playFor('P1')}>
        {words().soundTest}
      </button>
    </span>
  )
}

/** Who sits here, and from half an hour before that the session ends. */
function Person() {
  if (me.value === null) return null
  const { displayName, session } = me.value
  const leftMs = Date.parse(session.expiresAt) - nowMs.value
  return (
    <span>
      {displayName}
      {leftMs > endingMs ? null : (
        <strong> · {fill(words().sessionEnds, { time: formatCountdown(leftMs) })}</strong>
      )}{' '}
      <button type="button" class="quiet" onClick={() => void leave()}>
        {words().signOut}
      </button>
    </span>
  )
}

/** One click allows both: the sound, and the browser's own notification. */
async function unlock(): Promise<void> {
  await unlockSound()
  if ('Notification' in globalThis && Notification.permission === 'default')
    await askNotifications()
}
