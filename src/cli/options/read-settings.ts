// The app's settings for a command: all that is missing, wrong or too weak is said together.
import { type Config, ConfigError, readConfig } from '../../config.ts';
import { weakSecrets } from '../../life/weak-secrets.ts';
import type { Io } from './command.ts';

/** Throws `ConfigError`. */
export function readSettings({ env, cwd }: Pick<Io, 'env' | 'cwd'>): Config {
  const sentences: string[] = [];
  let config: Config | undefined;
  try {
    config = readConfig(env, cwd);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    sentences.push(...error.sentences);
  }
  // One word about each setting is enough.
  const told = new Set(sentences.map((sentence) => /^\w+/.exec(sentence)?.[0]));
  sentences.push(...weakOf(env).filter((sentence) => !told.has(/^\w+/.exec(sentence)?.[0])));
  if (!config || sentences.length > 0) throw new ConfigError(sentences);
  return config;
}

function weakOf(env: Io['env']): string[] {
  const apiUrl = env['GITHUB_API_URL'] || 'https://api.github.com';
  if (!URL.canParse(apiUrl)) return [];
  const dashboardToken = env['PRACTICUM_DASHBOARD_TOKEN'];
  const metricsToken = env['PRACTICUM_METRICS_TOKEN'];
  return weakSecrets({
    apiUrl,
    webhookSecret: env['WEBHOOK_SECRET'] ?? '',
    ...(dashboardToken ? { dashboardToken } : {}),
    ...(metricsToken ? { metricsToken } : {}),
  });
}
