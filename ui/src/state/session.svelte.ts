import * as api from '../wire/api'
import type { Person } from '../wire/gen'
import { Refusal, whenSignedOut } from '../wire/http'
import { fleet } from './fleet.svelte'
import { dropFromHash, readHash } from './hash'

type Standing = 'asking' | 'setup' | 'out' | 'in' | 'unreachable'

/** Whether somebody is signed in, and what to show if not. */
class Session {
  standing = $state<Standing>('asking')
  user = $state.raw<Person | null>(null)
  /** True when a session ended by itself, so that the sign-in page can say so. */
  ended = $state(false)

  constructor() {
    whenSignedOut(() => this.#left())
  }

  get isAdmin(): boolean {
    return this.mayOperate && this.user?.role === 'admin'
  }

  get maySupervise(): boolean {
    return this.mayOperate && (this.user?.role === 'supervisor' || this.user?.role === 'admin')
  }

  get mayOperate(): boolean {
    return this.user !== null && this.user.role !== 'viewer' && fleet.replay === undefined
  }

  get setupToken(): string {
    return readHash(location.hash).get('setup') ?? ''
  }

  async start(): Promise<void> {
    if (this.setupToken !== '') {
      this.standing = 'setup'
      return
    }
    try {
      this.#enter((await api.session()).user)
    } catch (e) {
      this.standing = e instanceof Refusal && e.status === 401 ? 'out' : 'unreachable'
      if (this.standing === 'unreachable') setTimeout(() => void this.start(), 2_000)
    }
  }

  async signIn(name: string, password: string): Promise<void> {
    this.#enter((await api.signIn(name, password)).user)
  }

  async setUp(name: string, password: string): Promise<void> {
    const info = await api.setUp(this.setupToken, name, password)
    dropFromHash('setup')
    this.#enter(info.user)
  }

  /** Gives the setup link up and goes to the sign-in page. */
  skipSetup(): void {
    dropFromHash('setup')
    this.standing = 'asking'
    void this.start()
  }

  async signOut(): Promise<void> {
    fleet.stop()
    await api.signOut().catch(() => undefined)
    this.user = null
    this.ended = false
    this.standing = 'out'
  }

  #enter(user: Person): void {
    this.user = user
    this.ended = false
    this.standing = 'in'
    fleet.start(() => this.#left())
  }

  #left(): void {
    if (this.standing !== 'in') return
    fleet.stop()
    this.user = null
    this.ended = true
    this.standing = 'out'
  }
}

export const session = new Session()
