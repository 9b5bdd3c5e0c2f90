/** `npm run bench [-- ...]`: set-up, then the measurements in bench/, which document their own arguments. */
import { root, setUpOrExit } from './set-up.mjs'
import { runNode } from './spawn.mjs'

await setUpOrExit()
process.exitCode = await runNode(['--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)], { cwd: root })
