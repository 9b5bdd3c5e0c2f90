/** `npm run demo [-- --json ...]`: set-up, then a short real training run on the dataset in this repository. */
import { buildCommandLine, root, setUpOrExit } from './set-up.mjs'
import { runNode } from './spawn.mjs'

await setUpOrExit()
await buildCommandLine()
process.exitCode = await runNode(['cli/anneal.mjs', 'train', '--preset', 'demo', ...process.argv.slice(2)], {
  cwd: root,
})
