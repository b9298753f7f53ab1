// The door of the package: what those who write GitHub Apps use in their tests, demos and benches.
export { actionsRunning } from './actions/actions.ts';
export type { ActionsOptions } from './actions/install-actions.ts';
export { checksOf } from './checks/records.ts';
export { startSandbox, type Sandbox } from './server/server.ts';
export type { FaultRule } from './http/faults.ts';
export { boundlessHour } from './http/rate-limits.ts';
export { type RateLimitSettings } from './world/limits.ts';
export { apiRoutes } from './server/routes.ts';
export { operationKey, type Description, type Operation, type Schema } from './schema/description.ts';
export { knownEvents } from './webhooks/webhooks.ts';
export { movableClock, type MovableClock } from './world/clock.ts';
export { zipFiles } from './actions/machine/zip-files.ts';
