// What a process needs that a test starts from nothing: programs, and where compiled modules are.
export const bareEnvironment = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
};
