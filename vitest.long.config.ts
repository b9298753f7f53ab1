// All that takes long, and what CI leaves out: `npm run test:long`.
import { configDefaults, defineConfig } from 'vitest/config';
import templates from './vitest.templates.config.ts';

export default defineConfig({ test: { ...templates.test, exclude: configDefaults.exclude } });
