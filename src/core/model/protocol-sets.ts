import type { AlertKind } from './alert.ts'
import { protocolSetTitles } from './protocol.ts'
import type {
  BothLanguages,
  Protocol,
  ProtocolRule,
  ProtocolStep,
  ProtocolSetName,
} from './protocol.ts'

const noContacts = { police: '112', secondDesk: null, supervisor: null } as const

const people: readonly AlertKind[] = [
  'location-ban-breach',
  'location-ban-approach',
  'location-ban-passage',
  'proximity-breach',
  'proximity-approach',
]

const devices: readonly AlertKind[] = [
  'device-tamper',
  'device-silent',
  'position-unreliable',
  'battery-low',
]

const notSeen = {
  nl: 'Dit is de meldkamer. Wij kunnen u nu niet volledig beschermen. Bent u veilig? Houd uw telefoon bij u.',
  en: 'This is the alert desk. We cannot protect you whole at this moment. Are you safe? Keep your phone with you.',
}

/**
 * What an organisation begins with. Both follow what was published of a national scheme; the times
 * are working figures, to be set by whoever answers for the desk.
 */
export const protocolSets = {
  'dutch-pilot': dutchPilot(),
  'french-order': frenchOrder(),
  'high-risk': highRisk(),
} as const satisfies Readonly<Record<ProtocolSetName, Protocol>>

/** What holds where nobody has chosen. */
export const protocolDefault: Protocol = protocolSets['dutch-pilot']

/** Staff decide each time: the protected person first, or the police at once. */
function dutchPilot(): Protocol {
  const decide = step('decide', 'staff', 30, {
    text: {
      nl: 'Kies: eerst de beschermde persoon bellen, of direct de politie.',
      en: 'Decide: call the protected person first, or the police at once.',
    },
    outcomes: ['victim-first', 'police-first'],
  })
  const victim = { ...callVictim(120), nextIf: null }
  const police = {
    ...callPolice(180),
    nextIf: { step: 'decide', outcomes: ['police-first'] } as const,
  }
  return {
    name: protocolSetTitles['dutch-pilot'].nl,
    contacts: noContacts,
    rules: [
      helpCall(),
      rule(people, [decide, victim, police, callWearer(300), checkGone(900)]),
      ...devicesAndRest(),
    ],
  }
}

/** The wearer first; the protected person and the police only where the wearer does not turn. */
function frenchOrder(): Protocol {
  const unless = { step: 'call-wearer', outcomes: ['complies'] } as const
  return {
    name: protocolSetTitles['french-order'].nl,
    contacts: noContacts,
    rules: [
      helpCall(),
      rule(people, [
        callWearer(60),
        { ...callVictim(120), unless },
        { ...callPolice(180), unless },
        checkGone(900),
      ]),
      ...devicesAndRest(),
    ],
  }
}

/** Nobody decides first: the police, then the protected person, whatever the wearer says. */
function highRisk(): Protocol {
  return {
    name: protocolSetTitles['high-risk'].nl,
    contacts: noContacts,
    rules: [
      helpCall(),
      rule(people, [
        callPolice(30),
        callVictim(60),
        tellSupervisor(120),
        callWearer(300),
        checkGone(900),
      ]),
      ...devicesAndRest(),
    ],
  }
}

/** Whoever cries for help is not asked first whether they mean it. */
function helpCall(): ProtocolRule {
  return rule(['panic'], [callPolice(30), callVictim(60), tellSupervisor(120), checkGone(900)])
}

