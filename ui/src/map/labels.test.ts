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
    const at = (x: number) => ({ label: label(['V07'], x, 0, 10, '#fff', measure) })
    expect(apart([at(50), at(55), at(80)]).map((l) => l.label.x)).toEqual([50, 80])
  })
})
