/** One text in both languages: Chinese, English. */
export type Text = readonly [zh: string, en: string]
/** One area of the catalogue. */
export type Area = Readonly<Record<string, Text>>
export type Lang = 'zh' | 'en'

/** Between what is said and what is said of it. */
export const colon: Text = ['：', ': ']

const key = 'groundstation.lang'

/** The language asked for by the address, else the one remembered, else the browser's. */
export function chooseLang(search: string, remembered: string | null, browser: string): Lang {
  for (const wish of [new URLSearchParams(search).get('lang'), remembered]) {
    if (wish === 'zh' || wish === 'en') return wish
  }
  return browser.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

function remembered(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null // storage may be forbidden
  }
}

class Language {
  current = $state<Lang>('zh')

  constructor() {
    if (typeof location === 'undefined') return
    this.set(chooseLang(location.search, remembered(), navigator.language), false)
  }

  set(lang: Lang, remember = true): void {
    this.current = lang
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
    if (!remember) return
    try {
      localStorage.setItem(key, lang)
    } catch {
      // only the memory of the choice is lost
    }
  }
}

export const language = new Language()

/** Puts values into a text at {name}. A name without a value is left as it stands. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** Gives a text in the present language; reactive. */
export function t(text: Text, values?: Readonly<Record<string, string | number>>): string {
  const s = language.current === 'zh' ? text[0] : text[1]
  return values ? fill(s, values) : s
}

/** Looks a code of the station up in an area; one we do not know is shown as the station wrote it. */
export function word(area: Area, code: string): string {
  const text = area[code]
  return text ? t(text) : code
}
