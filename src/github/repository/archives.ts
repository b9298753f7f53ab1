// A student repository as one file: a git bundle of every branch and tag, and of the commits that were held at the deadlines.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../domain/text/failure.ts';
import type { Archives } from '../../ports/repository.ts';
import { credentials, environmentCode, gitIn } from './git.ts';

type Settings = { webUrl: string; owner: string; token: () => Promise<string> };

export function archives({ webUrl, owner, token }: Settings): Archives {
  return {
    async bundle(repository, frozen, to) {
      const url = `${webUrl}/${owner}/${repository}.git`;
      const directory = await mkdtemp(join(tmpdir(), 'practicum-archive-'));
      const git = gitIn(directory, credentials(url, await token()));
      try {
        await git.init(true);
        await git.raw(['fetch', '--quiet', url, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']);
        // Without it a clone of the bundle checks nothing out.
        const shown = await git.raw(['ls-remote', '--symref', url, 'HEAD']);
        const branch = /^ref: (\S+)\tHEAD$/m.exec(shown)?.[1];
        if (branch !== undefined) await git.raw(['symbolic-ref', 'HEAD', branch]);
        const lost: string[] = [];
        for (const [challenge, commit] of frozen) {
          const isHeld = await git
            .raw(['cat-file', '-e', `${commit}^{commit}`])
            .catch(() => git.raw(['fetch', '--quiet', url, commit]))
            .then(
              () => true,
              (error: unknown) => {
                if (environmentCode(error) !== undefined) throw error;
                return false;
              },
            );
          if (isHeld) await git.raw(['update-ref', `refs/practicum/frozen/${challenge}`, commit]);
          else lost.push(challenge);
        }
        if ((await git.raw(['for-each-ref', '--count=1'])).trim() === '') return { state: 'empty', lost };
        await git.raw(['bundle', 'create', '--quiet', to, '--all']);
        return { state: 'bundled', lost };
      } catch (cause) {
        const code = environmentCode(cause) ?? 'repository-unreadable';
        throw new Failure(code, `${owner}/${repository} cannot be read by git`, { cause });
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}
