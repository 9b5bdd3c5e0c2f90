import { Argument, type Command } from 'commander'
import type { Workbench } from '../host/workbench.ts'
import { cacheNames, type CacheName, type StorageDescription } from '../shared/contract/settings.ts'
import { formatBytes } from '../shared/format-bytes.ts'
import { answering } from './answer.ts'
import { shortPath } from './format.ts'
import { table, wrap } from './text.ts'

export function addCache(program: Command, workbench: Workbench): void {
  const cache = program.command('cache').description('what is kept on the disk and comes again by itself')
  answering(cache.command('list', { isDefault: true }).description('what there is, and how large it is'), async () => {
    const data = await workbench.caches.describe()
    return { data, text: describe(data) }
  })
  answering(
    cache
      .command('clear')
      .description('delete what one holds, while no run is at work')
      .addArgument(new Argument('<name>').choices(cacheNames)),
    async (name: CacheName) => {
      const freed = await workbench.clearCache(name)
      return { data: { cleared: name, freedBytes: freed }, text: `${formatBytes(freed)} are freed.` }
    },
  )
}

function describe({ home, freeBytes, caches }: StorageDescription): string {
  const rows = caches.map(({ name, bytes, folder }) => [name, formatBytes(bytes), shortPath(folder)])
  const details = caches.map(({ name, detail }) => wrap(`${name}: ${detail}`))
  return `${table(rows)}\n\n${details.join('\n')}\n\nThe home ${shortPath(home)} has ${formatBytes(freeBytes)} free.`
}
