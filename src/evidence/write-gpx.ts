import { escapeHtml } from '../escape-html.ts'
import type { Bundle } from './gather.ts'

/** The tracks as other programs draw them, one of each device (GPX 1.1). */
export function writeGpx({ alert, devices, rawFixes, madeAt }: Bundle): string {
  const tracks = devices.map(({ deviceId, serialNumber, personId }) => {
    const role = personId === alert.offenderId ? 'offender' : 'victim'
    const points = rawFixes
      .filter((fix) => fix.deviceId === deviceId && fix.gap === undefined)
      .map(
        ({ latitude, longitude, recordedAt }) =>
          `<trkpt lat="${latitude}" lon="${longitude}"><time>${recordedAt}</time></trkpt>\n`,
      )
    return `<trk><name>${escapeHtml(`${role} ${serialNumber}`)}</name><trkseg>\n${points.join('')}</trkseg></trk>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Hoede" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><name>${alert.id}</name><time>${madeAt}</time></metadata>
${tracks.join('')}</gpx>
`
}
