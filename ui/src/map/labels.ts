import { overlap, type Box } from './clip'

export type Label = { lines: string[]; x: number; top: number; size: number; colour: string; box: Box }

/** The width of a text at a size, pixels. */
export type Measure = (text: string, size: number) => number

const mostLines = 3
const wide = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/u

// Chinese may break after each character, other scripts between words.
function words(text: string): string[] {
  const out: string[] = []
  for (const char of text) {
    const last = out.at(-1)
    if (last === undefined || wide.test(char) || wide.test(last.at(-1) ?? '') || (last.endsWith(' ') && char !== ' ')) out.push(char)
    else out[out.length - 1] = last + char
  }
  return out
}

/** Breaks a text into lines no wider than most, three at most; what does not fit ends in an ellipsis. */
export function wrap(text: string, size: number, most: number, measure: Measure): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of words(text)) {
    if (line !== '' && measure((line + word).trimEnd(), size) > most) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += word
  }
  lines.push(line.trimEnd())
  const kept = lines.slice(0, mostLines)
  return kept.map((l, i) => shorten(l, i === mostLines - 1 && lines.length > mostLines, size, most, measure))
}

function shorten(line: string, more: boolean, size: number, most: number, measure: Measure): string {
  if (!more && measure(line, size) <= most) return line
  const chars = [...line]
  while (chars.length > 1 && measure(`${chars.join('')}…`, size) > most) chars.pop()
  return `${chars.join('')}…`
}

export const lineHeight = 1.2

/** A label whose lines stand centred under a point. */
export function label(lines: string[], x: number, top: number, size: number, colour: string, measure: Measure): Label {
  const half = Math.max(...lines.map((l) => measure(l, size))) / 2
  return { lines, x, top, size, colour, box: { left: x - half - 1, right: x + half + 1, top, bottom: top + lines.length * size * lineHeight } }
}

/** A label that is wanted: the places where it may stand, the best first, and whether it may cover what is drawn if none is free of that. */
export type Wanted<T> = { of: T; places: Label[]; needed: boolean }

/** Keeps each label where it covers neither a label before it nor anything drawn; the first are those that matter most. */
export function apart<T>(wanted: Wanted<T>[], drawn: (of: T) => Box[]): { of: T; label: Label }[] {
  const kept: { of: T; label: Label }[] = []
  for (const { of, places, needed } of wanted) {
    const clear = places.filter((l) => !kept.some((k) => overlap(k.label.box, l.box)))
    const covers = drawn(of)
    const label = clear.find((l) => !covers.some((box) => overlap(box, l.box))) ?? (needed ? clear[0] : undefined)
    if (label) kept.push({ of, label })
  }
  return kept
}
