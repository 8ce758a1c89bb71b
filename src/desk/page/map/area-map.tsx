import { useState } from 'preact/hooks'
import type { LocationBan } from '../net/api.ts'
import { registerWords } from '../words/register/words.ts'
import { Ban, Scale } from './case-map.tsx'
import { Picture } from './picture.tsx'
import { placesOf } from './places-of.ts'
import { fitProjection, type Place } from './projection.ts'

/**
 * Where an area is made by pointing: everything it does can be typed as well. It stays where it is
 * under the hand, and fits itself to the area only when it is asked to.
 */
export function AreaMap({ ban, onClick }: AreaMapProps) {
  const [around, setAround] = useState<View>(() => viewOf(ban) ?? middleOfTheCountry)
  const text = registerWords()
  const projection = fitProjection(
    [{ ...around.middle, aroundMeters: around.spanMeters / 2 }],
    widthPixels,
    heightPixels,
  )
  const point = (event: MouseEvent): void => {
    const svg = event.currentTarget as SVGSVGElement
    const matrix = svg.getScreenCTM()?.inverse()
    if (matrix === undefined) return
    onClick(projection.toPlace(new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix)))
  }
  const zoom = (factor: number): void =>
    setAround({ ...around, spanMeters: around.spanMeters * factor })
  const fitted = viewOf(ban)
  // It stays where it is under the hand; asked to, it shows what is there by then.
  const frame = placesOf([ban], [])
  return (
    <figure class="map area-map">
      <Picture
        scene={{ bans: [ban], fixes: [], chosenMs: null, timeOf: () => '', frame }}
        label={text.areaMap}
        onPick={onClick}
      >
        {/* Pointing is a help and no way of its own: the same is typed in the fields beside it. */}
        <svg
          viewBox={`0 0 ${widthPixels} ${heightPixels}`}
          role="img"
          aria-label={text.areaMap}
          onClick={point}
        >
          <Ban ban={ban} projection={projection} />
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

type View = { readonly middle: Place; readonly spanMeters: number }

type AreaMapProps = {
  readonly ban: LocationBan
  readonly onClick: (place: Place) => void
}

const widthPixels = 800
const heightPixels = 480

const middleOfTheCountry: View = {
  middle: { longitude: 5.3878, latitude: 52.1561 },
  spanMeters: 5_000,
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
