import { defineConfig } from '@hey-api/openapi-ts'

// Plain types and no client: wire/ speaks HTTP itself, the generated file only says what travels.
export default defineConfig({
  input: '../api/openapi.json',
  output: { path: 'src/wire/gen' },
  plugins: ['@hey-api/typescript'],
})
