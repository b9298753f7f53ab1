// What takes the place of the actions of others where there is no network: the same inputs, and as much as a test needs.

const action = (inputs: readonly string[], command: string): string =>
  `name: stand-in
description: takes the place of an action
inputs: { ${inputs.map((input) => `${input}: { description: ${input} }`).join(', ')} }
runs:
  using: composite
  steps:
    - shell: bash
      env: { GIVEN: "\${{ inputs.path }}" }
      run: |
${command.replaceAll(/^/gm, '        ')}
`;

export const standIns: Readonly<Record<string, string>> = {
  // act has put the repository there already.
  'actions/checkout': action(['persist-credentials', 'path'], 'git log --oneline -1'),
  'actions/upload-artifact': action(
    ['name', 'path', 'if-no-files-found', 'retention-days', 'overwrite'],
    'rm -rf "$ARTIFACT"\ncp -r "$GIVEN" "$ARTIFACT"',
  ),
  'actions/download-artifact': action(['name', 'path'], 'mkdir -p "$GIVEN"\ncp -r "$ARTIFACT/." "$GIVEN"'),
  'astral-sh/setup-uv': action(['path'], 'true'),
};
