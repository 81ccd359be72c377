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
  /** The e-mail address in lower case, unique in the installation; null for a company token's record and a deleted user. */
  email_key: string | null;
  /** argon2id, in its PHC text form; null until a password was set. */
  password_hash: string | null;
  password_changed_at: number | null;
  /** The TOTP secret, sealed; it counts once `totp_enabled_at` is set. */
  sealed_totp: string | null;
  totp_enabled_at: number | null;
  /** The last time step whose code was taken: none is taken twice (RFC 6238, 5.2). */
  totp_last_step: number | null;
  /** JSON array of SHA-256 of the recovery codes left. */
  recovery_codes: string;
  last_login_at: number | null;
}

/** Companies of a group that does not hold all of them. */
export interface AccessGroupCompaniesTable {
  group_id: string;
  /** Upstream guid. */
  company_guid: string;
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
  expires_at: number | null;
  /** The token that a rotation made in its place. */
  replaced_by: string | null;
  /** 1 when its creator may no longer do what it may, until an Admin has looked at it. */
  needs_review: Flag;
}

/** How a token is used: apart from the token, since it changes with every request (buffered). */
export interface ApiTokenUsageTable {
  token_id: string;
  request_count: number;
  last_used_at: number;
  last_used_address: string | null;
  last_used_client: string | null;
}

/** A company token's value on its way by mail: sealed under a key made of the link's secret, until it is fetched once. */
export interface TokenRetrievalsTable {
  token_id: string;
  organization_id: string;
  /** The token's own user record, by which the link names it. */
  user_id: string;
  email_key: string;
  /** SHA-256 of the link's secret, hex. */
  auth_hash: string;
  sealed_value: string;
  wrong_tries: number;
  created_at: number;
  expires_at: number;
}

/** A signed-in browser. */
export interface SessionsTable {
  id: string;
  organization_id: string;
  user_id: string;
  /** SHA-256 of the cookie's value, hex. */
  secret_hash: string;
  created_at: number;
  last_seen_at: number;
  /** Absolute end; idling ends it sooner. */
  expires_at: number;
  /** When the password or a code was last given. */
  confirmed_at: number;
  address: string | null;
  client: string | null;
  ended_at: number | null;
}

