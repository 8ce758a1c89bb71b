/**
 * What somebody has under the hand in a case stays where it is: a colleague who opens the same case
 * adds a line above the steps, and a click that was meant for one outcome would fall on another.
 * The case is scrolled by as much as it grew or shrank above. Where it cannot be, a click of just
 * then chooses nothing (`hasJustMoved`).
 */
export function keepHandSteady(): () => void {
  let held: { readonly element: Element; readonly placePixels: number } | null = null
  const hold = (event: Event): void => {
    const element = event.target instanceof Element ? event.target.closest(holdable) : null
    held = element?.closest('.case') == null ? null : { element, placePixels: placeOf(element) }
  }
  const follow = (): void => {
    if (held === null || !held.element.isConnected) return
    const { element, placePixels } = held
    const movedPixels = placeOf(element) - placePixels
    if (Math.abs(movedPixels) < 1) return
    const box = boxOf(element)
    const beforePixels = box.scrollTop
    box.scrollTop += movedPixels
    const leftPixels = movedPixels - (box.scrollTop - beforePixels)
    if (Math.abs(leftPixels) >= 2) noteMove()
    held = { element, placePixels: placeOf(element) }
  }
  const observer = new MutationObserver(follow)
  const changes = { childList: true, subtree: true, characterData: true, attributes: true }
  observer.observe(document.body, changes)
  const look = (): void => {
    if (held !== null) held = { ...held, placePixels: placeOf(held.element) }
  }
  document.addEventListener('pointerover', hold)
  document.addEventListener('focusin', hold)
  addEventListener('resize', look)
  return () => {
    observer.disconnect()
    document.removeEventListener('pointerover', hold)
    document.removeEventListener('focusin', hold)
    removeEventListener('resize', look)
  }
}

/**
 * What is under the hand moved so lately that nobody can have meant what they hit. The time of the
 * click itself counts (its `timeStamp`): a busy page reads it long after the finger.
 */
export function hasJustMoved(clickedAtMs: number, moveSeenAtMs = movedAtMs): boolean {
  return clickedAtMs - moveSeenAtMs < reactionMs
}

let movedAtMs = -Infinity

/** Nobody sees a move before the next frame, which a busy page may be long in drawing. */
function noteMove(): void {
  movedAtMs = performance.now()
  requestAnimationFrame(() => (movedAtMs = performance.now()))
}

/** From seeing to a finger that has pressed. */
const reactionMs = 400

const holdable = 'a, button, input, select, textarea, summary, label'

/** In what is scrolled: where the hand itself scrolls to is no move. */
function placeOf(element: Element): number {
  return element.getBoundingClientRect().top + boxOf(element).scrollTop
}

/** What scrolls around it: the case, or on a telephone the page. */
function boxOf(element: Element): Element {
  const box = element.closest('.case')
  const isBox = box !== null && getComputedStyle(box).overflowY !== 'visible'
  return isBox ? box : (document.scrollingElement ?? document.body)
}
