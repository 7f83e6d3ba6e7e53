// The real thing under test: the built binary with its simulated city, on ports and in a folder of its own.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { createSocket } from 'node:dgram'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

function freeTCP() {
  return new Promise((take, fail) => {
    const s = createServer().once('error', fail)
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address()
      s.close(() => take(port))
    })
  })
}

function freeUDP() {
  return new Promise((take, fail) => {
    const s = createSocket('udp4').once('error', fail)
    s.bind(0, '127.0.0.1', () => {
      const { port } = s.address()
      s.close(() => take(port))
    })
  })
}

/** Starts `groundstation demo` and waits for its one line. names takes the place of what vehicles and their sites are called in the configuration. */
export async function startStation(binary, names = {}) {
  const data = await mkdtemp(join(tmpdir(), 'groundstation-e2e-'))
  const at = (port) => `127.0.0.1:${port}`
  const control = at(await freeTCP())
  const config = join(data, 'station.toml')
  // The city of these steps is flat.
  let toml = (await readFile(join(root, 'config/station.toml'), 'utf8')).replace('grid = "terrain.asc"', '# no grid')
  for (const [old, name] of Object.entries(names)) {
    if (!toml.includes(`"${old}"`)) throw new Error(`nothing is called ${old}`)
    toml = toml.replace(`"${old}"`, `'${name}'`)
  }
  await writeFile(config, toml)
  const city = join(data, 'sim.toml') // with traffic of others above it
  await writeFile(city, `${await readFile(join(root, 'config/sim-fast.toml'), 'utf8')}\n[traffic]\naircraft = 4\n`)
  const child = spawn(resolve(root, binary), [
    'demo', '--data', data, '--config', config, '--sim-config', city,
    '--http', at(await freeTCP()), '--udp', at(await freeUDP()), '--video', at(await freeUDP()), '--rtsp', at(await freeTCP()),
    '--control', control, '--port-base', '0',
  ], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.on('data', (b) => (log += b))
  const ended = new Promise((done) => child.once('exit', (code, signal) => done({ code, signal })))
  const line = await new Promise((take, fail) => {
    let out = ''
    child.stdout.on('data', (b) => {
      out += b
      if (out.includes('\n')) take(out.split('\n')[0])
    })
    void ended.then((how) => fail(new Error(`the station ended before it began: ${JSON.stringify(how)}\n${log}`)))
  })
  const link = /https?:\/\/\S+#setup=\S+/.exec(line)?.[0]
  if (link === undefined) throw new Error(`no one-time link in: ${line}`)
  return {
    link,
    url: new URL(link).origin,
    control: `http://${control}`,
    log: () => log,
    /** Ends it as Ctrl-C does and says how it ended. */
    async stop() {
      child.kill('SIGINT')
      const how = await ended
      await rm(data, { recursive: true, force: true })
      return how
    },
  }
}
