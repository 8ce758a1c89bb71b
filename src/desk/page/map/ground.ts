import { call } from '../net/api.ts'

/** What the server says of the ground: whose it is, and where it is. */
export type Ground = {
  readonly kind: 'none' | 'tiles'
  readonly attribution?: string
  readonly bounds?: readonly number[] | null
  readonly tileZoomMax?: number
  /** A map of somebody else over it, which this server fetches. */
  readonly pictures?: {
    readonly attribution: string
    readonly bounds: readonly number[]
    readonly tileZoomMin: number
    readonly tileZoomMax: number
  }
}

let known: Ground | null = null

/** Asked until it was answered once: who was signed out, or offline, has the ground afterwards. */
export async function readGround(): Promise<Ground> {
  if (known !== null) return known
  const outcome = await call<Ground>('GET', '/desk/ground')
  if (outcome.kind !== 'done') return { kind: 'none' }
  known = outcome.body
  return known
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
  isDrawable ??= findWebGl()
  return isDrawable
}

let isDrawable: boolean | null = null

function findWebGl(): boolean {
  const context = document.createElement('canvas').getContext('webgl2')
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return context !== null
}
