import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { registerWords } from '../words/register/words.ts'
import { words } from '../words/words.ts'
import { giveContext, readGround, takeContext } from './ground.ts'
import type { MapState, OpenGlMap, PicturesState } from './gl-map.ts'
import type { Scene } from './gl-scene.ts'
import type { Place } from './projection.ts'

/**
 * The map with its ground where the browser can draw one, loaded when it is first needed; the drawn
 * picture until then, without a graphics card, and on paper.
 */
export function Picture({
  scene,
  label,
  onPick = null,
  onChoose = null,
  onDrag = null,
  children,
}: PictureProps) {
  const box = useRef<HTMLDivElement>(null)
  const map = useRef<OpenGlMap | null>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const drag = useRef(onDrag)
  drag.current = onDrag
  const choose = useRef(onChoose)
  choose.current = onChoose
  // What came while the map was loaded: nothing tells it again.
  const latest = useRef({ scene, label })
  latest.current = { scene, label }
  const [state, setState] = useState<MapState>('drawn')
  const [attribution, setAttribution] = useState('')
  const [pictures, setPictures] = useState<PicturesState>('there')
  const scheme = useScheme()
  useEffect(() => {
    setState('drawn')
    if (!takeContext()) return
    let isOver = false
    const open = async (): Promise<void> => {
      const [{ openGlMap }, ground] = await Promise.all([import('./gl-map.ts'), readGround()])
      if (isOver || box.current === null) return
      map.current = openGlMap(box.current, {
        ...latest.current,
        ground,
        texts: { nearer: registerWords().zoomIn, further: registerWords().zoomOut },
        onPick: onPick === null ? null : (place) => pick.current?.(place),
        onChoose: (atMs) => choose.current?.(atMs),
        onDrag: (id, place) => drag.current?.(id, place),
        onState: setState,
        onPictures: setPictures,
      })
      const owners = [ground.attribution, ground.pictures?.attribution]
      setAttribution(owners.filter((owner) => owner !== undefined).join(' · '))
    }
    // Without a map there is the picture, which shows the same.
    void open().catch(() => setState('drawn'))
    return () => {
      isOver = true
      map.current?.close()
      map.current = null
      giveContext()
    }
  }, [scheme])
  const shown = JSON.stringify([scene, label])
  // A page that counts seconds renders again and again; the card draws what has changed.
  useEffect(() => map.current?.update(scene, label), [shown])
  return (
    <>
      {/* Its class stays: the map adds its own to it. */}
      <div class="gl" ref={box} data-map={state} />
      <div class={`picture ${state}`}>{children}</div>
      {state === 'ready' ? (
        <p class="attribution">
          <button type="button" class="quiet" onClick={() => map.current?.fit()}>
            {onPick === null ? words().mapFit : registerWords().fitArea}
          </button>{' '}
          {attribution}
        </p>
      ) : null}
      {state === 'ready' && pictures === 'missing' ? (
        <p class="attribution" role="status">
          {words().picturesMissing}
        </p>
      ) : null}
    </>
  )
}

type PictureProps = {
  readonly scene: Scene
  readonly label: string
  readonly onPick?: ((place: Place) => void) | null
  /** A fix of the scene is pointed at. */
  readonly onChoose?: ((recordedAtMs: number) => void) | null
  /** A handle of the scene is drawn to a place. */
  readonly onDrag?: ((id: string, place: Place) => void) | null
  /** The same, drawn without WebGL. */
  readonly children: ComponentChildren
}

/** Light or dark: colours of the map do not follow by themselves. */
function useScheme(): string {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const [isDark, setDark] = useState(dark.matches)
  useEffect(() => {
    const follow = (): void => setDark(dark.matches)
    dark.addEventListener('change', follow)
    return () => dark.removeEventListener('change', follow)
  }, [])
  return isDark ? 'dark' : 'light'
}