function devicesAndRest(): readonly ProtocolRule[] {
  const unless = { step: 'call-wearer', outcomes: ['complies'] } as const
  const mend = step('mend', 'staff', null, {
    text: {
      nl: 'Meld het toestel bij de leverancier of laat het wisselen.',
      en: 'Report the device to its vendor, or have it exchanged.',
    },
  })
  const look = step('look', 'staff', null, {
    text: {
      nl: 'Kijk wat er is en wie het moet oplossen; noteer wie dat doet.',
      en: 'Look what it is and who must mend it; note who does.',
    },
  })
  return [
    { ...rule(devices, [callAboutOwnDevice('victim'), mend]), about: 'protected' },
    rule(devices, [
      callAboutOwnDevice('wearer'),
      { ...callVictim(900), say: notSeen, unless },
      mend,
    ]),
    rule(['protection-degraded'], [look, { ...callVictim(900), say: notSeen }, mend]),
    rule([], [look]),
  ]
}

/** Nobody is told by it that there is another device, or another person. */
function callAboutOwnDevice(who: 'victim' | 'wearer'): ProtocolStep {
  const { key, text, outcomes } = who === 'victim' ? callVictim(600) : callWearer(600)
  return step(key, who, 600, {
    text,
    outcomes,
    say: {
      nl: 'Dit is de meldkamer. Uw toestel meldt zich niet goed. Heeft u het bij u, en is het geladen?',
      en: 'This is the alert desk. Your device does not report well. Do you have it with you, and is it charged?',
    },
  })
}

function callVictim(withinSeconds: number): ProtocolStep {
  return step('call-victim', 'victim', withinSeconds, {
    text: { nl: 'Bel de beschermde persoon.', en: 'Call the protected person.' },
    say: {
      nl: 'Dit is de meldkamer. Bent u veilig? Ga naar binnen en doe de deur op slot. Blijf aan de lijn.',
      en: 'This is the alert desk. Are you safe? Go inside and lock the door. Stay on the line.',
    },
    outcomes: ['safe', 'in-danger', 'no-answer'],
  })
}

function callWearer(withinSeconds: number): ProtocolStep {
  return step('call-wearer', 'wearer', withinSeconds, {
    text: { nl: 'Bel de drager van de enkelband.', en: 'Call the wearer of the ankle monitor.' },
    say: {
      // Never where the other one is, nor that there is one.
      nl: 'Dit is de meldkamer. Keer nu om: ga terug langs de weg die u kwam. Blijf aan de lijn.',
      en: 'This is the alert desk. Turn round now: go back the way you came. Stay on the line.',
    },
    outcomes: ['complies', 'refuses', 'no-answer'],
  })
}

function callPolice(withinSeconds: number): ProtocolStep {
  return step('call-police', 'police', withinSeconds, {
    text: { nl: 'Bel de politie.', en: 'Call the police.' },
    say: {
      nl: 'Overtreding van een verbod van de rechter, nu gaande. Kenmerk van de zaak, waar, hoe zeker, en of de beschermde persoon bereikt is.',
      en: 'A court ban is being broken, now. Reference of the case, where, how sure, and whether the protected person was reached.',
    },
    outcomes: ['reached', 'no-answer'],
  })
}

function tellSupervisor(withinSeconds: number): ProtocolStep {
  return step('tell-supervisor', 'supervisor', withinSeconds, {
    text: { nl: 'Bel de leidinggevende.', en: 'Call the supervisor.' },
    outcomes: ['reached', 'no-answer'],
  })
}

function checkGone(withinSeconds: number): ProtocolStep {
  return step('check-gone', 'staff', withinSeconds, {
    text: {
      nl: 'Zie op de kaart dat het voorbij is, en bel wie u eerder belde.',
      en: 'See on the map that it is over, and call back whom you called.',
    },
  })
}

function step(
  key: string,
  who: ProtocolStep['who'],
  withinSeconds: number | null,
  more: { readonly text: BothLanguages } & Partial<ProtocolStep>,
): ProtocolStep {
  return {
    key,
    who,
    withinSeconds,
    say: null,
    outcomes: ['done'],
    unless: null,
    nextIf: null,
    ...more,
  }
}

function rule(kinds: readonly AlertKind[], steps: readonly ProtocolStep[]): ProtocolRule {
  return { kinds, priorities: [], about: null, steps }
}
