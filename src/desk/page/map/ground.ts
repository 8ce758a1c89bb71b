import { call } from '../net/api.ts'

/** What the server says of the ground: whose it is, and where it is. */
export type Ground = {
  readonly kind: 'none' | 'tiles'
  readonly attribution?: string
  readonly bounds?: readonly number[] | null
  readonly tileZoomMax?: number
}

let asked: Promise<Ground> | null = null

/** Asked once; a server that does not answer has a plain ground until the page is opened again. */
export function readGround(): Promise<Ground> {
  asked ??= call<Ground>('GET', '/desk/ground').then((outcome) =>
    outcome.kind === 'done' ? outcome.body : { kind: 'none' },
  )
  return asked
}

/** Each map takes a context of the graphics card, and a browser has few: more are drawn as SVG. */
const openMax = 4
let openCount = 0

/** Takes one, or says that there is none; give it back when the map is closed. */
export function takeContext(): boolean {
  if (openCount >= openMax || !hasWebGl()) return false
  openCount += 1
  return true
}

export function giveContext(): void {
  openCount -= 1
}

function hasWebGl(): boolean {
  known ??= findWebGl()
  return known
}

let known: boolean | null = null

function findWebGl(): boolean {
  const context = document.createElement('canvas').getContext('webgl2')
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return context !== null
}
