/**
 * The addresses of an external database where each part has a login of its own. DATABASE_URL is
 * then the one for what people ask, and cannot stand in for another: it sees nobody's rows by
 * itself.
 */
export function readDatabaseUrls(
  given: Readonly<Record<string, string | undefined>>,
  roles: readonly string[],
  faults: string[],
): DatabaseUrls | null {
  const named = variables.filter(({ variable }) => given[variable] !== undefined)
  if (named.length === 0) return null
  const urls: Record<string, string> = {}
  for (const { login, variable } of named) {
    const url = URL.parse(given[variable] ?? '')
    if (url !== null && /^postgres(ql)?:$/.test(url.protocol)) urls[login] = url.href
    else
      faults.push(
        `${variable}: expected an address such as ${example(login)}, got another text (not shown)`,
      )
  }
  if (given['DATABASE_URL'] === undefined)
    faults.push(
      `DATABASE_URL: expected ${example('api')} beside ${named[0]?.variable ?? ''}, got none`,
    )
  else urls['api'] = given['DATABASE_URL']
  for (const login of neededLogins(roles, given['REDIS_URL'] !== undefined)) {
    if (urls[login] !== undefined) continue
    const variable = variables.find((row) => row.login === login)?.variable ?? ''
    faults.push(
      `${variable}: expected an address beside ${named[0]?.variable ?? ''}, because this process is ${roles.join(', ')}; got none`,
    )
  }
  return urls
}

export type DatabaseUrls = Readonly<
  Partial<
    Record<
      'owner' | 'api' | 'intake' | 'evaluator' | 'worker' | 'queue' | 'audit' | 'backup',
      string
    >
  >
>

const variables = (
  ['owner', 'intake', 'evaluator', 'worker', 'queue', 'audit', 'backup'] as const
).map((login) => ({ login, variable: `HOEDE_DATABASE_${login.toUpperCase()}_URL` }))

/** Files with the password of an address that has none. */
export const databasePasswordFiles: readonly (readonly [variable: string, address: string])[] =
  variables.map(({ login, variable }) => [
    `HOEDE_DATABASE_${login.toUpperCase()}_PASSWORD_FILE`,
    variable,
  ])

/** All of them, in the words of the help. */
export const databaseUrlVariables: readonly string[] = variables.map(({ variable }) => variable)

/** Without the owner's a server brings nothing up to date: somebody else has run the migrations. */
function neededLogins(roles: readonly string[], hasRedis: boolean): readonly string[] {
  return [
    ...(roles.includes('api') ? ['intake'] : []),
    ...(roles.includes('evaluator') ? ['evaluator'] : []),
    ...(roles.includes('worker') ? ['worker', ...(hasRedis ? [] : ['queue'])] : []),
  ]
}

function example(login: string): string {
  return `postgres://hoede_${login}:password@host:5432/hoede`
}
