/** What a colour may say: grey, blue, green, amber, red. */
export type Tone = 'still' | 'auto' | 'fine' | 'care' | 'act'
