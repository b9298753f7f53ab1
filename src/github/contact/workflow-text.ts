// The workflows that the first contact pushes: two jobs as in the course's own, the second with an identity token.

const upload = 'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0';

/** What it writes holds no name and no token: it is kept in the recording. */
export const contactWorkflow = `# Made by practicum doctor --live.
name: contact
on:
  push:
    branches: ["main", "master"]
  workflow_dispatch:
permissions: {}
jobs:
  run:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: read
    outputs:
      word: \${{ steps.say.outputs.word }}
    steps:
      - name: Say
        id: say
        run: echo "word=heard" >> "$GITHUB_OUTPUT"
  report:
    needs: run
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: read
      id-token: write
    steps:
      - name: Ask for an identity token, and say what it holds
        env:
          WORD: \${{ needs.run.outputs.word }}
        run: |
          cat > ask.mjs <<'END'
          import { writeFileSync } from 'node:fs';
          const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token, ...env } = process.env;
          const answer = await fetch(url + '&audience=practicum-contact', { headers: { authorization: 'bearer ' + token } });
          const { value } = await answer.json();
          const claims = JSON.parse(Buffer.from(value.split('.')[1], 'base64url').toString());
          const wanted = ['iss', 'aud', 'exp', 'iat', 'jti', 'repository', 'repository_id', 'repository_owner_id',
            'job_workflow_ref', 'job_workflow_sha', 'sha', 'run_id', 'run_attempt', 'event_name', 'runner_environment'];
          writeFileSync('word.json', JSON.stringify({
            missing: wanted.filter((name) => claims[name] === undefined),
            audience: claims.aud === 'practicum-contact',
            repository: claims.repository === env.GITHUB_REPOSITORY,
            commit: claims.sha === env.GITHUB_SHA,
            run: String(claims.run_id) === env.GITHUB_RUN_ID && env.WORD === 'heard',
            environment: claims.runner_environment,
          }));
          END
          node ask.mjs
      - name: Keep the word
        uses: ${upload}
        with:
          name: contact
          path: word.json
          retention-days: 1
`;

/** Cannot be dispatched. */
export const quietWorkflow = `# Made by practicum doctor --live.
name: quiet
on:
  issues:
    types: [deleted]
permissions: {}
jobs:
  nothing:
    runs-on: ubuntu-latest
    timeout-minutes: 1
    steps:
      - run: "true"
`;
