// For scripts/try-recipes.sh: what the overlays of the GitOps recipe render to, looked at as a cluster would read it.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

type Labels = Record<string, string>;
type Thing = {
  kind: string;
  metadata: { name: string; namespace?: string; annotations?: Labels };
  spec: any;
  data?: Record<string, string>;
};

const [project = '.', rendered = '.'] = process.argv.slice(2);
const read = (path: string): Thing[] =>
  parseAllDocuments(readFileSync(path, 'utf8')).map((document) => {
    assert.deepEqual(document.errors, [], path);
    return document.toJS() as Thing;
  });
const covers = (selector: Labels, labels: Labels): boolean =>
  Object.keys(selector).length > 0 && Object.entries(selector).every(([key, value]) => labels[key] === value);

const replicas = { dev: 1, perf: 2, live: 3 };
for (const [stage, count] of Object.entries(replicas)) {
  const things = read(join(rendered, `${stage}.yaml`));
  const one = (kind: string): Thing => {
    const found = things.filter((thing) => thing.kind === kind);
    assert.equal(found.length, 1, `${stage}: ${found.length} of ${kind}`);
    return found[0]!;
  };
  for (const { kind, metadata } of things) assert.equal(metadata.namespace, `predict-${stage}`, `${stage}: ${kind}`);
  const { spec } = one('Deployment');
  const pod = spec.template;
  const [container] = pod.spec.containers;
  assert.equal(spec.replicas, count);
  assert.ok(covers(spec.selector.matchLabels, pod.metadata.labels), `${stage}: the deployment selects its pods`);
  assert.ok(covers(one('Service').spec.selector, pod.metadata.labels), `${stage}: the service selects the pods`);
  const [port] = one('Service').spec.ports;
  const named = container.ports.find(({ name }: { name: string }) => name === port.targetPort);
  assert.equal(named?.containerPort, 8000, `${stage}: the service ends at the port that is open`);
  assert.match(container.image, /^ghcr\.io\/OWNER\/REPOSITORY:\d+\.\d+\.\d+$/, stage);
  assert.equal(container.readinessProbe.httpGet.path, '/health');
  assert.ok(pod.spec.securityContext.runAsNonRoot && container.securityContext.readOnlyRootFilesystem);
  if (stage === 'perf') {
    const job = one('Job');
    const map = one('ConfigMap');
    assert.equal(job.metadata.annotations?.['argocd.argoproj.io/hook'], 'PostSync');
    assert.equal(job.spec.template.spec.volumes[0].configMap.name, map.metadata.name);
    assert.deepEqual(Object.keys(map.data ?? {}).toSorted(), ['example_request.json', 'locustfile.py']);
    // A caller among the called would be sent requests of its own.
    assert.ok(!covers(one('Service').spec.selector, job.spec.template.metadata?.labels ?? {}));
    const host = job.spec.template.spec.containers[0].args.find((word: string) => word.startsWith('--host='));
    assert.equal(host, `--host=http://${one('Service').metadata.name}`);
  }
  if (stage === 'live') {
    const budget = one('PodDisruptionBudget');
    assert.ok(covers(budget.spec.selector.matchLabels, pod.metadata.labels));
    assert.ok(budget.spec.minAvailable < count, 'a node can be emptied');
    assert.equal(container.resources.requests.cpu, '250m');
  }
  console.log(`${stage}: ${things.map(({ kind }) => kind).join(', ')}`);
}

const [set, live] = read(join(project, 'deploy/argo/applications.yaml'));
const stages = set!.spec.generators[0].list.elements.map(({ stage }: { stage: string }) => stage) as string[];
const fill = (text: string, stage: string): string => text.replaceAll('{{.stage}}', stage);
const followed = [
  ...stages.map((stage) => ({ stage, spec: JSON.parse(fill(JSON.stringify(set!.spec.template.spec), stage)) })),
  { stage: 'live', spec: live!.spec },
];
assert.deepEqual(followed.map(({ stage }) => stage).toSorted(), Object.keys(replicas).toSorted());
for (const { stage, spec } of followed) {
  assert.equal(spec.source.path, `deploy/overlays/${stage}`);
  assert.ok(existsSync(join(project, spec.source.path, 'kustomization.yaml')));
  assert.equal(spec.destination.namespace, `predict-${stage}`);
  assert.equal(spec.syncPolicy?.automated !== undefined, stage !== 'live', 'a person syncs live, and live alone');
}
console.log(`Argo CD follows ${followed.map(({ stage }) => stage).join(', ')}`);
