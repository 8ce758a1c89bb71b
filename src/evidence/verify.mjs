// Checks a folder of evidence, anywhere: node verify.mjs FOLDER PUBLIC-KEY [HEADS]
//
// FOLDER is the folder as it was handed over, PUBLIC-KEY the public key of the record in PEM as the
// organisation published it (not the copy in the folder), HEADS the heads that somebody outside
// kept. Needs Node and nothing else. Ends with 0: nothing found; 1: something is not as it was
// signed; 2: it could not be checked.

import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, keyFile, headsFile] = process.argv.slice(2)
if (folder === undefined || keyFile === undefined) {
  process.stderr.write('Usage: node verify.mjs FOLDER PUBLIC-KEY [HEADS]\n')
  process.exit(2)
}

const faults = []
const said = []
try {
  check()
} catch (error) {
  process.stderr.write(`It could not be checked: ${error.message}\n`)
  process.exit(2)
}
for (const line of said) process.stdout.write(`${line}\n`)
for (const fault of faults) process.stdout.write(`FAULT: ${fault}\n`)
process.stdout.write(faults.length === 0 ? 'Nothing was found.\n' : `${faults.length} faults.\n`)
process.exitCode = faults.length === 0 ? 0 : 1

function check() {
  const key = createPublicKey(readFileSync(keyFile, 'utf8'))
  const manifest = checkFiles(key)
  const bundle = JSON.parse(read('bundle.json').toString('utf8'))
  if (bundle.alert?.id !== manifest.alertId)
    faults.push('The bundle is of another alert than the list.')
  said.push(`Alert ${bundle.alert.id}, ${bundle.alert.kind}, taken ${bundle.madeAt}.`)
  checkEvidence(bundle)
  checkRecord(bundle, key)
}

// The list is signed, and each file is what the list says.
function checkFiles(key) {
  const manifest = read('manifest.txt')
  const signature = Buffer.from(read('manifest.sig').toString('utf8'), 'base64')
  if (!verify(null, manifest, key, signature))
    faults.push('The list of files is not signed by this key.')
  const [format, alertId, , ...lines] = manifest.toString('utf8').split('\n')
  if (format !== 'hoede-evidence-1') faults.push('The list of files is of another format.')
  const listed = lines.filter((line) => line !== '').map((line) => line.split('  '))
  for (const [hash, name] of listed) {
    const found = createHash('sha256').update(read(name)).digest('hex')
    if (found !== hash) faults.push(`${name} is not as it was signed.`)
  }
  for (const name of ['bundle.json', 'track.gpx', 'page.html']) {
    if (!listed.some(([, other]) => other === name))
      faults.push(`${name} is not in the list of files.`)
  }
  return { alertId }
}

// What the decision rests on is among what was received, under the versions that it names.
function checkEvidence({ evidence, rawFixes, orderVersions, limits, alert }) {
  const known = new Set(rawFixes.map((fix) => placeOf(fix, fix.recordedAt)))
  const missing = evidence.fixes.filter(
    (fix) => !known.has(placeOf(fix, new Date(fix.recordedAtMs).toISOString())),
  )
  said.push(`${evidence.fixes.length} fixes of the decision, ${rawFixes.length} received.`)
  if (evidence.isNotAsSealed === true)
    faults.push('The evidence of the alert did not match its seal when this was taken.')
  const unread = rawFixes.filter(({ gap }) => gap !== undefined)
  if (unread.length > 0)
    said.push(`Of ${unread.length} of them it could not be read where they were.`)
  for (const fix of missing) {
    faults.push(
      `A fix of the decision (${new Date(fix.recordedAtMs).toISOString()}) is not among those received.`,
    )
  }
  if (limits !== null && limits.version !== evidence.limitsVersion) {
    faults.push('The limits are of another version than the decision names.')
  }
  const version = evidence.protectionOrderVersion
  if (alert.protectionOrderId !== null && version !== null) {
    const order = orderVersions.find((one) => one.version === version)
    if (order === undefined || order.body.id !== alert.protectionOrderId) {
      faults.push('The version of the order that the decision names is not there.')
    } else tellDistance(order.body, alert, evidence)
  }
}

