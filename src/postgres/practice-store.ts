// What practice is remembered by: requests, endpoints, dashboard issues, the ledger.
import type { PracticeStore } from '../ports/practice.ts';
import { dashboardStore } from './dashboard-store.ts';
import { drillStore } from './drill-store.ts';
import { endpointClaims } from './endpoint-claims.ts';
import { endpointStore } from './endpoint-store.ts';
import { gradeActStore } from './grade-act-store.ts';
import { ledgerStore } from './ledger-store.ts';
import type { Database } from './pool.ts';
import { requestStore } from './request-store.ts';
import { runCosts } from './run-costs.ts';
import { gradingEvidence } from './grading-evidence.ts';

export function practiceStore(database: Database): PracticeStore {
  return {
    ...requestStore(database),
    ...endpointStore(database),
    ...endpointClaims(database),
    ...dashboardStore(database),
    ...ledgerStore(database),
    ...gradeActStore(database),
    ...gradingEvidence(database),
    ...drillStore(database),
    ...runCosts(database),
  };
}
