import type { Audience, Decider } from '../model/order-terms.ts'
import type { LifeAct, LifeState } from './order-life.ts'

/** The Dutch words of an order's life, for the desk and for the printed page. */
export const lifeDutch = {
  states: {
    proposed: 'voorgesteld',
    assessed: 'getoetst',
    declined: 'afgewezen',
    imposed: 'opgelegd, nog niet begonnen',
    active: 'actief',
    ending: 'loopt af',
    suspended: 'geschorst',
    lapsed: 'VERLOPEN: bevestig het einde of verleng',
    lifted: 'opgeheven',
    stopped: 'gestopt, bevestigd',
    closed: 'gesloten',
  } satisfies Record<LifeState, string>,
  acts: {
    propose: 'voorgesteld',
    assess: 'getoetst',
    decline: 'afgewezen',
    impose: 'opgelegd',
    change: 'gewijzigd',
    extend: 'verlengd',
    shorten: 'verkort',
    suspend: 'geschorst',
    resume: 'hervat',
    lift: 'opgeheven',
    'confirm-stop': 'einde bevestigd',
    reinstate: 'teruggezet',
    close: 'gesloten',
  } satisfies Record<LifeAct, string>,
  audiences: {
    'case-lead': 'casusregisseur',
    prosecutor: 'officier van justitie',
    mayor: 'burgemeester',
    supervisor: 'leidinggevende',
    coordinator: 'coördinator',
  } satisfies Record<Audience, string>,
  deciders: {
    prosecutor: 'officier van justitie',
    court: 'rechter',
    mayor: 'burgemeester',
    'foreign-authority': 'buitenlandse autoriteit',
  } satisfies Record<Decider, string>,
  answers: {
    'in-hand': 'wordt opgepakt',
    'extension-asked': 'verlenging gevraagd',
    'other-measure-asked': 'andere maatregel gevraagd',
    'no-extension-sought': 'geen verlenging nodig',
    reviewed: 'herbeoordeeld, blijft zo',
  },
}
