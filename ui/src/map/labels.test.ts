import { describe, expect, it } from 'vitest'
import { apart, label, wrap, type Measure } from './labels'

const measure: Measure = (text, size) => [...text].reduce((w, c) => w + (c > '⺀' ? size : size / 2), 0)

describe('a label', () => {
  it('breaks between words, and Chinese anywhere', () => {
    expect(wrap('Collision, two cars', 10, 60, measure)).toEqual(['Collision,', 'two cars'])
    expect(wrap('人民路交通事故', 10, 40, measure)).toEqual(['人民路交', '通事故'])
    expect(wrap('', 10, 40, measure)).toEqual([''])
  })

  it('has three lines at most and says when it was shortened', () => {
    expect(wrap('one two three four five', 10, 30, measure)).toEqual(['one', 'two', 'three…'])
    expect(wrap('unbreakableword', 10, 30, measure)).toEqual(['unbre…'])
  })

  it('stands centred under its point', () => {
    expect(label(['ab', 'abcd'], 50, 10, 10, '#fff', measure).box).toEqual({ left: 39, right: 61, top: 10, bottom: 34 })
  })

  it('gives way to a label before it', () => {
    const at = (x: number) => ({ of: x, places: [label(['V07'], x, 0, 10, '#fff', measure)], needed: false })
    expect(apart([at(50), at(55), at(80)], () => []).map((l) => l.of)).toEqual([50, 80])
  })

  it('stands where nothing is drawn, or nowhere, unless it is needed', () => {
    const places = [0, 40].map((top) => label(['V07'], 50, top, 10, '#fff', measure))
    const box = (top: number) => ({ left: 45, right: 55, top, bottom: top + 5 })
    const tops = (drawn: number[], needed: boolean) => apart([{ of: 0, places, needed }], () => drawn.map(box)).map((l) => l.label.top)
    expect(tops([], false)).toEqual([0])
    expect(tops([2], false)).toEqual([40])
    expect(tops([2, 42], false)).toEqual([])
    expect(tops([2, 42], true)).toEqual([0])
  })
})
