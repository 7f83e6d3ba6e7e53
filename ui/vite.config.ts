import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  build: { target: 'es2023', chunkSizeWarningLimit: 1600, assetsInlineLimit: 0, rollupOptions: { input: ['index.html', 'share.html'] } },
  worker: { format: 'es' },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8080', ws: true } } },
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  test: { include: ['src/**/*.test.ts', 'basemap/**/*.test.ts'], environment: 'node', css: { include: [/tokens\.css/] } },
}))
