/**
 * Does a job for the newest input, one at a time: while one is under way, all inputs but the last are skipped.
 */
export function newest<Input>(job: (input: Input) => Promise<void>): (input: Input) => void {
  let waiting: { readonly input: Input } | undefined
  let busy = false

  async function work() {
    busy = true
    try {
      while (waiting) {
        const { input } = waiting
        waiting = undefined
        await job(input)
      }
    } finally {
      busy = false
    }
  }

  return (input) => {
    waiting = { input }
    if (!busy) void work()
  }
}
