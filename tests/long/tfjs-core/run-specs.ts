/**
 * Runs tfjs-core's own tests on our backend: `node --import tsx run-specs.ts REPORT`. A line of JSON for every spec that begins and
 * ends is in the report before the next one begins, so that it names the one that ends the process.
 */
import { openSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { useTensorFlowBackend } from '../../../engine/tensorflow/tfjs-backend/index.ts'
import type { ReportLine } from './spec-results.ts'

/** What is used here of Jasmine, for which tfjs-core's tests are written. */
interface Spec {
  readonly fullName: string
  readonly status: string
  readonly failedExpectations: readonly { readonly message: string }[]
}
interface Jasmine {
  getEnv(): {
    configure(options: { random: boolean; forbidDuplicateNames: boolean }): void
    addReporter(reporter: { specStarted(spec: Spec): void; specDone(spec: Spec): void }): void
    execute(): Promise<unknown>
  }
}

const require = createRequire(import.meta.url)
const core = '@tensorflow/tfjs-core/dist'
const testEnvironment = { name: 'tensorflow', backendName: 'tensorflow', isDataSync: true }

/** The core whose tests are run in the place of the one that `@tensorflow/tfjs` brings in a single file. */
function useCoreUnderTest(): void {
  const tf = require(`${core}/index.js`) as { KernelBackend: { prototype: object } }
  require(`${core}/public/chained_ops/register_all_chained_ops.js`)
  require(`${core}/register_all_gradients.js`)
  // tfjs-node is compiled for engines without classes: it calls its parent as a function.
  function KernelBackend() {}
  KernelBackend.prototype = tf.KernelBackend.prototype
  const filename = require.resolve('@tensorflow/tfjs')
  require.cache[filename] = { filename, loaded: true, exports: { ...tf, KernelBackend } } as NodeModule
}

const report = openSync(process.argv[2]!, 'w')
const say = (line: ReportLine) => void writeSync(report, `${JSON.stringify(line)}\n`)
/** Without the name of the environment, which is the same in all. */
const nameOf = ({ fullName }: Spec) => fullName.replace(` ${testEnvironment.name} {}`, '')

useCoreUnderTest()
const jasmineCore = require('jasmine-core') as { boot(): void }
jasmineCore.boot()
const env = (globalThis as unknown as { jasmine: Jasmine }).jasmine.getEnv()
await useTensorFlowBackend()
const util = require(`${core}/jasmine_util.js`) as { setTestEnvs(environments: unknown[]): void }
util.setTestEnvs([testEnvironment])
env.configure({ random: false, forbidDuplicateNames: false })
require(`${core}/tests.js`)
env.addReporter({
  specStarted: (spec) => say({ began: nameOf(spec) }),
  specDone: (spec) =>
    say({ ended: nameOf(spec), status: spec.status, says: spec.failedExpectations.map(({ message }) => message) }),
})
await env.execute()
say({ complete: true })
