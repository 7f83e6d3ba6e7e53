import { t } from '../../i18n'
import { camera as text } from '../../i18n/camera'

/** What a camera is called: by its vehicle, by its dock and which way it looks, or by its own id. */
export function cameraName(id: string): string {
  const [dock, view] = id.split('/')
  return view === 'inside' || view === 'outside' ? `${dock} · ${t(text[view])}` : id
}
