// The script of the sign-in page: it shows one section at a time, asks the server, and says in the
// language of the page what went wrong. It keeps nothing; the session is a cookie it cannot read.

const words = JSON.parse(document.body.dataset.words)
const element = (id) => document.getElementById(id)
const ownOrigin = document.body.dataset.origin

// What the link of this page is for, once the server has said it.
let opened = null
let linkToken = new URLSearchParams(location.hash.slice(1)).get('link')
// Passkeys and sessions belong to one address: somebody who opened another is taken there.
if (ownOrigin !== '' && location.origin !== ownOrigin) {
  location.replace(ownOrigin + location.pathname + location.search + location.hash)
} else if (ownOrigin !== '' && keepLanguage()) {
  element('other-language').hash = location.hash
  await begin()
}

// Chosen here or at the desk, which keeps it under the same name. False: the page is loaded anew in
// it, and a link that works once is left to that one.
function keepLanguage() {
  const query = new URLSearchParams(location.search)
  const asked = query.get('lang')
  if (asked !== null) localStorage.setItem('hoede-language', asked === 'en' ? 'en' : 'nl')
  else if (localStorage.getItem('hoede-language') === 'en') {
    query.set('lang', 'en')
    location.replace(`${location.pathname}?${query}${location.hash}`)
    return false
  }
  return true
}

async function begin() {
  on('password-form', 'submit', signInWithPassword)
  on('use-passkey', 'click', signInWithPasskey)
  if (element('use-issuer') !== null) on('use-issuer', 'click', signInWithIssuer)
  on('second-form', 'submit', giveCode)
  on('enrol-form', 'submit', enrolWithPassword)
  on('choose-passkey', 'click', enrolWithPasskey)
  on('sign-out', 'click', signOut)
  await attempt(async () => {
    if (linkToken !== null) return await openLink()
    const me = await ask('GET', '/v1/me')
    if (me.isRefused && me.status !== 401) throw me
    if (me.isRefused) show('ways')
    else await showSignedIn(me)
    const fault = new URLSearchParams(location.search).get('fault')
    if (fault !== null) throw { code: fault }
  })
}

async function signInWithPassword() {
  const answer = await must('/v1/sign-in/_by-password', {
    signInName: element('signInName').value.trim(),
    password: element('password').value,
    code: element('code').value.trim(),
  })
  element('password-form').reset()
  await showSignedIn(answer)
}

async function signInWithPasskey() {
  const options = await must('/v1/sign-in/_ask-passkey')
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const credential = await withPasskey(() => navigator.credentials.get({ publicKey }))
  await showSignedIn(await must('/v1/sign-in/_by-passkey', { response: credential.toJSON() }))
}

async function signInWithIssuer() {
  const { address } = await must('/v1/sign-in/_by-issuer')
  location.assign(address)
}

async function giveCode() {
  const code = element('secondCode')
    .value.toUpperCase()
    .replace(/[^A-Z2-7]/g, '')
  linkToken = `${linkToken.split('.')[0]}.${code}`
  await openLink()
}

async function openLink() {
  const looked = await ask('POST', '/v1/sign-in/_look-at-link', { token: linkToken })
  if (looked.code === 'link-needs-code' && !linkToken.includes('.')) return show('second')
  opened = orThrow(looked)
  if (opened.purpose === 'sign-in') {
    await showSignedIn(await must('/v1/sign-in/_by-link', { token: linkToken }))
    return
  }
  const isFirst = opened.purpose === 'first-administrator'
  const about = isFirst ? 'enrolFirst' : opened.purpose === 'recover' ? 'enrolAgain' : 'enrolNew'
  element('enrol-about').textContent = say(about, { name: opened.displayName ?? '' })
  element('display-name').hidden = !isFirst
  element('displayName').required = isFirst
  element('newName').value = opened.signInName ?? ''
  const secret = new URL(opened.totpAddress).searchParams.get('secret')
  element('totp-key').textContent = secret.replace(/(.{4})(?=.)/g, '$1 ')
  element('totp-link').href = opened.totpAddress
  show('enrol')
}

async function enrolWithPassword() {
  const answer = await must('/v1/sign-in/_enrol-password', {
    ...enrolment(),
    password: element('newPassword').value,
    code: element('newCode').value.trim(),
  })
  element('enrol-form').reset()
  await showSignedIn(answer)
}

