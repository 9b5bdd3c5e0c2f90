/** `npm run test:long [-- filter ...]`: set-up, then the tests in tests/long, which take minutes. The last line is as that of `npm test`. */
import { runVitest } from './run-vitest.mjs'
import { setUpOrExit } from './set-up.mjs'
import { summary } from './test-counts.mjs'

await setUpOrExit()
const counts = await runVitest(['--config=vitest.long.config.ts', ...process.argv.slice(2)])
console.log(`\n${summary(counts)}`)
process.exitCode = counts.failed > 0 ? 1 : 0
