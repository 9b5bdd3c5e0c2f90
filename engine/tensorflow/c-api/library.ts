export function findLibrary(env: NodeJS.ProcessEnv): string { return env.ANNEAL_TENSORFLOW! }
