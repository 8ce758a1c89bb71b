import { language } from '../words/words.ts'
import type { NoticeAct } from '../../../core/orders/ban-notice.ts'
import type { PartnerKind } from '../../../core/model/contract-words.ts'

/** The texts about who outside is told of bans, in the language of the page. */
export function partnerWords(): typeof english {
  return language.value === 'nl' ? dutch : english
}

const english = {
  title: 'Partners',
  told: 'Told to partners',
  nobody: 'No partner is told of this order.',
  received: 'received {time}, number {reference}',
  waiting: 'NO RECEIPT YET, due {time}',
  late: 'NO RECEIPT, was due {time}, asked {n} times',
  superseded: 'a newer notice holds',
  sent: 'sent',
  fetched: 'read',
  confirm: 'Confirm',
  confirmEnd: 'Confirm the end',
  confirmNote: 'From then on it is told of every order in force: of the police, with its places.',
  onBreach: 'On a breach',
  onBreachOf: '{kind}: {text}',
  within: 'Receipt within {n} minutes',
  kind: 'What for',
  name: 'Name',
  status: 'State',
  empty: 'Nobody outside is told of bans. An administrator registers who is.',
  kinds: {
    police: 'police',
    'victim-information': 'information of protected people (CJIB/IDV)',
    prosecutor: 'prosecutor: is asked about ends',
    court: 'court: is asked about ends',
    mayor: 'mayor: is asked about ends',
  } satisfies Record<PartnerKind, string>,
  statuses: {
    waiting: 'waits for a second person',
    told: 'is told',
    ending: 'is told; its end waits for a second person',
    ended: 'ended',
  },
  acts: {
    imposed: 'imposed',
    changed: 'changed',
    extended: 'extended',
    suspended: 'suspended',
    resumed: 'resumed',
    lapsed: 'LAPSED',
    ended: 'ended',
    reminded: 'asked about the end',
  } satisfies Record<NoticeAct, string>,
}

const dutch: typeof english = {
  title: 'Partners',
  told: 'Verteld aan partners',
  nobody: 'Geen partner krijgt bericht van deze maatregel.',
  received: 'ontvangen {time}, nummer {reference}',
  waiting: 'NOG GEEN ONTVANGST, verwacht {time}',
  late: 'GEEN ONTVANGST, verwacht {time}, {n} keer gevraagd',
  superseded: 'een nieuwer bericht geldt',
  sent: 'verzonden',
  fetched: 'gelezen',
  confirm: 'Bevestig',
  confirmEnd: 'Bevestig het einde',
  confirmNote:
    'Vanaf dan krijgt deze bericht van elke maatregel die geldt: de politie met de plaatsen.',
  onBreach: 'Bij overtreding',
  onBreachOf: '{kind}: {text}',
  within: 'Ontvangst binnen {n} minuten',
  kind: 'Waarvoor',
  name: 'Naam',
  status: 'Stand',
  empty: 'Niemand buiten krijgt bericht van verboden. Een beheerder legt vast wie dat krijgt.',
  kinds: {
    police: 'politie',
    'victim-information': 'informatie aan beschermde personen (CJIB/IDV)',
    prosecutor: 'officier van justitie: wordt gevraagd over het einde',
    court: 'rechter: wordt gevraagd over het einde',
    mayor: 'burgemeester: wordt gevraagd over het einde',
  },
  statuses: {
    waiting: 'wacht op een tweede persoon',
    told: 'krijgt bericht',
    ending: 'krijgt bericht; het einde wacht op een tweede persoon',
    ended: 'beëindigd',
  },
  acts: {
    imposed: 'opgelegd',
    changed: 'gewijzigd',
    extended: 'verlengd',
    suspended: 'geschorst',
    resumed: 'hervat',
    lapsed: 'VERLOPEN',
    ended: 'beëindigd',
    reminded: 'gevraagd over het einde',
  },
}
