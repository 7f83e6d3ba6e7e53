// The other side of the interoperability test: node-mavlink, asked one JSON line at a time, answers one.
//   {op: "sign", key, link, atMs, seq}  →  {frames: [hex]}
//   {op: "check", key, bytes}           →  {frames: [{id, system, component, link, timestamp, matches, secretKey?}]}
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import mavlink from 'node-mavlink'

const { MavLinkProtocolV2, createMavLinkStream, minimal, common } = mavlink

function messages() {
  const heartbeat = new minimal.Heartbeat()
  heartbeat.type = minimal.MavType.QUADROTOR
  heartbeat.autopilot = minimal.MavAutopilot.PX4
  heartbeat.mavlinkVersion = 3
  const text = new common.StatusText()
  text.severity = 6
  text.text = 'signed by another hand'
  const empty = new common.SystemTime() // all zeros: its payload is cut to one octet
  return [heartbeat, text, empty]
}

function sign({ key, link, atMs, seq }) {
  const protocol = new MavLinkProtocolV2(7, 1, MavLinkProtocolV2.IFLAG_SIGNED)
  return { frames: messages().map((m, i) => protocol.sign(protocol.serialize(m, seq + i), link, Buffer.from(key, 'hex'), atMs + i).toString('hex')) }
}

async function check({ key, bytes }) {
  const frames = []
  for await (const p of createMavLinkStream(Readable.from([Buffer.from(bytes, 'hex')], { objectMode: false }))) {
    const frame = { id: p.header.msgid, system: p.header.sysid, component: p.header.compid }
    if (p.signature) {
      Object.assign(frame, { link: p.signature.linkId, timestamp: p.signature.timestamp, matches: p.signature.matches(Buffer.from(key, 'hex')) })
    }
    if (p.header.msgid === common.SetupSigning.MSG_ID) {
      const m = p.protocol.data(p.payload, common.SetupSigning)
      Object.assign(frame, { secretKey: Buffer.from(m.secretKey).toString('hex'), target: m.targetSystem })
    }
    frames.push(frame)
  }
  return { frames }
}

for await (const line of createInterface({ input: process.stdin })) {
  const ask = JSON.parse(line)
  console.log(JSON.stringify(ask.op === 'sign' ? sign(ask) : await check(ask)))
}
