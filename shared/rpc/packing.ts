import { Packr } from 'msgpackr'

/** How messages are packed for a WebSocket: typed arrays included, an object of any number of keys. */
export const newPacking = (): Packr => new Packr({ moreTypes: true, useRecords: false, variableMapSize: true })
