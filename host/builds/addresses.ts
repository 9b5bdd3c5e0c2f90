import { join } from 'node:path'
import { z } from 'zod'

/** Where a package was told that each wheel lies, when it was made: by the wheel's name. */
export const addressesSchema = z.record(z.string(), z.url({ protocol: /^https$/ }))
export type Addresses = z.infer<typeof addressesSchema>

/** @param resources of a package */
export const addressesFile = (resources: string): string => join(resources, 'tensorflow', 'addresses.json')
