import type { Aim } from '../compute/aim'
import type { Spot } from '../compute/spot'
import type { Hit } from '../map/hit'
import type { LatLon, PrivacyZoneInput } from '../wire/gen'

export type Tab = 'incidents' | 'fleet' | 'plans' | 'patrols' | 'footage'
export type Selected = { kind: 'vehicle' | 'dock'; id: string } | null

/** What a click on the map means now. The one who sets it must end it. */
export type Pick = { prompt: string; take: (place: LatLon, hit: Hit | null) => void } | null

/** What the operator looks at and is about to do. */
class Selection {
  tab = $state<Tab>('incidents')
  selected = $state.raw<Selected>(null)
  incident = $state<string>('')
  /** The recording that is looked at; it takes the place of what is selected. */
  recording = $state('')
  /** Whether the wall of cameras is open over the map. */
  wall = $state(false)
  /** The camera that is looked at on the wall. */
  camera = $state('')
  /** Whether the no-record zones are listed over the map, the one that is looked at, and the shapes that are not kept yet. */
  zones = $state(false)
  zone = $state('')
  zoneDrafts = $state.raw<readonly PrivacyZoneInput[]>([])
  /** The aircraft of others that is looked at. */
  contact = $state('')
  /** Whether the map shows aircraft of others. */
  traffic = $state(true)
  /** While set, the next click on the map is its answer. */
  pick = $state.raw<Pick>(null)
  /** Where the operator wants to report an incident; the form is open while set. */
  report = $state.raw<LatLon | null>(null)

  /** Where a vehicle is about to be sent; the form is open while set. */
  aim = $state.raw<Aim | null>(null)

  /** The place that was taken from a picture. */
  spot = $state.raw<Spot | null>(null)

  /** The places of the plan that is drawn or looked at. */
  sketch = $state.raw<LatLon[]>([])

  vehicle(id: string): void {
    this.recording = ''
    this.selected = { kind: 'vehicle', id }
  }

  dock(id: string): void {
    this.recording = ''
    this.selected = { kind: 'dock', id }
  }

  clear(): void {
    this.aim = null
    this.selected = null
    this.contact = ''
  }
}

export const selection = new Selection()
