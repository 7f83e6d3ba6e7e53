import type { Basemap } from './gen'
import { call } from './http'

/** Without pictures the console draws a map of its own. */
export const madeUp: Basemap = { pictures: false, minZoom: 0, maxZoom: 0, west: 0, south: 0, east: 0, north: 0, tileSize: 256, attribution: '' }

/** The map that the station has under everything. */
export const basemap = () => call<Basemap>('GET', '/basemap')
