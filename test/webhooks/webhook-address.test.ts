import { describe, expect, it } from 'vitest'
import {
  checkWebhookUrl,
  isCallable,
  resolveWebhookHost,
} from '../../src/webhooks/webhook-address.ts'

const hosts = ['meldkamer.example', 'other.example:8443', '127.0.0.1:9000', 'localhost:9001']

describe('the list of webhook hosts', () => {
  it.each([
    'https://meldkamer.example/hook',
    'https://MELDKAMER.example:443/hook?a=b',
    'https://other.example:8443/',
    'http://127.0.0.1:9000/',
    'http://localhost:9001/x',
    // Other spellings of an address on the list are that address.
    'http://2130706433:9000/',
    'http://0x7f.1:9000/',
  ])('the list of webhook hosts allows %s', (url) => {
    expect(checkWebhookUrl(url, hosts).isAllowed).toBe(true)
  })

  it.each([
    'http://meldkamer.example/hook',
    'https://meldkamer.example:8443/',
    'https://other.example/',
    'https://sub.meldkamer.example/',
    'https://meldkamer.example.evil.example/',
    'https://user:secret@meldkamer.example/',
    'https://meldkamer.example/#part',
    'http://127.0.0.1:9999/',
    'http://[::ffff:127.0.0.1]:9000/',
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
    'ftp://meldkamer.example/',
    'no address',
    '',
  ])('the list of webhook hosts refuses %s', (url) => {
    expect(checkWebhookUrl(url, hosts).isAllowed).toBe(false)
  })

  it('the list of webhook hosts is closed when it is empty', () => {
    expect(checkWebhookUrl('https://meldkamer.example/', []).isAllowed).toBe(false)
  })
})

describe('an address behind a host name', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'ff02::1',
    'not an address',
  ])('an address behind a host name may not be %s', (address) => {
    expect(isCallable(address, false)).toBe(false)
  })

  it.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '100.128.0.1', '2a00:1450:4001:81b::200e'])(
    'an address behind a host name may be %s',
    (address) => {
      expect(isCallable(address, false)).toBe(true)
    },
  )

  it('an address behind a host name may be loopback only for a host that is loopback itself, and nothing else then', () => {
    expect(isCallable('127.0.0.1', true)).toBe(true)
    expect(isCallable('::1', true)).toBe(true)
    expect(isCallable('8.8.8.8', true)).toBe(false)
    expect(isCallable('10.0.0.1', true)).toBe(false)
  })

  it('a public host name that points inside is refused', async () => {
    // "localhost" stands for a name on the list whose owner has pointed it at this machine.
    await expect(resolveWebhookHost('localhost', false)).rejects.toThrow(/may not be called/)
    expect(await resolveWebhookHost('127.0.0.1', true)).toEqual([
      { address: '127.0.0.1', family: 4 },
    ])
    await expect(resolveWebhookHost('[::ffff:7f00:1]', false)).rejects.toThrow(/may not be called/)
  })
})
