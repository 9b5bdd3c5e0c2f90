/** How a person calls this program, for commands to copy: through npx where npm runs it, from a checkout. */
export const called = process.env.npm_command === undefined ? 'anneal' : 'npx anneal'
