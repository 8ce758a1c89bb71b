// Before anything else is read: an older Node stops at the first word that it does not know, and
// says neither which one is wanted nor how to get it. Plain JavaScript, as that one may not read
// TypeScript either.
const nodeMajorMin = 26

if (Number(process.versions.node.split('.')[0]) < nodeMajorMin) {
  process.stderr.write(
    `Hoede runs on Node ${nodeMajorMin}, this is Node ${process.versions.node}. ` +
      `Install Node ${nodeMajorMin}, or let npm ci (without --omit=optional) bring it.\n`,
  )
  process.exit(1)
}
