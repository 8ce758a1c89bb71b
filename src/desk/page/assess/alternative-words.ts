import { language } from '../words/words.ts'

/** Words about other bans beside the asked one. */
export function alternativeWords(): typeof dutch {
  return language.value === 'nl' ? dutch : english
}

const dutch = {
  kinds: {
    asked: 'Gevraagd',
    resized: 'Kleinste cirkel die het beter doet',
    streets: 'Langs straten, om de blokken die het raakt',
    corridor: 'Zonder een strook langs weg of spoor',
    neighbourhoods: 'Buurten die het raakt',
    municipality: 'Hele gemeente',
    moving: 'Afstand die meebeweegt',
  },
  reach: 'Van de rand tot de beschermde persoon',
  calls: 'Meldingen per dag bij een gewoon leven',
  notMeasured: 'niet gemeten',
  corridors: 'Wegen en spoor door het gebied',
  free: 'kan worden uitgezonderd',
  obstacles: {
    'exit-inside': 'niet uit te zonderen: er is een afrit in het gebied',
    'station-inside': 'niet uit te zonderen: er is een station in het gebied',
    'address-beside': 'niet uit te zonderen: een beschermd adres ligt er te dicht bij',
    'not-drawable': 'niet uit te zonderen: een gebied zonder die strook is niet te tekenen',
  },
  streets: 'Een omtrek langs straten is er niet bij:',
  streetObstacles: {
    'no-map': 'er is geen kaart.',
    'no-streets-around': 'straten sluiten het gebied niet in.',
    'too-large': 'de blokken zijn samen meer dan vier keer zo groot.',
    'points-to-secret-address': 'die zou naar een geheim adres wijzen.',
    'protects-less': 'die zou minder beschermen dan dit verbod.',
    'no-better': 'daarmee wordt een ander punt rood.',
  },
  measure: 'Meet ook de meldingen (tot een minuut)',
  measuring: 'Weken van een gewoon leven worden nagespeeld: {percent} %',
  stop: 'Stop',
}

const english: typeof dutch = {
  kinds: {
    asked: 'Asked',
    resized: 'Least circle that does better',
    streets: 'Along streets, round the blocks it touches',
    corridor: 'Without a strip along road or rail',
    neighbourhoods: 'Neighbourhoods it touches',
    municipality: 'The whole municipality',
    moving: 'A distance that moves along',
  },
  reach: 'From the border to the protected person',
  calls: 'Calls a day by an ordinary life',
  notMeasured: 'not measured',
  corridors: 'Roads and rail through the area',
  free: 'can be excepted',
  obstacles: {
    'exit-inside': 'cannot be excepted: there is an exit in the area',
    'station-inside': 'cannot be excepted: there is a station in the area',
    'address-beside': 'cannot be excepted: a protected address is too near to it',
    'not-drawable': 'cannot be excepted: an area without that strip cannot be drawn',
  },
  streets: 'No outline along streets is among them:',
  streetObstacles: {
    'no-map': 'there is no map.',
    'no-streets-around': 'streets do not close the area in.',
    'too-large': 'their blocks are more than four times as large.',
    'points-to-secret-address': 'it would point to a secret address.',
    'protects-less': 'it would protect less than this ban.',
    'no-better': 'another check would be red.',
  },
  measure: 'Also measure the calls (up to a minute)',
  measuring: 'Weeks of an ordinary life are played: {percent} %',
  stop: 'Stop',
}