function placeOf({ deviceId, longitude, latitude }, at) {
  return `${deviceId} ${at} ${longitude} ${latitude}`
}

// For whoever reads it: how far the last fix lay from the border of a circle, on a sphere.
function tellDistance({ locationBans }, { locationBanId, offenderId }, { fixes }) {
  const area = locationBans.find(({ id }) => id === locationBanId)?.area
  const fix = fixes.findLast(({ personId }) => personId === offenderId)
  if (area?.type !== 'circle' || fix === undefined) return
  const meters = distanceMeters(area, fix) - area.radiusMeters
  const side = meters < 0 ? 'inside' : 'outside'
  said.push(`The last fix lies ${Math.abs(meters).toFixed(0)} m ${side} the border, by a sphere.`)
}

function distanceMeters(one, other) {
  const rad = Math.PI / 180
  const [a, b] = [one.latitude * rad, other.latitude * rad]
  const [dy, dx] = [(b - a) / 2, ((other.longitude - one.longitude) * rad) / 2]
  const h = Math.sin(dy) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(dx) ** 2
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(h))
}

// Each entry of the record leads to the root of a head that the key signed (RFC 6962, RFC 9162).
function checkRecord({ record, organisationId, alert }, key) {
  const head = record.head === null ? null : readHead(record.head, key)
  if (record.head !== null && head === null)
    faults.push('The head of the record is not signed by this key.')
  if (head !== null && head.origin !== `hoede/record/${organisationId}`) {
    faults.push('The head is of the record of another organisation.')
  }
  let proven = 0
  for (const { index, body, path } of record.entries) {
    const bytes = Buffer.from(body, 'base64')
    if (!bytes.toString('utf8').includes(alert.id))
      faults.push(`Entry ${index} is not about this alert.`)
    if (path === null) continue
    const root = climb(bytes, index, head?.size ?? 0, path)
    if (head === null || root === null || !root.equals(head.root)) {
      faults.push(`Entry ${index} does not lead to the head of the record.`)
    } else proven += 1
  }
  said.push(
    `${record.entries.length} entries of the record, ${proven} of them under the signed head.`,
  )
  if (head === null)
    said.push('No head was signed when this was taken: the record vouches for nothing yet.')
  if (headsFile === undefined)
    said.push('No witness was asked: a record rewritten and signed anew would not be found.')
  else if (head !== null) {
    const isKept = readFileSync(headsFile, 'utf8').includes(record.head)
    if (isKept) said.push('The witness kept this head.')
    else faults.push('The witness did not keep this head.')
  }
}

function climb(bytes, index, size, path) {
  if (!(index < size)) return null
  let [node, last] = [index, size - 1]
  let hash = sha256(Buffer.of(0), bytes)
  for (const step of path) {
    const other = Buffer.from(step, 'base64')
    if (last === 0) return null
    if (node % 2 === 1 || node === last) {
      hash = sha256(Buffer.of(1), other, hash)
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)]
    } else hash = sha256(Buffer.of(1), hash, other)
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  return last === 0 ? hash : null
}

// A checkpoint of C2SP: name, size and root, a blank line, and a line with the signature.
function readHead(note, key) {
  const [text, signatures] = note.split('\n\n')
  const [origin, size, root] = text.split('\n')
  const mark = `— ${origin} `
  const line = (signatures ?? '').split('\n').find((one) => one.startsWith(mark))
  if (line === undefined) return null
  const signature = Buffer.from(line.slice(mark.length), 'base64').subarray(4)
  if (!verify(null, Buffer.from(`${text}\n`), key, signature)) return null
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') }
}

function sha256(...parts) {
  return createHash('sha256').update(Buffer.concat(parts)).digest()
}

function read(name) {
  return readFileSync(join(folder, name))
}
