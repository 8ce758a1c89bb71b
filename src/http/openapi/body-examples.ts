import { caseExamples } from './case-examples.ts'
import type { Json } from './document.ts'

/**
 * Stand for what the server would have given; one person, one order, from
 * registration to a closed alert.
 */
const vendorId = '019ab2f4-0001-7000-8000-000000000001'
const offenderId = '019ab2f4-0002-7000-8000-000000000002'
const victimId = '019ab2f4-0003-7000-8000-000000000003'
const deviceId = '019ab2f4-0004-7000-8000-000000000004'
const organisationId = '019ab2f4-0005-7000-8000-000000000005'
const protectionOrderId = '019ab2f4-0006-7000-8000-000000000006'
const unitId = '019ab2f4-0007-7000-8000-000000000007'
const partnerClientId = '019ab2f4-0008-7000-8000-000000000008'
const serialNumber = 'AM-000123'
const staffId = '019ab2f4-0005-7000-8000-000000000005'

const order = {
  reference: '09/123456-26',
  legalBasis: 'prosecutor-behaviour-order',
  offenderId,
  validFrom: '2026-11-01T00:00:00Z',
  validUntil: '2027-01-30T00:00:00Z',
  locationBans: [
    {
      label: 'woning en omgeving',
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [4.89, 52.368],
            [4.901, 52.368],
            [4.901, 52.373],
            [4.89, 52.373],
            [4.89, 52.368],
          ],
        ],
      },
      approachMeters: 500,
      schedule: null,
    },
  ],
  proximityBans: [{ victimId, separationMeters: 1000, approachMeters: 2000 }],
}

const linkToken = 'mVvK0mYq7r1X0c0f6w2u1n3b5h8s9d4g7j6k5l3p2q0'
const act = `recoverStaff ${staffId}`
/** As a browser writes what a passkey has signed. */
const assertion = {
  id: 'AbCdEfGhIjKlMnOpQrStUv',
  rawId: 'AbCdEfGhIjKlMnOpQrStUv',
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'eyJ0eXBlIjoi', authenticatorData: 'SZYN5YgO', signature: 'MEUCIQ' },
}
const enrolment = { token: linkToken, signInName: 'j.devries' }
const password = 'vier woorden per nacht'

const responseProtocol = {
  basedOnVersion: 0,
  name: 'Desk of the north',
  contacts: { police: '112', secondDesk: '+31 50 123 45 67', supervisor: null },
  rules: [
    {
      kinds: [],
      priorities: [],
      about: null,
      steps: [
        {
          key: 'call-police',
          who: 'police',
          text: { nl: 'Bel de politie.', en: 'Call the police.' },
          say: null,
          withinSeconds: 120,
          outcomes: ['reached', 'no-answer'],
          unless: null,
          nextIf: null,
        },
      ],
    },
  ],
}

/**
 * One body for every operation that takes one, by its id: shown in the
 * document, and sent by a test.
 */
