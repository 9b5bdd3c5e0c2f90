/** `npm run screenshots`: set-up, then every view of the real window as pictures in docs/pictures. */
import { root, setUpOrExit } from './set-up.mjs'
import { runNode } from './spawn.mjs'

await setUpOrExit()
process.exitCode = await runNode(['--import', 'tsx', 'build/screenshots.ts', ...process.argv.slice(2)], { cwd: root })
