import { expect, it } from 'vitest'
import { iceServers } from './links'

it('reads the servers in their order, with what is quoted in their names', () => {
  const header = String.raw`<stun:stun.example.net>; rel="ice-server", <turn:turn.example.net?transport=udp>; rel="ice-server"; username="u,\"1\""; credential="a;b\\c"; credential-type="password"`
  expect(iceServers(header)).toEqual([
    { urls: 'stun:stun.example.net' },
    { urls: 'turn:turn.example.net?transport=udp', username: 'u,"1"', credential: String.raw`a;b\c` },
  ])
})

it('takes nothing else for a server', () => {
  expect(iceServers(null)).toEqual([])
  expect(iceServers('</next>; rel="next", <https://example.net>; rel=ice-server, <stun:a>; rel=other, nonsense')).toEqual([])
  expect(iceServers('<stuns:b>; rel=ice-server')).toEqual([{ urls: 'stuns:b' }])
})
