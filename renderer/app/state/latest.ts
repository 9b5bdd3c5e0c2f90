/**
 * A job that is done once at a time. Asked for while it is under way it is done once more afterwards, so that
 * every promise ends after a whole turn that began later than the asking.
 */
export function latest(job: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | undefined
  let next: Promise<void> | undefined
  const turn = async () => {
    try {
      await job()
    } finally {
      current = next
      next = undefined
    }
  }
  return () => {
    if (!current) return (current = turn())
    return (next ??= current.then(turn, turn))
  }
}
