/**
 * The tables, as Kysely types: one schema for SQLite and PostgreSQL. Times are epoch milliseconds, days are `YYYY-MM-DD`
 * text, JSON is text, booleans are 0 or 1. Keys are text; hot tables have composite keys led by the company, so that what is
 * written together lies together and no index is written at random.
 */
/** 0 or 1. */
export type Flag = 0 | 1;

export interface MetaTable {
  key: string;
  value: string;
}

export interface OrganizationsTable {
  id: string;
  name: string;
  identifier: string | null;
  /** 1 for the organization made at set-up. */
  is_owner: Flag;
  created_at: number;
  deleted_at: number | null;
}

export interface AccessGroupsTable {
  id: string;
  organization_id: string;
  name: string;
  all_companies: Flag;
  is_default: Flag;
  created_at: number;
}

export interface UsersTable {
  id: string;
  organization_id: string;
  group_id: string;
  /** Empty for a company token's own record. */
  email: string;
  formal_name: string;
  friendly_name: string;
  role: string;
  /** Created, Activated, Deactivated (bitsight-api.md, section 2). */
  status: string;
  is_company_api_token: Flag;
  joined_at: number;
}

export interface ApiTokensTable {
  id: string;
  organization_id: string;
  /** The user the token speaks for; a company token has a user record of its own. */
  user_id: string;
  kind: 'user' | 'company';
  description: string;
  /** SHA-256 of the value, hex. */
  token_hash: string;
  last_four: string;
  /** User tokens only: the value, sealed, for its owner's page. */
  sealed_value: string | null;
  /** JSON array of scopes beyond the role, such as "provisioning". */
  scopes: string;
  creator_user_id: string;
  creator_name: string;
  created_at: number;
  revoked_at: number | null;
}

/** One row, `id` = 'access': the number grows with every change of access. */
export interface AccessVersionTable {
  id: string;
  version: number;
}

export interface ConnectionsTable {
  id: string;
  organization_id: string;
  vendor: string;
  identifier: string | null;
  state: 'PENDING' | 'ACTIVE' | 'PAUSED' | 'DELETED';
  /** JSON of ConnectionOptions. */
  options: string;
  /** Sealed JSON of the credentials; null once cleared. */
  sealed_credentials: string | null;
  refresh_interval_secs: number;
  timeout_secs: number;
  /** JSON of the last run's health. */
  health: string;
  created_at: number;
  updated_at: number;
  last_synced_at: number | null;
  next_sync_at: number | null;
}

/** A hosted-onboarding invitation: lets its holder give the credentials of one connection, once. */
export interface ConnectionInvitesTable {
  id: string;
  organization_id: string;
  token_hash: string;
  vendor: string;
  connection_id: string | null;
  identifier: string | null;
  options: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

export type RunState = 'QUEUED' | 'RUNNING' | 'SUCCESS' | 'FAILED' | 'PARTIAL' | 'CANCELLED';

export interface SyncRunsTable {
  id: string;
  organization_id: string;
  connection_id: string;
  mode: 'incremental' | 'full';
  /** JSON array of stream names. */
  streams: string;
  /** 'schedule' | 'api' | 'cli' | 'first' */
  requested_by: string;
  state: RunState;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  /** JSON of RunCounters. */
  counters: string;
  /** JSON of RunFailure | null. */
  failure: string | null;
}

/** The durable position of a run: one row a run, changed in the transaction that writes the rows it speaks of. */
export interface CheckpointsTable {
  run_id: string;
  stream: string;
  /** '' for the stream itself, else the company's upstream guid. */
  part: string;
  /** JSON. */
  position: string;
  updated_at: number;
}

/** What a walk of one company's findings has seen, page by page; emptied when the walk is complete. */
export interface WalkPagesTable {
  run_id: string;
  company_id: string;
  /** A walk that met a changing list is begun anew, under the next number. */
  walk: number;
  page_offset: number;
  /** JSON array of finding ids. */
  finding_ids: string;
}

export interface CompaniesTable {
  id: string;
  organization_id: string;
  connection_id: string;
  vendor_id: string;
  name: string;
  /** Lower case, for look-up. */
  name_key: string;
  domain: string | null;
  industry_key: string | null;
  score: number | null;
  grade: string | null;
  tier: string | null;
  lifecycle: string | null;
  is_monitored: Flag;
  content_hash: string;
  /** JSON of the unified content (model: CompanyContent). */
  content: string;
  /** JSON of the upstream records: {"listed": …, "detail": …}; the detail's `ratings` are kept in company_ratings. */
  record: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

/** What changes with every sync although the company does not, kept apart so that an unchanged company is not rewritten. */
export interface CompanySyncTable {
  company_id: string;
  connection_id: string;
  last_synced_at: number;
  /** When the findings were last walked to their end, and the run that did it. */
  findings_synced_at: number | null;
  findings_full_walk_at: number | null;
  findings_full_walk_run: string | null;
  /** JSON of open finding counts by severity: {"CRITICAL":0,…,"UNKNOWN":0}. */
  open_finding_counts: string;
}

export interface CompanyRatingsTable {
  company_id: string;
  rating_date: string;
  score: number;
  grade: string | null;
  /** The upstream rating as JSON text, untouched. */
  record: string;
}

export interface FindingsTable {
  company_id: string;
  id: string;
  organization_id: string;
  state: string;
  /** CRITICAL, HIGH, MEDIUM, LOW or UNKNOWN. */
  severity: string;
  category: string | null;
  factor: string;
  affects_score: Flag | null;
  first_seen: string | null;
  last_seen: string | null;
  has_fix: Flag;
  /** 1 where it is a vulnerability finding too (unified-api.md, VulnerabilityFinding). */
  is_vulnerability: Flag;
  /** The id of its vulnerability finding; null where it is none. */
  vulnerability_id: string | null;
  /** Its first asset, lower case; further assets are among the terms. */
  asset: string | null;
  content_hash: string;
  created_at: number;
  updated_at: number;
  state_updated_at: number;
  /** The upstream record as JSON text, untouched. The unified finding is computed from it on read (model: mapFinding). */
  record: string;
}

/** Values few findings have, or have more than one of: `asset:<lower case>` of a second and further asset, `cve:<CVE>`. */
export interface FindingTermsTable {
  company_id: string;
  term: string;
  finding_id: string;
}

/** Upstream records that could not be mapped: kept raw, once each, and never dropped. */
export interface UnmappedRecordsTable {
  connection_id: string;
  stream: string;
  /** Upstream company guid, or ''. */
  part: string;
  content_hash: string;
  /** JSON array of strings. */
  problems: string;
  record: string;
  created_at: number;
}

/** Which runs have met which of them: what is listed under a job. */
interface UnmappedInRunsTable {
  run_id: string;
  content_hash: string;
  stream: string;
  part: string;
  connection_id: string;
}

export interface Database {
  meta: MetaTable;
  organizations: OrganizationsTable;
  access_groups: AccessGroupsTable;
  users: UsersTable;
  api_tokens: ApiTokensTable;
  access_version: AccessVersionTable;
  connections: ConnectionsTable;
  connection_invites: ConnectionInvitesTable;
  sync_runs: SyncRunsTable;
  checkpoints: CheckpointsTable;
  walk_pages: WalkPagesTable;
  companies: CompaniesTable;
  company_sync: CompanySyncTable;
  company_ratings: CompanyRatingsTable;
  findings: FindingsTable;
  finding_terms: FindingTermsTable;
  unmapped_records: UnmappedRecordsTable;
  unmapped_in_runs: UnmappedInRunsTable;
}
