/** A question that must be answered before a dangerous act. */
export type Question = { title: string; body: string; yes: string; danger: boolean }

class Confirm {
  question = $state.raw<Question | null>(null)
  #answer: ((yes: boolean) => void) | null = null

  ask(q: Question): Promise<boolean> {
    this.answer(false)
    this.question = q
    return new Promise((resolve) => (this.#answer = resolve))
  }

  answer(yes: boolean): void {
    this.question = null
    this.#answer?.(yes)
    this.#answer = null
  }
}

export const confirm = new Confirm()
