/** What fails does so as a promise, like every call. */
export const inTurn = <R>(work: () => R): Promise<R> => Promise.resolve().then(work)
