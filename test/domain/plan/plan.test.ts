// The plan: one shipment per release, owner and carrier, with ids that stay.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareShipments, planShipments } from '../../../src/domain/plan/plan.ts';
import { shipmentId } from '../../../src/domain/shipment/shipment.ts';
import { challenge, course, facts, student } from './course-for-test.ts';

const owners = [student('carl-g'), student('ada-l')];

describe('planShipments', () => {
  it('means one shipment per release, owner and carrier, in order of due date and owner', () => {
    const plan = planShipments(course, challenge('  carrier: [commit, { rclone: "s3:b/{owner}" }]'), owners, facts);
    expect(plan.map(({ release, owner, carrier, remote }) => [release, owner, carrier, remote])).toEqual(
      ['release-1', 'release-2', 'release-3'].flatMap((release) => [
        [release, 'ada-l', 'commit', undefined],
        [release, 'ada-l', 'rclone', 's3:b/ada-l'],
        [release, 'carl-g', 'commit', undefined],
        [release, 'carl-g', 'rclone', 's3:b/carl-g'],
      ]),
    );
    expect(new Set(plan.map(({ id }) => id)).size).toBe(plan.length);
  });

  it('is all that is needed to carry a shipment out, and plain JSON', () => {
    const [first] = planShipments(course, challenge(), [student('ada-l')], facts, 'mlops-2027');
    expect(JSON.parse(JSON.stringify(first))).toEqual(first);
    expect(first).toMatchInlineSnapshot(`
      {
        "branch": "practicum/prices/release-1-f77be21334651c378ee6",
        "carrier": "pull_request",
        "challenge": "prices",
        "dataset": {
          "holdOut": 0.2,
          "order": {
            "kind": "file",
          },
          "source": "data.csv",
          "target": "y",
        },
        "drift": [],
        "due": "2027-01-11T08:00:00.000Z",
        "id": "f77be21334651c378ee6",
        "members": [
          "ada-l",
        ],
        "organisation": "mlops-2027",
        "owner": "ada-l",
        "path": "data/release-1.csv",
        "per": "course",
        "release": "release-1",
        "releases": [
          {
            "due": "2027-01-11T08:00:00.000Z",
            "name": "release-1",
            "rows": [
              0,
              240,
            ],
          },
          {
            "due": "2027-01-18T08:00:00.000Z",
            "name": "release-2",
            "rows": [
              240,
              560,
            ],
          },
          {
            "due": "2027-01-25T08:00:00.000Z",
            "name": "release-3",
            "rows": [
              560,
              800,
            ],
          },
        ],
        "repository": "prices-ada-l",
        "rows": [
          0,
          240,
        ],
        "sample": 1,
        "seed": 477043931,
        "trailer": "Practicum-Shipment: f77be21334651c378ee6",
      }
    `);
  });

  it('keeps ids when dates, rows, the roster or the case of a login change', () => {
    const ids = (extra: string, logins: string[]): (string | undefined)[] =>
      planShipments(course, challenge(extra), logins.map(student), facts)
        .filter(({ owner }) => owner.toLowerCase() === 'ada-l')
        .map(({ id }) => id);
    expect(ids('', ['ADA-L', 'new-one'])).toEqual(ids('  first: 2027-01-12T10:00', ['ada-l']));
  });

  it('gives other ids to other challenges, releases, repositories and carriers', () => {
    const one = { challenge: 'a', release: 'r', repository: 'a-x', carrier: 'commit' as const };
    const others = [
      { ...one, challenge: 'b' },
      { ...one, release: 's' },
      { ...one, repository: 'a-y' },
      { ...one, carrier: 'rclone' as const, remote: 's3:a' },
      { ...one, carrier: 'rclone' as const, remote: 's3:b' },
    ];
    expect(new Set([one, ...others].map(shipmentId)).size).toBe(6);
    expect(shipmentId(one)).toMatch(/^[0-9a-f]{20}$/);
  });

  it('orders shipments totally, and the same whatever the roster order', () => {
    const logins = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(logins, (names) => {
        const plan = planShipments(course, challenge(), names.map(student), facts);
        const reversed = planShipments(course, challenge(), names.toReversed().map(student), facts);
        expect(reversed).toEqual(plan);
        for (const [index, shipment] of plan.entries()) {
          if (index > 0) expect(compareShipments(plan[index - 1]!, shipment)).toBeLessThan(0);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('does not change the sample of one student when others join', () => {
    const seeds = (logins: string[]): (number | undefined)[] =>
      planShipments(course, challenge('  per: student'), logins.map(student), facts)
        .filter(({ owner }) => owner === 'ada-l')
        .map(({ seed }) => seed);
    expect(seeds(['ada-l'])).toEqual(seeds(['zoe', 'ada-l', 'bob']));
    expect(new Set(seeds(['ada-l'])).size).toBe(1);
  });
});
