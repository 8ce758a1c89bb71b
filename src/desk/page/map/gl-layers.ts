import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'

/** The colours of the page as they are now, light or dark. */
export type Colours = Readonly<Record<(typeof colourNames)[number], string>>
export const colourNames = [
  'ground',
  'panel',
  'text',
  'soft',
  'line',
  'accent',
  'p1',
  'p2',
  'focus',
  'good',
] as const

const font = { 'text-font': ['sans-serif'] }

/** The ground: quiet, so that what is drawn on it is what is seen. */
export function groundLayersOf(colours: Colours): LayerSpecification[] {
  return [...groundAreas(colours), ...groundWays(colours)]
}

/** A map of somebody else, paler than what is drawn on it; in the dark as dark as the page. */
export function picturesLayerOf(source: string, isDark: boolean): LayerSpecification {
  return {
    id: source,
    type: 'raster',
    source,
    paint: isDark
      ? {
          'raster-saturation': -0.8,
          // Light becomes dark: roads stay lighter or darker than what is beside them.
          'raster-brightness-min': 0.42,
          'raster-brightness-max': 0.08,
          'raster-fade-duration': 0,
        }
      : { 'raster-saturation': -0.5, 'raster-opacity': 0.85, 'raster-fade-duration': 0 },
  }
}

const of = (layer: string) => ({ source: 'ground', 'source-layer': layer }) as const

function groundAreas(colours: Colours): LayerSpecification[] {
  return [
    {
      id: 'green',
      type: 'fill',
      ...of('green'),
      paint: { 'fill-color': colours.good, 'fill-opacity': 0.12 },
    },
    {
      id: 'water',
      type: 'fill',
      ...of('water'),
      paint: { 'fill-color': colours.accent, 'fill-opacity': 0.15 },
    },
    {
      id: 'building',
      type: 'fill',
      ...of('building'),
      paint: { 'fill-color': colours.line, 'fill-opacity': 0.55 },
    },
  ]
}

function groundWays(colours: Colours): LayerSpecification[] {
  return [
    {
      id: 'street',
      type: 'line',
      ...of('street'),
      paint: {
        'line-color': colours.line,
        'line-width': ['case', ['==', ['get', 'class'], 'main'], 4, 1.6],
      },
    },
    {
      id: 'rail',
      type: 'line',
      ...of('rail'),
      paint: { 'line-color': colours.soft, 'line-width': 2, 'line-dasharray': [4, 2] },
    },
    {
      id: 'street-name',
      type: 'symbol',
      ...of('street'),
      minzoom: 14,
      layout: {
        ...font,
        'symbol-placement': 'line',
        'text-field': ['get', 'name'],
        'text-size': 12,
      },
      paint: {
        'text-color': colours.soft,
        'text-halo-color': colours.panel,
        'text-halo-width': 1.5,
      },
    },
  ]
}

/** Never colour alone: believed is full and doubted hollow, his are dots and hers are squares. */
export function sceneLayersOf(colours: Colours): LayerSpecification[] {
  return [
    ...surroundLayers(colours),
    ...banLayers(colours),
    ...accuracyLayers(colours),
    ...trackLayers(colours),
    ...fixLayers(colours),
    ...placeLayers(colours),
  ]
}

/** Who is somewhere in there, and has no fix of their own. */
function surroundLayers(colours: Colours): LayerSpecification[] {
  return [
    {
      id: 'band-of-victim',
      type: 'fill',
      source: 'surround',
      filter: ['==', ['get', 'part'], 'band-of-victim'],
      paint: { 'fill-color': colours.good, 'fill-opacity': 0.12 },
    },
    {
      id: 'surround-border',
      type: 'line',
      source: 'surround',
      paint: {
        'line-color': ['case', ['==', ['get', 'part'], 'square'], colours.accent, colours.good],
        'line-width': 2,
        'line-dasharray': [1, 2],
      },
    },
  ]
}

