import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { basemap } from './build/basemap'
import { policy } from './build/policy'

export default defineConfig(async ({ command, mode }) => ({
  plugins: [
    svelte(),
    basemap(),
    policy(),
    ...(command === 'serve' && mode === 'development' ? [(await import('./dev/station')).pretendStation()] : []),
  ],
  build: { target: 'es2023', chunkSizeWarningLimit: 1600, assetsInlineLimit: 0 },
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  test: { include: ['src/**/*.test.ts', 'basemap/**/*.test.ts'], environment: 'node' },
}))
