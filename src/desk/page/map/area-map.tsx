import { useEffect, useRef, useState } from 'preact/hooks'
import { distanceMeters } from '../../../../geo/distance.ts'
import type { LocationBan } from '../net/api.ts'
import { registerWords } from '../words/register/words.ts'
import { Ban, Scale } from './drawn.tsx'
import { Picture } from './picture.tsx'
import { placesOf } from './places-of.ts'
import type { Handle } from '../register/handles.ts'
import type { MarkedPlace } from './gl-scene.ts'
import { fitProjection, type Place, type Projection } from './projection.ts'

/**
 * Where an area is made by pointing: everything it does can be typed as well. It stays where it is
 * under the hand, and goes to an area that is pasted or typed and not wholly in what it shows.
 */
export function AreaMap({ ban, onClick, handles = [], onDrag, places = [] }: AreaMapProps) {
  const [around, setAround] = useState<View>(() => viewOf(ban) ?? middleOfTheCountry)
  const text = registerWords()
  const projection = fitProjection(
    [{ ...around.middle, aroundMeters: around.spanMeters / 2 }],
    widthPixels,
    heightPixels,
  )
  const isByHand = useRef(false)
  const pick = (place: Place): void => {
    isByHand.current = true
    onClick(place)
  }
  const draw = (id: string, place: Place): void => {
    isByHand.current = true
    onDrag?.(id, place)
  }
  const point = (event: MouseEvent): void => {
    const place = placeUnder(event, projection)
    if (place !== null) pick(place)
  }
  const zoom = (factor: number): void =>
    setAround({ ...around, spanMeters: around.spanMeters * factor })
  const fitted = viewOf(ban)
  useEffect(() => {
    if (fitted !== null && !isByHand.current && isBeyond(fitted, around)) setAround(fitted)
  }, [JSON.stringify(fitted)])
  useEffect(() => {
    isByHand.current = false
  })
  // It stays where it is under the hand; asked to, it shows what is there by then.
  const frame = placesOf([ban], [])
  return (
    <figure class="map area-map">
      <Picture
        scene={{
          bans: [ban],
          fixes: [],
          chosenMs: null,
          timeOf: () => '',
          frame,
          handles,
          places,
        }}
        label={text.areaMap}
        onPick={pick}
        onDrag={onDrag === undefined ? null : draw}
      >
        {/* Pointing is a help and no way of its own: the same is typed in the fields beside it. */}
        <svg
          viewBox={`0 0 ${widthPixels} ${heightPixels}`}
          role="img"
          aria-label={text.areaMap}
          onClick={point}
        >
          <Ban ban={ban} projection={projection} />
          {places.map((place) => (
            <Spot key={place.key} place={place} projection={projection} />
          ))}
          {handles.map((handle) => (
            <Grip key={handle.id} handle={handle} projection={projection} onDrag={draw} />
          ))}
          <Scale projection={projection} />
        </svg>
        <p class="choice">
          <button type="button" class="quiet" onClick={() => zoom(0.5)}>
            {text.zoomIn}
          </button>
          <button type="button" class="quiet" onClick={() => zoom(2)}>
            {text.zoomOut}
          </button>
          <button
            type="button"
            class="quiet"
            disabled={fitted === null}
            onClick={() => fitted !== null && setAround(fitted)}
          >
            {text.fitArea}
          </button>
        </p>
      </Picture>
    </figure>
  )
}

/** What the pointer is over; null before the picture has a size. */
function placeUnder(event: MouseEvent, projection: Projection): Place | null {
  const element = event.currentTarget as SVGGraphicsElement
  const matrix = (element.ownerSVGElement ?? element).getScreenCTM()?.inverse()
  if (matrix === undefined) return null
  return projection.toPlace(new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix))
}

/** Drawn by the pointer that took it, wherever that goes until it is let go. */
function Grip({ handle, projection, onDrag }: GripProps) {
  const { x, y } = projection.toPixels(handle)
  return (
    <circle
      class="handle"
      data-handle={handle.id}
      cx={x}
      cy={y}
      r="9"
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
        const place = placeUnder(event, projection)
        if (place !== null) onDrag?.(handle.id, place)
      }}
      // Letting go is no click on the map under it.
      onClick={(event) => event.stopPropagation()}
    />
  )
}

type GripProps = {
  readonly handle: Handle
  readonly projection: Projection
  readonly onDrag: AreaMapProps['onDrag']
}

/** His are dots and hers are squares, as on the map of a case. */
function Spot({ place, projection }: SpotProps) {
  const { x, y } = projection.toPixels(place)
  return (
    <g class={`fix ${place.role} believed`}>
      {place.role === 'offender' ? (
        <circle class="spot" cx={x} cy={y} r="6" />
      ) : (
        <rect class="spot" x={x - 6} y={y - 6} width="12" height="12" />
      )}
    </g>
  )
}

type SpotProps = { readonly place: MarkedPlace; readonly projection: Projection }

type View = { readonly middle: Place; readonly spanMeters: number }

type AreaMapProps = {
  readonly ban: LocationBan
  readonly onClick: (place: Place) => void
  /** Where the area can be taken hold of. */
  readonly handles?: readonly Handle[]
  readonly onDrag?: ((id: string, place: Place) => void) | undefined
  /** What else is to be seen beside the area. */
  readonly places?: readonly MarkedPlace[]
}

const widthPixels = 800
const heightPixels = 480

const middleOfTheCountry: View = {
  middle: { longitude: 5.3878, latitude: 52.1561 },
  spanMeters: 5_000,
}

/** Not all of what is fitted lies in what is shown; the area takes half of its own view. */
function isBeyond(fitted: View, around: View): boolean {
  const { longitude, latitude } = around.middle
  const meters = distanceMeters(
    longitude,
    latitude,
    fitted.middle.longitude,
    fitted.middle.latitude,
  )
  return meters + fitted.spanMeters / 4 > around.spanMeters / 2
}

/** Twice as wide as the area: its surroundings decide where it should end. */
function viewOf(ban: LocationBan): View | null {
  const places = placesOf([ban], [])
  if (places.length === 0 || places.some((place) => !Number.isFinite(place.longitude))) return null
  const { pixelsPerMeter, toPlace } = fitProjection(places, widthPixels, heightPixels)
  return {
    middle: toPlace({ x: widthPixels / 2, y: heightPixels / 2 }),
    spanMeters: (2 * heightPixels) / pixelsPerMeter,
  }
}
