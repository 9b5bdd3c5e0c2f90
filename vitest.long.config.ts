import { defineConfig } from 'vitest/config'
import main from './vitest.config.ts'

const halfAnHour = 30 * 60_000

/** What takes minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    ...main.test,
    include: ['tests/long/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: halfAnHour,
    hookTimeout: halfAnHour,
  },
})
