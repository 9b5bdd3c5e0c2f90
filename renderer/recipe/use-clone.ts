import { watch } from 'vue'

interface Clone<Run> {
  readonly read: (id: string) => Promise<Run>
  readonly take: (id: string, run: Run) => void
  readonly fail: (error: unknown) => void
}

/**
 * Takes over the run that the address names. An answer that comes when the address no longer names it, or the view
 * was left, is dropped: a draft must not change behind somebody's back.
 */
export function useClone<Run>(from: () => unknown, { read, take, fail }: Clone<Run>): void {
  watch(
    from,
    async (id, _before, onCleanup) => {
      if (typeof id !== 'string') return
      let stale = false
      onCleanup(() => (stale = true))
      try {
        const run = await read(id)
        if (!stale) take(id, run)
      } catch (error) {
        if (!stale) fail(error)
      }
    },
    { immediate: true },
  )
}