/** A link that works once: first set-up, activation of an account, a new password. */
export interface OneTimeLinksTable {
  id: string;
  organization_id: string;
  kind: 'set_up' | 'activation' | 'password_reset';
  /** Null for the set-up of the first Admin. */
  user_id: string | null;
  token_hash: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

/** Append-only; every row's MAC covers its content and the MAC before it. */
export interface AuditLogTable {
  /** 1, 2, 3 … without a gap, over the whole installation. */
  sequence: number;
  organization_id: string;
  at: number;
  action: string;
  outcome: 'success' | 'failure';
  actor_kind: string;
  actor_id: string | null;
  actor_name: string | null;
  address: string | null;
  client: string | null;
  target_kind: string | null;
  target_id: string | null;
  target_name: string | null;
  /** JSON object of what was, and of what is; never a secret. */
  before: string | null;
  after: string | null;
  /** How many like events the row stands for: failures are gathered. */
  count: number;
  /** HMAC-SHA256, hex. */
  mac: string;
}

/** One row, `id` = 'head': the end of the chain. */
export interface AuditHeadTable {
  id: string;
  sequence: number;
  mac: string;
}

/** The last rotation of a connection's own upstream token: its progress, written before and after every call upstream. */
export interface ConnectionRotationsTable {
  connection_id: string;
  organization_id: string;
  state: 'running' | 'done' | 'failed';
  /** Where it is, or where it failed. */
  step: 'creating' | 'testing' | 'switching' | 'revoking' | 'done';
  /** Text in the new token's upstream description, by which it is found again after a crash. */
  marker: string;
  /** JSON of RotationFacts: what is known of the old token. */
  facts: string;
  /** The connection's credentials as they were sealed at the start; erased at the end. */
  sealed_old_credentials: string | null;
  /** The new credentials, sealed, until they are the connection's. */
  sealed_credentials: string | null;
  new_guid: string | null;
  old_guid: string | null;
  /** JSON array of ids of the runs that may still work with the old token. */
  waits_for: string;
  switched_at: number | null;
  /** JSON array of Leftover: tokens that an operator should look at upstream. */
  leftover: string;
  message: string;
  /** Who drives it; nobody else may before `held_until`. */
  holder: string | null;
  held_until: number;
  started_at: number;
  updated_at: number;
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
  /** The upstream guid of the connection's own token, once it is known. */
  upstream_token_guid: string | null;
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

/**
 * A company as the lists of the portfolio show it, while it is in the portfolio, with what they filter and order by. Texts of keys
 * are kept as wire/kept-values.ts says, null where the row has none.
 */
export interface CompanyListingsTable {
  company_id: string;
  organization_id: string;
  connection_id: string;
  /** Upstream guid, and the same as a key. */
  guid: string;
  guid_key: string;
  /** LAST_TEXT where the row has no name. */
  name_key: string;
  shortname_key: string | null;
  domain_key: string | null;
  custom_id_key: string | null;
  rating: number | null;
  added_date: string | null;
  industry_key: string | null;
  industry_slug: string | null;
  sub_industry_key: string | null;
  sub_industry_slug: string | null;
  subscription_key: string | null;
  subscription_slug: string | null;
  life_cycle_key: string | null;
  life_cycle_slug: string | null;
  relationship_key: string | null;
  relationship_slug: string | null;
  /** Guid of the tier. */
  tier_key: string | null;
  tier_order: number | null;
  /** JSON array of types in lower case. */
  types: string | null;
  /** JSON object of risk-vector slug to letter grade, both in lower case; empty without a detail. */
  grades: string;
  /** The row of `/v2/portfolio` as JSON text. */
  listed: string;
  /** JSON of ShownRatings (shown-ratings.ts); null where upstream does not show the detail, or no ratings in it. */
  ratings_shown: string | null;
  /** Of the columns above. */
  content_hash: string;
}

/** Upstream's other lists of an account, record by record: companies in short, folders, tiers. */
export interface AccountListsTable {
  connection_id: string;
  /** `companies`, `folders`, `tiers` or `tiers.summary` (sync/account-lists.ts). */
  list: string;
  /** Upstream guid; `#<position>` of a record that has none. */
  guid: string;
  /** Place in the list, from 0. */
  position: number;
  /** The upstream record as JSON text. */
  record: string;
  /** When the record was written. */
  synced_at: number;
}

/** What stands around the records of such a list; also of the portfolio's own, `portfolio`. A list without a row was never read. */
export interface AccountListFramesTable {
  connection_id: string;
  list: string;
  /** JSON object: the answer without its records, empty for a bare array. */
  record: string;
  /** When the list was last read. */
  synced_at: number;
}

/**
 * What the lists of the ratings API filter and order findings by, computed from the record (sync/finding-columns.ts). Texts are
 * kept as wire/kept-values.ts says, and null where the record has none, but in the columns of the default order (`order_…`),
 * where null comes last.
 */
export interface FindingListColumns {
  /** 1 while upstream lists the finding: since a walk has seen it, until a complete walk in full has not. */
  is_listed: Flag;
  /** What the columns below were computed with; 0 where they were not computed yet. */
  wire_version: number;
  /** The severity with the other sign: the most severe first. */
  order_severity: number | null;
  order_first_seen: string | null;
  order_observation: string | null;
  order_evidence: string | null;
  /** The first asset. */
  order_asset: string | null;
  wire_last_seen: string | null;
  wire_risk_vector: string | null;
  wire_risk_vector_label: string | null;
  wire_risk_category: string | null;
  wire_severity_category: string | null;
  /** `none` where the record has none; so is `wire_importance`, and `no status` is a status. */
  wire_grade: string | null;
  wire_affects_rating: Flag | null;
  wire_impact: string | null;
  /** Of the first asset, as are the next two. */
  wire_asset_category: string | null;
  wire_importance: string | null;
  wire_is_monitored: Flag | null;
  /** The first CVSS score. */
  wire_cvss: number | null;
  wire_status_label: string | null;
  wire_status_date: string | null;
  wire_decay_date: string | null;
  wire_grace_end: string | null;
  wire_guest_end: string | null;
  wire_remaining_decay: number | null;
  wire_duration: number | null;
  wire_remediated: Flag | null;
  wire_check_pass: string | null;
  /** JSON object of arrays (`keptLists`): values of filters that have no column, and all of those that are more than one. */
  wire_lists: string | null;
  /** What `q` searches beyond the columns above (`keptTexts`). */
  wire_search: string | null;
  wire_temporary_id: string | null;
}

export interface FindingsTable extends FindingListColumns {
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

/**
 * A folder that is kept here: one that was made here, or what was changed here of one that the account has already
 * (ratings/local/). Guids of folders, tiers and companies are in lower case in all these tables.
 */
export interface LocalFoldersTable {
  organization_id: string;
  guid: string;
  /** The access control group it was made in; null where it is the account's own. */
  group_id: string | null;
  owner_user_id: string | null;
  owner_name: string | null;
  name: string;
  description: string;
  created_at: number;
  updated_at: number;
  /** Set where a folder of the account is hidden; one that was made here goes with its row. */
  deleted_at: number | null;
}

/** Whether a company is in a folder, where that was said here; for all else the account's own folder counts. */
export interface LocalFolderCompaniesTable {
  organization_id: string;
  company_guid: string;
  folder_guid: string;
  is_member: Flag;
  changed_at: number;
}

/** A tier that is kept here, as {@link LocalFoldersTable} is. */
export interface LocalTiersTable {
  organization_id: string;
  guid: string;
  group_id: string | null;
  name: string;
  description: string;
  /** 1 is the most important. */
  rank: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

/** The tier that a company was given here. */
export interface LocalCompanyTiersTable {
  organization_id: string;
  company_guid: string;
  /** Null: none, whatever the account says. */
  tier_guid: string | null;
  changed_at: number;
}

/** The organization's own id of a company, where it was given here. */
export interface LocalCustomIdsTable {
  organization_id: string;
  company_guid: string;
  /** Null: none, whatever the account says. */
  custom_id: string | null;
  /** Lower case, for look-up. */
  custom_id_key: string | null;
  changed_at: number;
}

/** A comment on a finding; those of one thread_guid are a thread. */
export interface LocalCommentsTable {
  guid: string;
  organization_id: string;
  company_guid: string;
  /** `rolledup_observation_id`. */
  finding_id: string;
  thread_guid: string;
  author_guid: string;
  author_name: string;
  message: string;
  is_public: Flag;
  created_at: number;
}

/** What was said of the remediation of a finding. */
export interface LocalRemediationsTable {
  guid: string;
  organization_id: string;
  company_guid: string;
  /** `rolledup_observation_id`. */
  finding_id: string;
  evidence_key: string;
  risk_vector: string;
  /** As the wire writes it: Open, To Do … */
  status: string;
  is_public: Flag;
  /** JSON array of user guids. */
  assignments: string;
  /** Guid of the user who said it first. */
  creator: string;
  created_at: number;
  updated_at: number;
}

export interface Database {
  meta: MetaTable;
  organizations: OrganizationsTable;
  access_groups: AccessGroupsTable;
  users: UsersTable;
  api_tokens: ApiTokensTable;
  access_group_companies: AccessGroupCompaniesTable;
  api_token_usage: ApiTokenUsageTable;
  token_retrievals: TokenRetrievalsTable;
  sessions: SessionsTable;
  one_time_links: OneTimeLinksTable;
  audit_log: AuditLogTable;
  audit_head: AuditHeadTable;
  connection_rotations: ConnectionRotationsTable;
  access_version: AccessVersionTable;
  connections: ConnectionsTable;
  connection_invites: ConnectionInvitesTable;
  sync_runs: SyncRunsTable;
  checkpoints: CheckpointsTable;
  walk_pages: WalkPagesTable;
  companies: CompaniesTable;
  company_sync: CompanySyncTable;
  company_ratings: CompanyRatingsTable;
  company_listings: CompanyListingsTable;
  account_lists: AccountListsTable;
  account_list_frames: AccountListFramesTable;
  findings: FindingsTable;
  finding_terms: FindingTermsTable;
  unmapped_records: UnmappedRecordsTable;
  unmapped_in_runs: UnmappedInRunsTable;
  local_folders: LocalFoldersTable;
  local_folder_companies: LocalFolderCompaniesTable;
  local_tiers: LocalTiersTable;
  local_company_tiers: LocalCompanyTiersTable;
  local_custom_ids: LocalCustomIdsTable;
  local_comments: LocalCommentsTable;
  local_remediations: LocalRemediationsTable;
}
