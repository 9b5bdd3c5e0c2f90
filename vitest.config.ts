import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/out/**', 'tests/long/**'],
    // TensorFlow is loaded once a process and cannot be unloaded: each file gets a process of its own.
    pool: 'forks',
    isolate: true,
    maxWorkers: 2,
    // Against a hang: a processor without AVX-512 computes in bf16 several times slower.
    testTimeout: 600_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    // TensorFlow reads both when its library loads; vitest sets them before it imports a test file.
    env: { TF_CPP_MIN_LOG_LEVEL: '2', TF_ENABLE_ONEDNN_OPTS: '1' },
  },
})
