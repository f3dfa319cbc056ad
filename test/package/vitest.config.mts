import { defineConfig } from 'vitest/config'

/** Apart from `npm test`: these install packages from the registry. */
export default defineConfig({
  test: {
    include: ['test/package/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts', 'test/package/pack.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    // Installing over a slow network.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
  },
})