async function enrolWithPasskey() {
  if (!element('enrol-form').reportValidity()) return
  const person = enrolment()
  // Asked for anew: a question is good for two minutes, and choosing a name may take longer.
  const { passkeyOptions } = await must('/v1/sign-in/_look-at-link', { token: linkToken })
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(passkeyOptions)
  // The name under which the passkey is kept, so that its owner finds it among others.
  publicKey.user.name = person.signInName
  const credential = await withPasskey(() => navigator.credentials.create({ publicKey }))
  const response = credential.toJSON()
  await showSignedIn(await must('/v1/sign-in/_enrol-passkey', { ...person, response }))
}

function enrolment() {
  const person = { token: linkToken, signInName: element('newName').value.trim() }
  if (opened.purpose !== 'first-administrator') return person
  return { ...person, displayName: element('displayName').value.trim() }
}

async function showSignedIn(me) {
  // The link is used up: nobody should meet it in the history, nor by the other language.
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search)
  element('other-language').hash = ''
  const roles = me.roles.map((role) => words[role] ?? role).join(', ')
  element('here-as').textContent = say('hereAs', {
    name: me.displayName,
    roles: roles === '' ? words.noRoles : roles,
  })
  element('to-desk').hidden = !me.roles.some((role) => role === 'operator' || role === 'supervisor')
  await listSessions()
  show('here')
}

async function listSessions() {
  const { items } = orThrow(await ask('GET', '/v1/sessions'))
  const time = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone: 'Europe/Amsterdam',
  })
  const lines = items.map((session) => {
    const line = document.createElement('li')
    const since = time.format(new Date(session.createdAt))
    const until = time.format(new Date(session.expiresAt))
    line.textContent = say('sessionLine', { browser: session.browser, since, until }) + ' '
    if (session.isThisOne) line.append(`(${words.thisOne})`)
    else line.append(endButton(session, line.textContent))
    return line
  })
  element('sessions').replaceChildren(...lines)
}

function endButton(session, about) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = words.end
  button.setAttribute('aria-label', `${words.end}: ${about}`)
  button.addEventListener('click', () =>
    attempt(async () => {
      await must(`/v1/sessions/${session.id}/_revoke`)
      await listSessions()
      element('status').textContent = words.ended
      element('here-title').focus()
    }),
  )
  return button
}

async function signOut() {
  await must('/v1/me/_sign-out')
  show('ways')
  element('status').textContent = words.signedOut
}

// Speaking with the server.

async function ask(method, path, body) {
  const response = await fetch(path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => null)
  if (response === null) throw { isRefused: true, code: 'unreachable' }
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer
  return {
    isRefused: true,
    status: response.status,
    code: String(answer.type ?? '').split('#problem-')[1] ?? 'other',
    detail: [answer.detail, ...(answer.errors ?? []).map((fault) => fault.detail)].join(' '),
    seconds: response.headers.get('retry-after') ?? '60',
  }
}

async function must(path, body) {
  return orThrow(await ask('POST', path, body))
}

function orThrow(answer) {
  if (answer.isRefused) throw answer
  return answer
}

async function withPasskey(use) {
  try {
    return await use()
  } catch {
    throw { isRefused: true, code: 'passkeyFailed' }
  }
}

// What is shown.

function on(id, event, work) {
  element(id).addEventListener(event, (happened) => {
    happened.preventDefault()
    void attempt(() => work(happened))
  })
}

async function attempt(work) {
  element('fault').textContent = ''
  element('status').textContent = words.working
  try {
    await work()
    if (element('status').textContent === words.working) element('status').textContent = ''
  } catch (fault) {
    element('status').textContent = ''
    const key = Object.hasOwn(words, String(fault.code)) ? fault.code : 'other'
    element('fault').textContent = say(key, {
      detail: fault.detail ?? String(fault.message ?? ''),
      seconds: fault.seconds ?? '60',
    })
    if (fault.status === 401 && element('here').hidden === false) show('ways')
    if (['ways', 'second', 'enrol', 'here'].every((id) => element(id).hidden)) show('ways')
  }
}

function show(id) {
  for (const section of ['ways', 'second', 'enrol', 'here'])
    element(section).hidden = section !== id
  element(`${id}-title`).focus()
}

function say(key, values) {
  return words[key].replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? '')
}