export const bodyExamples: Readonly<Record<string, Json>> = {
  signInWithPassword: { signInName: 'j.devries', password, code: '287082' },
  signInWithPasskey: { response: assertion },
  lookAtLink: { token: linkToken },
  signInWithLink: { token: linkToken },
  enrolWithPassword: { ...enrolment, password, code: '287082' },
  enrolWithPasskey: {
    ...enrolment,
    response: {
      ...assertion,
      response: { clientDataJSON: 'eyJ0eXBlIjoi', attestationObject: 'o2NmbXRkbm9uZQ' },
    },
  },
  stepUpWithPassword: { act, password, code: '287082' },
  askPasskeyForStepUp: { act },
  stepUpWithIssuer: { act },
  stepUpWithPasskey: { act, response: assertion },
  createStaff: { displayName: 'J. de Vries', roles: ['operator'] },
  replaceStaffRoles: { roles: ['operator', 'supervisor'] },
  createOrganisation: { name: 'Reclassering Midden', oin: '00000001234567890000' },
  createUnit: { name: 'Team Noord' },
  createDesk: { name: 'Meldkamer' },
  startWatching: { organisationId },
  stopWatching: { organisationId },
  createCaseload: { protectionOrderId, unitId },
  createCaseMove: { protectionOrderId, toOrganisationId: organisationId },
  createVendor: { name: 'Enkelband BV' },
  createApiClient: { name: 'Enkelband BV, production', role: 'vendor', vendorId },
  createPerson: { role: 'offender', reference: 'RECL-2026-00417' },
  createDevice: { vendorId, serialNumber, kind: 'ankle-monitor', reportIntervalSeconds: 60 },
  createDeviceAssignment: {
    deviceId,
    personId: offenderId,
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: null,
  },
  endDeviceAssignment: { validUntil: '2027-01-30T00:00:00Z' },
  createProtectionOrder: order,
  replaceProtectionOrder: {
    ...order,
    proximityBans: [
      {
        victimId,
        separationMeters: 1000,
        approachMeters: 2500,
        fixedAddresses: [{ label: 'werk', longitude: 4.9123, latitude: 52.3791, radiusMeters: 50 }],
      },
    ],
  },
  extendProtectionOrder: {
    validUntil: '2027-04-30T00:00:00Z',
    documentReference: 'OM-26/123456-V1',
    decidedBy: 'prosecutor',
  },
  importDecision: {
    source: 'court',
    documentReference: '16/123456-26',
    act: 'impose',
    decidedAt: '2026-11-20T14:00:00+01:00',
    supervision: { body: 'Reclassering Nederland', electronicMonitoring: true },
    order: {
      reference: '16/123456-26',
      legalBasis: 'liberty-restricting-measure',
      offenderReference: 'RECL-2026-00417',
      validFrom: '2026-11-20T17:00:00+01:00',
      validUntil: '2028-11-20T17:00:00+01:00',
      locationBans: [
        { label: 'woonwijk', circle: { longitude: 5.12, latitude: 52.09, radiusMeters: 2000 } },
      ],
      proximityBans: [{ victimReference: 'SLO-2026-00091', separationMeters: 1000 }],
    },
  },
  proposeOrder: { label: 'Zaak van 3 december' },
  declineAssessment: { reason: 'The court imposed nothing.' },
  setDecisionAside: { reason: 'Sent to the wrong organisation; the court knows.' },
  answerOrderReminder: { answer: 'extension-asked', note: 'Sent to the prosecutor today.' },
  closeProtectionOrder: { reason: 'Monitor handed in; told by the contact point.' },
  searchLocationBans: { bbox: [4.88, 52.36, 4.91, 52.38] },
  searchSightings: { bbox: [4.88, 52.36, 4.91, 52.38], limit: 50 },
  searchAddresses: { text: 'Dorpsstraat 12, Ede' },
  searchNamedAreas: { text: 'Centrum' },
  assessEnforceability: {
    circle: { longitude: 4.8952, latitude: 52.3702, radiusMeters: 500 },
    approachMeters: 500,
    reportIntervalSeconds: 60,
    travelModes: ['walk', 'bicycle'],
    victimConsents: true,
  },
  followEnforceabilityAssessment: {
    circle: { longitude: 4.8952, latitude: 52.3702, radiusMeters: 500 },
    compare: true,
  },
  replacePersonPhone: { phone: '+31 30 123 45 67' },
  createPositions: {
    positions: [
      {
        serialNumber,
        recordedAt: '2026-11-23T18:29:55Z',
        longitude: 4.8952,
        latitude: 52.3702,
        accuracyMeters: 12,
        speedMetersPerSecond: 1.4,
        headingDegrees: 88,
        source: 'gnss',
        hdop: 0.9,
        satellites: 11,
        batteryFraction: 0.81,
        sequence: 88123,
      },
    ],
  },
  createDeviceEvents: {
    events: [{ serialNumber, kind: 'strap-tamper', recordedAt: '2026-11-23T18:29:57Z' }],
  },
  acknowledgeAlert: { note: 'Police called at 19:31.', recallAfterMinutes: 15 },
  resumeProtectionOrder: { reason: 'Out of hospital.', documentReference: 'OM-26/123456-H1' },
  suspendProtectionOrder: {
    reason: 'In hospital under guard.',
    until: '2026-11-27T08:00:00Z',
  },
  breakGlass: { reason: 'Found hurt on the street, cannot say where home is.' },
  endProtectionOrder: { reason: 'Lifted by the court.' },
  eraseProtectionOrder: { reason: 'The term of keeping has passed.' },
  confirmProposal: { note: 'Read the decision of the court.' },
  refuseProposal: { note: 'The court has not decided yet.' },
  enactProposalInEmergency: { reason: 'The wrong person was put under watch.' },
  closeAlert: { outcome: 'confirmed', note: 'Left the area at the request of the police.' },
  createDeskAct: {
    kind: 'step',
    key: '019ab2f4-0006-7000-8000-000000000006',
    step: 'call-victim',
    outcome: 'safe',
    note: 'At home, door locked.',
  },
  replaceOwner: {
    key: 'incident:019ab2f4-0007-7000-8000-000000000007',
    ownerId: staffId,
    plan: 'Monitor is exchanged at 14:00.',
    basedOn: null,
  },
  createHandOver: { note: 'Quiet night.' },
  replaceLook: {
    incidentId: '019ab2f4-0007-7000-8000-000000000007',
    toldAt: '2026-11-20T21:04:10Z',
    rank: 0,
  },
  replaceSeat: { incidentId: '019ab2f4-0007-7000-8000-000000000007' },
  replaceResponseProtocol: responseProtocol,
  replaceEscalationLadder: {
    steps: [
      { afterSeconds: 60, target: 'second-operator' },
      { afterSeconds: 120, target: 'supervisor' },
    ],
  },
  ...caseExamples,
  keepConsent: { isGiven: true },
  replaceWishes: {
    channel: 'text',
    hours: { from: '08:00', until: '21:00' },
    topics: ['danger', 'order-changed', 'order-ends'],
    language: 'nl',
  },
  createTelling: {
    topic: 'order-changed',
    channel: 'text',
    phone: '+31300000001',
    ground: 'desk',
    outcome: 'sent',
  },
  createSighting: { kind: 'seen', seenAt: '2026-11-23T18:25:00Z', note: 'Bij de school.' },
  createOwnSighting: { kind: 'contacted', seenAt: '2026-11-23T18:20:00Z' },
  createPartner: {
    kind: 'police',
    name: 'Politie Midden-Nederland, meldkamer',
    apiClientId: partnerClientId,
    url: 'https://desk.example.org/bans',
    onBreach: 'Rijd met voorrang, houd aan op grond van art. 184a Sr, bel de centrale.',
    receiptWithinMinutes: 60,
  },
  receivePartnerNotice: { reference: 'PL0900-2026412345' },
  createWebhookSubscription: {
    url: 'https://desk.example.org/hooks/hoede',
    events: ['alerts'],
  },
}