function banLayers(colours: Colours): LayerSpecification[] {
  const part = (name: string): ExpressionSpecification => ['==', ['get', 'part'], name]
  return [
    {
      id: 'ban',
      type: 'fill',
      source: 'bans',
      filter: part('ban'),
      paint: { 'fill-color': colours.p1, 'fill-opacity': 0.18 },
    },
    {
      id: 'ban-border',
      type: 'line',
      source: 'bans',
      filter: part('ban'),
      paint: { 'line-color': colours.p1, 'line-width': 2.5 },
    },
    {
      id: 'ring',
      type: 'line',
      source: 'bans',
      filter: part('ring'),
      paint: { 'line-color': colours.p2, 'line-width': 2, 'line-dasharray': [3, 2] },
    },
  ]
}

function byRole(colours: Colours): ExpressionSpecification {
  return ['case', ['==', ['get', 'role'], 'offender'], colours.accent, colours.good]
}

function accuracyLayers(colours: Colours): LayerSpecification[] {
  return [
    {
      id: 'accuracy',
      type: 'fill',
      source: 'accuracy',
      filter: ['get', 'isBelieved'],
      paint: {
        'fill-color': byRole(colours),
        'fill-opacity': ['case', ['get', 'isOld'], 0.02, 0.08],
      },
    },
    {
      id: 'accuracy-doubted',
      type: 'line',
      source: 'accuracy',
      filter: ['!', ['get', 'isBelieved']],
      paint: { 'line-color': byRole(colours), 'line-opacity': 0.6, 'line-dasharray': [2, 2] },
    },
  ]
}

function trackLayers(colours: Colours): LayerSpecification[] {
  const paint = { 'line-color': byRole(colours), 'line-width': 2.5 }
  return [
    { id: 'track', type: 'line', source: 'track', filter: ['!', ['get', 'isGap']], paint },
    {
      id: 'gap',
      type: 'line',
      source: 'track',
      filter: ['get', 'isGap'],
      paint: { ...paint, 'line-dasharray': [1, 3] },
    },
  ]
}

function fixLayers(colours: Colours): LayerSpecification[] {
  return [
    {
      id: 'fix',
      type: 'circle',
      source: 'fixes',
      filter: ['==', ['get', 'role'], 'offender'],
      paint: {
        'circle-radius': ['case', ['get', 'isChosen'], 9, 5],
        'circle-color': ['case', ['get', 'isBelieved'], colours.accent, colours.ground],
        'circle-stroke-color': ['case', ['get', 'isChosen'], colours.focus, colours.accent],
        'circle-stroke-width': ['case', ['get', 'isChosen'], 4, 2],
      },
    },
    {
      id: 'fix-of-victim',
      type: 'symbol',
      source: 'fixes',
      filter: ['==', ['get', 'role'], 'victim'],
      layout: {
        ...font,
        'text-field': ['case', ['get', 'isBelieved'], '■', '□'],
        'text-size': ['case', ['get', 'isChosen'], 28, 18],
        'text-allow-overlap': true,
      },
      paint: { 'text-color': colours.good },
    },
    {
      id: 'time',
      type: 'symbol',
      source: 'fixes',
      filter: ['!=', ['get', 'time'], ''],
      layout: {
        ...font,
        'text-field': ['get', 'time'],
        'text-size': 14,
        'text-anchor': 'bottom',
        'text-offset': [0, -0.8],
        'text-allow-overlap': true,
      },
      paint: {
        'text-color': colours.text,
        'text-halo-color': colours.panel,
        'text-halo-width': 2,
      },
    },
  ]
}

function placeLayers(colours: Colours): LayerSpecification[] {
  return [
    {
      id: 'place',
      type: 'circle',
      source: 'places',
      filter: ['==', ['get', 'role'], 'offender'],
      paint: { 'circle-radius': 6, 'circle-color': colours.accent },
    },
    {
      id: 'place-of-victim',
      type: 'symbol',
      source: 'places',
      filter: ['==', ['get', 'role'], 'victim'],
      layout: { ...font, 'text-field': '■', 'text-size': 18, 'text-allow-overlap': true },
      paint: { 'text-color': colours.good },
    },
  ]
}
