// What takes longest begins first, so that at the end no worker is left alone with it. A clean clone has no record of how
// long files took, and their size says little: there folders go before others.
import { relative, sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Whole courses with processes of their own, then courses in this process, then what starts processes; the rest takes moments. */
const longest = [
  /^test\/(?:term|live\/reaction|flows\/course\/names-and-doors|flows\/shipment\/dispatch|action\/last-mile)\./,
  /^test\/(?:live|edges|rehearsal|flows\/(?:course|shipment))\//,
  /^test\/(?:flows|action|cli)\/|^packages\//,
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const bySize = await super.sort(files);
    if (bySize.some((file) => this.isKnown(file))) return bySize;
    return bySize.toSorted((a, b) => this.rank(a) - this.rank(b));
  }

  private isKnown({ moduleId, project }: TestSpecification): boolean {
    return (
      this.ctx.cache.getFileTestResults(`${project.name}:${relative(this.ctx.config.root, moduleId)}`) !== undefined
    );
  }

  private rank({ moduleId }: TestSpecification): number {
    const path = relative(this.ctx.config.root, moduleId).replaceAll(sep, '/');
    const rank = longest.findIndex((pattern) => pattern.test(path));
    return rank < 0 ? longest.length : rank;
  }
}
