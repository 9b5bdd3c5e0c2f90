/** `npm start [-- ...]`: set-up, then the workbench in its window, or where there can be none in a browser. */
import { root, setUpOrExit } from './set-up.mjs'
import { exclusively } from './exclusively.mjs'
import { runNode, runProgram } from './spawn.mjs'

await setUpOrExit()
const { tsImport } = await import('tsx/esm/api')
const { prepareWindow } = await tsImport('./prepare-window.ts', import.meta.url)
try {
  const { program, args, problem } = await prepareWindow({ env: process.env, exclusively })
  if (problem) process.stderr.write(`${problem} The workbench is served to a browser instead.\n`)
  process.exitCode = program
    ? await runProgram(program, [...args, root], { cwd: root })
    : await runNode(['cli/anneal.mjs', 'serve', ...process.argv.slice(2)], { cwd: root })
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
