/** Leaves something and says whether there was something to leave. */
type Leave = () => boolean

const layers: Leave[] = []

// A dialog closes itself, and is left alone.
function key(e: KeyboardEvent): void {
  if (e.key !== 'Escape' || e.defaultPrevented || document.querySelector('dialog[open]') !== null) return
  if (layers.findLast((leave) => leave()) !== undefined) e.preventDefault()
}

/** What Escape leaves while this is on the page: what came last first, and one thing at a time. It gives what ends that. */
export function escapes(leave: Leave): () => void {
  if (layers.length === 0) window.addEventListener('keydown', key)
  layers.push(leave)
  return () => {
    layers.splice(layers.indexOf(leave), 1)
    if (layers.length === 0) window.removeEventListener('keydown', key)
  }
}
