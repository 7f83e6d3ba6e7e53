import type { Feature, FeatureCollection, Geometry, Position } from 'geojson'

/**
 * A made-up city on the river plain where Hai'an lies: the same one each time, and no street of it exists. It gives a
 * map without a network something to steer by; an operator's own map takes its place.
 */
export const centre = { lat: 32.533, lon: 120.467 }

const mLat = 1 / 111_195
const mLon = mLat / Math.cos((centre.lat * Math.PI) / 180)

/** x metres east and y metres north of the centre. */
const at = (x: number, y: number): Position => [
  Math.round((centre.lon + x * mLon) * 1e6) / 1e6, Math.round((centre.lat + y * mLat) * 1e6) / 1e6,
]

/** mulberry32: small, and the same everywhere. */
function chance(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const feature = (geometry: Geometry, properties: Record<string, string | number>): Feature => ({ type: 'Feature', geometry, properties })

/** How far a place is bent from the straight grid, m: streets of a plain follow its old canals. */
const bend = (x: number, y: number): [number, number] => [
  x + 140 * Math.sin(y / 2300 + 1.3) + 60 * Math.sin(y / 900), y + 120 * Math.sin(x / 2700) + 50 * Math.sin(x / 800 + 0.7),
]

function street(from: [number, number], to: [number, number], kind: string, name: readonly [string, string]): Feature {
  const steps = 24
  const line: Position[] = []
  for (let i = 0; i <= steps; i++) {
    line.push(at(...bend(from[0] + ((to[0] - from[0]) * i) / steps, from[1] + ((to[1] - from[1]) * i) / steps)))
  }
  return feature({ type: 'LineString', coordinates: line }, { kind, zh: name[0], en: name[1] })
}

const none = ['', ''] as const
const half = 13_500
const names = ['人民', '长江', '黄海', '中坝', '江海', '海河', '宁海', '长兴', '永安', '通榆', '东海', '黄河', '康华', '镇南'] as const
const latin = ['Renmin', 'Changjiang', 'Huanghai', 'Zhongba', 'Jianghai', 'Haihe', 'Ninghai', 'Changxing', 'Yongan', 'Tongyu', 'Donghai', 'Huanghe', 'Kanghua', 'Zhennan'] as const

function roads(rnd: () => number): Feature[] {
  const out: Feature[] = []
  let n = 0
  for (let d = -half; d <= half; d += 1800) {
    const way = [`${names[n % names.length] ?? ''}路`, `${latin[n % latin.length] ?? ''} Road`] as const
    const road = [`${names[(n + 5) % names.length] ?? ''}大道`, `${latin[(n + 5) % latin.length] ?? ''} Avenue`] as const
    out.push(street([d, -half], [d, half], 'major', way), street([-half, d], [half, d], 'major', road))
    n++
  }
  // Between the large streets, small ones: thick in the middle, few outside.
  for (let x = -half; x < half; x += 300) {
    for (let y = -half; y < half; y += 1800) {
      const thick = Math.exp(-Math.hypot(x, y + 900) / 5200)
      if (rnd() < thick * 1.25) out.push(street([x, y], [x, y + 1800], 'minor', none))
      if (rnd() < thick * 1.25) out.push(street([y, x], [y + 1800, x], 'minor', none))
    }
  }
  return out
}

function blob(x: number, y: number, r: number, rnd: () => number): Position[] {
  const ring: Position[] = []
  const phase = rnd() * 6
  for (let i = 0; i < 14; i++) {
    const a = (i / 14) * 2 * Math.PI
    const d = r * (0.8 + 0.2 * Math.sin(2 * a + phase) + 0.12 * Math.sin(5 * a + phase))
    ring.push(at(...bend(x + d * Math.cos(a), y + d * Math.sin(a))))
  }
  const first = ring[0]
  return first ? [...ring, first] : ring
}

function areas(rnd: () => number): Feature[] {
  const out = [feature({ type: 'Polygon', coordinates: [blob(0, 0, 5600, rnd)] }, { kind: 'built' })]
  for (let i = 0; i < 26; i++) {
    const [x, y] = [(rnd() * 2 - 1) * 12_500, (rnd() * 2 - 1) * 12_500]
    if (Math.hypot(x, y) > 6000) out.push(feature({ type: 'Polygon', coordinates: [blob(x, y, 350 + rnd() * 650, rnd)] }, { kind: 'built' }))
  }
  for (let i = 0; i < 34; i++) {
    const [x, y] = [(rnd() * 2 - 1) * 11_000, (rnd() * 2 - 1) * 11_000]
    out.push(feature({ type: 'Polygon', coordinates: [blob(x, y, 120 + rnd() * 260, rnd)] }, { kind: 'green' }))
  }
  return out
}

function water(): Feature[] {
  const canal = (points: [number, number][], kind: string, zh: string, en: string) =>
    feature({ type: 'LineString', coordinates: points.map(([x, y]) => at(...bend(x, y))) }, { kind, zh, en })
  const long = (f: (d: number) => [number, number]) => Array.from({ length: 55 }, (_, i) => f(-half + (i * 2 * half) / 54))
  return [
    canal(long((d) => [d, 1350 + 500 * Math.sin(d / 4200)]), 'river', '通扬河', 'Tongyang Canal'),
    canal(long((d) => [-2300 + 420 * Math.sin(d / 3600), d]), 'river', '通榆河', 'Tongyu Canal'),
    ...[-9900, -6300, 4500, 8100].map((y, i) => canal(long((d) => [d, y + 260 * Math.sin(d / 2900 + i)]), 'canal', '', '')),
    ...[-8100, 2700, 6300, 11_700].map((x, i) => canal(long((d) => [x + 240 * Math.sin(d / 3100 + i), d]), 'canal', '', '')),
  ]
}

const kinds = [
  ['school', 135, '学校', 'School'], ['hospital', 63, '医院', 'Hospital'], ['mall', 14, '商场', 'Mall'], ['fuel', 22, '加油站', 'Fuel station'],
] as const

function places(rnd: () => number): Feature[] {
  const out: Feature[] = []
  for (const [kind, count, zh, en] of kinds) {
    for (let i = 1; i <= count; i++) {
      const [r, a] = [12_000 * rnd() ** 0.75, rnd() * 2 * Math.PI]
      const number = String(i).padStart(3, '0')
      out.push(feature({ type: 'Point', coordinates: at(...bend(r * Math.cos(a), r * Math.sin(a))) }, { kind, zh: `${zh} ${number}`, en: `${en} ${number}` }))
    }
  }
  return out
}

/** Everything of the made-up city, each with its kind and its names. */
export function city(seed = 1): FeatureCollection {
  const rnd = chance(seed)
  return { type: 'FeatureCollection', features: [...areas(rnd), ...water(), ...roads(rnd), ...places(rnd)] }
}
