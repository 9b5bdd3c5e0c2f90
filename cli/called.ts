/** How a person calls this program, for commands to copy. */
export const called = process.env.npm_command === 'exec' ? 'npx anneal' : 'anneal'
