import type { PictureLayer } from '../../wire/gen'

/** Which of a camera's pictures this page asks for, where there is a choice: one wish for all cameras. */
class Wish {
  layer = $state<PictureLayer['want']>('auto')
}

export const wish = new Wish()
