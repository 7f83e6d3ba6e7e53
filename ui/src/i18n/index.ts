export { chooseLang, colon, fill, language, t, word } from './lang.svelte'
export type { Area, Lang, Text } from './lang.svelte'
