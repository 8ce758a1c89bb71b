import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { findDraft, keepDraft } from '../state/drafts.ts'

/** What somebody changed in one input of a form. */
export type KeptInput = {
  /** Its name, or its place in the body that is sent. */
  readonly name: string
  /** Among those of the same name. */
  readonly place: number
  /** As it is called on the page, to be read where it cannot be typed again. */
  readonly label: string
  readonly value: string
  readonly isChecked: boolean
}

/**
 * Keeps what is typed in a form by the key of the form, and types it again where that form opens:
 * before it is seen, or what somebody types first would be overwritten. Only what was changed is
 * kept: what a form begins with may be another thing the next time. Two forms of one key keep
 * nothing, as nobody could say whose it was.
 */
export function useKeptInputs(form: RefObject<HTMLFormElement | null>, key: string): KeptInputs {
  const [isTypedAgain, setTypedAgain] = useState(false)
  const keeper = useRef<Keeper>({ key, form, begun: new WeakMap(), waiting: [] }).current
  useLayoutEffect(() => {
    if (form.current === null) return
    keeper.waiting = isAlone(key) ? keptOf(key) : []
    setTypedAgain(keeper.waiting.length > 0)
    if (keeper.waiting.length > 0) openAround(form.current)
    meet(keeper)
    // Some fields come when something else was read, and have a beginning of their own.
    const observer = new MutationObserver(() => meet(keeper))
    observer.observe(form.current, { childList: true, subtree: true })
    return () => observer.disconnect()
  }, [])
  return {
    keep: () => keep(keeper),
    forget: () => {
      forget(keeper)
      setTypedAgain(false)
    },
    throwAway: () => {
      throwAway(keeper)
      setTypedAgain(false)
    },
    isTypedAgain,
  }
}

export type KeptInputs = {
  readonly keep: () => void
  /** What stands in it now is what it begins with. */
  readonly forget: () => void
  /** Back to what it began with. */
  readonly throwAway: () => void
  /** Something of before was typed again when it opened. */
  readonly isTypedAgain: boolean
}

type Keeper = {
  readonly key: string
  readonly form: RefObject<HTMLFormElement | null>
  /** What each input began with. */
  begun: WeakMap<InputNode, Standing>
  /** What is kept for inputs that are not there yet. */
  waiting: readonly KeptInput[]
}

function isAlone(key: string): boolean {
  const forms = [...document.querySelectorAll('form[data-draft]')]
  return forms.filter((one) => one.getAttribute('data-draft') === key).length === 1
}

function inputsIn({ form }: Keeper): readonly Input[] {
  return form.current === null ? [] : inputsOf(form.current)
}

/** Inputs that are new here begin, and are given what is kept for them. */
function meet(keeper: Keeper): void {
  const inputs = inputsIn(keeper)
  for (const { node } of inputs) {
    if (!keeper.begun.has(node)) keeper.begun.set(node, standingOf(node))
  }
  const [here, later] = split(keeper.waiting, inputs)
  keeper.waiting = later
  for (const [node, input] of here) typeAgain(node, input)
}

function keep(keeper: Keeper): void {
  const { key, form, begun, waiting } = keeper
  // An input that loses the focus because its form goes says so from a form that is empty.
  if (form.current === null || !isAlone(key)) return
  const changed = inputsIn(keeper).filter(({ node }) => {
    const [before, now] = [begun.get(node), standingOf(node)]
    return before?.value !== now.value || before.isChecked !== now.isChecked
  })
  const kept = [...changed.map(keptInputOf), ...waiting]
  keepDraft(key, kept.length === 0 ? null : kept)
}

function forget(keeper: Keeper): void {
  keeper.waiting = []
  keeper.begun = new WeakMap()
  meet(keeper)
}

function throwAway(keeper: Keeper): void {
  keeper.waiting = []
  const inputs = inputsIn(keeper)
  for (const { node } of inputs) typeAgain(node, keeper.begun.get(node) ?? standingOf(node))
  keepDraft(keeper.key, null)
  inputs[0]?.node.focus()
}

/** What is kept of a form under a key. */
export function keptOf(key: string): readonly KeptInput[] {
  return (findDraft(key) ?? []) as readonly KeptInput[]
}

type Standing = { readonly value: string; readonly isChecked: boolean }
type InputNode = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement
type Input = { readonly id: string; readonly name: string; readonly place: number } & {
  readonly node: InputNode
}

/** What is hidden follows from the others; what is secret is kept nowhere. */
const typable = 'input:not([type="hidden"], [type="password"], [type="file"]), select, textarea'

function inputsOf(form: HTMLFormElement): readonly Input[] {
  const counts = new Map<string, number>()
  return [...form.querySelectorAll<InputNode>(typable)].map((node) => {
    const name = node.name || (node.dataset['at'] ?? '')
    const place = counts.get(name) ?? 0
    counts.set(name, place + 1)
    return { id: `${name} ${place}`, name, place, node }
  })
}

function standingOf(node: InputNode): Standing {
  return { value: node.value, isChecked: node instanceof HTMLInputElement && node.checked }
}

function keptInputOf({ name, place, node }: Input): KeptInput {
  const label = node.labels?.[0]?.textContent ?? ''
  return { name, place, label: label.trim(), ...standingOf(node) }
}

/** Those whose input is there now, and the others. */
function split(kept: readonly KeptInput[], inputs: readonly Input[]) {
  const nodes = new Map(inputs.map(({ id, node }) => [id, node]))
  const here: [InputNode, KeptInput][] = []
  const later: KeptInput[] = []
  for (const one of kept) {
    const node = nodes.get(`${one.name} ${one.place}`)
    // A choice that is not offered yet cannot be chosen.
    const isOffered =
      !(node instanceof HTMLSelectElement) ||
      [...node.options].some(({ value }) => value === one.value)
    if (node === undefined || !isOffered) later.push(one)
    else here.push([node, one])
  }
  return [here, later] as const
}

/** As if it were typed again, so that whatever listens hears it. */
function typeAgain(node: InputNode, { value, isChecked }: Standing): void {
  const now = standingOf(node)
  if (now.value === value && now.isChecked === isChecked) return
  node.value = value
  if (node instanceof HTMLInputElement) node.checked = isChecked
  node.dispatchEvent(new Event('input', { bubbles: true }))
  if (node instanceof HTMLSelectElement) node.dispatchEvent(new Event('change', { bubbles: true }))
}

/** What was typed in a part that is folded away would look lost. */
function openAround(form: HTMLFormElement): void {
  let around = form.closest('details')
  while (around !== null) {
    around.open = true
    around = around.parentElement?.closest('details') ?? null
  }
}
