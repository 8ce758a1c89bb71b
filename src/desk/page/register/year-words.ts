import { language } from '../words/words.ts'

/** The texts about the report of a year, in the language of the page. */
export function yearWords(): typeof english {
  return language.value === 'nl' ? dutch : english
}

const english = {
  title: 'Report of a year',
  note: 'What a year was, in tables and pictures, of the cases that you may see. Counts below five are left out. A year is told once it is over; told again it is the same.',
  year: 'Year',
  open: 'Open the report of {year}',
}

const dutch: typeof english = {
  title: 'Jaarverslag',
  note: 'Wat een jaar was, in tabellen en beelden, van de zaken die u mag zien. Aantallen onder de vijf zijn weggelaten. Een jaar wordt verteld als het voorbij is; nog eens verteld is het hetzelfde.',
  year: 'Jaar',
  open: 'Open het jaarverslag van {year}',
}
