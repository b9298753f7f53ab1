// Who may import whom: a room, and the other rooms that it knows. What is not named here may import everything.

const sandbox = 'packages/sandbox/src';
const adapter = ['src/domain', 'src/ports'];

export const rooms: Readonly<Record<string, readonly string[] | undefined>> = {
  'src/domain': [],
  'src/ports': ['src/domain'],
  'src/flows': ['src/domain', 'src/ports'],
  'src/github': [...adapter, 'src/github/report/read-zip.ts'],
  'src/postgres': [...adapter, 'src/free-port.ts'],
  'src/dataset': adapter,
  'src/rclone': adapter,
  'src/endpoint': adapter,
  'src/aside': [...adapter, 'src/github/report/read-zip.ts'],
  'src/runner': [...adapter, 'src/free-port.ts'],
  'src/course-folder': [...adapter, 'src/dataset', 'src/rclone', 'src/endpoint'],
  'src/web': [...adapter, 'src/flows'],
  'src/life': [...adapter, 'src/config.ts'],
  'src/free-port.ts': ['src/domain'],
  'src/github/report/read-zip.ts': [],
  'packages/sandbox': ['packages/sandbox'],
  [`${sandbox}/git`]: [],
  [`${sandbox}/schema`]: [],
  [`${sandbox}/refusals`]: [],
  [`${sandbox}/world`]: [`${sandbox}/git`, `${sandbox}/refusals`],
  [`${sandbox}/http`]: [`${sandbox}/world`, `${sandbox}/schema`],
  action: ['src/domain', 'src/runner'],
  'action/course': ['src/domain', 'src/cli'],
};
