import { auditCascadeLoss } from './audit-cascade-loss'
import { auditFunctionWeak } from './audit-function-weak'
import { auditLogMutable } from './audit-log-mutable'
import { auditLogNoGuard } from './audit-log-no-guard'
import { auditLogShape } from './audit-log-shape'
import { auditMissingOperation } from './audit-missing-operation'
import { auditNotAlways } from './audit-not-always'
import { auditOwnerIsApp } from './audit-owner-is-app'
import { auditReadsBlind } from './audit-reads-blind'
import { auditTriggerDisabled } from './audit-trigger-disabled'
import { auditTruncateGap } from './audit-truncate-gap'
import { blindSpot } from './blind-spot'
import { bloatOrStale } from './bloat-or-stale'
import { cascadeOnClinical } from './cascade-on-clinical'
import { checkWeakerThanUsing } from './check-weaker-than-using'
import { childEscapesParentRls } from './child-escapes-parent-rls'
import { commandGap } from './command-gap'
import { constraintNotValidated } from './constraint-not-validated'
import { contextSettingInconsistent } from './context-setting-inconsistent'
import { currentUserAsTenant } from './current-user-as-tenant'
import { defaultPrivilegesOpen } from './default-privileges-open'
import { definerMutableSearchPath } from './definer-mutable-search-path'
import { definerOpenExecute } from './definer-open-execute'
import { duplicateIndex } from './duplicate-index'
import { duplicatePolicy } from './duplicate-policy'
import { durability } from './durability'
import { excessAdmin } from './excess-admin'
import { extensionPlacement } from './extension-placement'
import { failOpenContext } from './fail-open-context'
import { fkNotTenantConsistent } from './fk-not-tenant-consistent'
import { fkTypeMismatch } from './fk-type-mismatch'
import { fkUnindexed } from './fk-unindexed'
import { foreignTableExposed } from './foreign-table-exposed'
import { functionPublicExecute } from './function-public-execute'
import { grantBypassesRls } from './grant-bypasses-rls'
import { hardcodedTenant } from './hardcoded-tenant'
import { immutableContextHelper } from './immutable-context-helper'
import { inertPolicy } from './inert-policy'
import { integrityCovertChannel } from './integrity-covert-channel'
import { invalidIndex } from './invalid-index'
import { leakproofOrBarrier } from './leakproof-or-barrier'
import { logging } from './logging'
import { loginHygiene } from './login-hygiene'
import { mandatoryColumns } from './mandatory-columns'
import { matviewCopiesRlsData } from './matview-copies-rls-data'
import { moneyOrFloatAmount } from './money-or-float-amount'
import { movingTarget } from './moving-target'
import { multiplePermissive } from './multiple-permissive'
import { naming } from './naming'
import { noAuditTrigger } from './no-audit-trigger'
import { noGuardForNewTables } from './no-guard-for-new-tables'
import { noPrimaryKey } from './no-primary-key'
import { noRetention } from './no-retention'
import { openStatusDomain } from './open-status-domain'
import { ownershipAnomaly } from './ownership-anomaly'
import { passwordHash } from './password-hash'
import { perRowContextCall } from './per-row-context-call'
import { pgaudit } from './pgaudit'
import { pkWithoutGenerator } from './pk-without-generator'
import { policyAlwaysTrue } from './policy-always-true'
import { policyIgnoresTenant } from './policy-ignores-tenant'
import { policyReadsUnprotectedTable } from './policy-reads-unprotected-table'
import { policySelfRecursion } from './policy-self-recursion'
import { policyToPublicOrAnon } from './policy-to-public-or-anon'
import { publicCreateConnect } from './public-create-connect'
import { publicOrWideGrant } from './public-or-wide-grant'
import { redundantPrefix } from './redundant-prefix'
import { replicationEscape } from './replication-escape'
import { restrictiveNoop } from './restrictive-noop'
import { restrictiveOnly } from './restrictive-only'
import { rlsDefeatsIndex } from './rls-defeats-index'
import { rlsDisabled } from './rls-disabled'
import { rlsDormantPolicies } from './rls-dormant-policies'
import { rlsExemptLogin } from './rls-exempt-login'
import { rlsNoPolicy } from './rls-no-policy'
import { rlsNotForced } from './rls-not-forced'
import { rowSecurityOverride } from './row-security-override'
import { secretInTable } from './secret-in-table'
import { sensitiveInBlob } from './sensitive-in-blob'
import { sensitiveOvergranted } from './sensitive-overgranted'
import { sensitivePlaintext } from './sensitive-plaintext'
import { sensitiveThroughView } from './sensitive-through-view'
import { sequenceExhaustion } from './sequence-exhaustion'
import { slotsAndPrepared } from './slots-and-prepared'
import { softDeleteVsUnique } from './soft-delete-vs-unique'
import { tenantColumnUnindexed } from './tenant-column-unindexed'
import { tenantKeyMissingOrUnlinked } from './tenant-key-missing-or-unlinked'
import { tenantKeyNullable } from './tenant-key-nullable'
import { timeIndexMissing } from './time-index-missing'
import { timeoutsLimits } from './timeouts-limits'
import { timestampWithoutZone } from './timestamp-without-zone'
import { transport } from './transport'
import { unclassifiedColumn } from './unclassified-column'
import { undocumented } from './undocumented'
import { unknownRoleDrift } from './unknown-role-drift'
import { untrustedCode } from './untrusted-code'
import { unusedIndex } from './unused-index'
import { userEditableClaim } from './user-editable-claim'
import { vacuumAnalyzeLag } from './vacuum-analyze-lag'
import { versionEol } from './version-eol'
import { viewOrRuleBypassesRls } from './view-or-rule-bypasses-rls'
import { volatileInPolicy } from './volatile-in-policy'
import { wraparound } from './wraparound'
import { writeWithoutCheck } from './write-without-check'
import type { Rule } from './rule'

/** Every rule: one import and one line each. */
export const allRules: readonly Rule[] = [
  rlsDisabled,
  rlsNotForced,
  rlsNoPolicy,
  rlsDormantPolicies,
  policyAlwaysTrue,
  writeWithoutCheck,
  checkWeakerThanUsing,
  policyToPublicOrAnon,
  commandGap,
  policyIgnoresTenant,
  failOpenContext,
  userEditableClaim,
  perRowContextCall,
  definerMutableSearchPath,
  definerOpenExecute,
  viewOrRuleBypassesRls,
  childEscapesParentRls,
  inertPolicy,
  multiplePermissive,
  duplicatePolicy,
  restrictiveOnly,
  restrictiveNoop,
  hardcodedTenant,
  currentUserAsTenant,
  volatileInPolicy,
  immutableContextHelper,
  policyReadsUnprotectedTable,
  policySelfRecursion,
  contextSettingInconsistent,
  matviewCopiesRlsData,
  foreignTableExposed,
  rlsExemptLogin,
  grantBypassesRls,
  integrityCovertChannel,
  leakproofOrBarrier,
  replicationEscape,
  noGuardForNewTables,
  noAuditTrigger,
  auditTriggerDisabled,
  auditNotAlways,
  auditMissingOperation,
  auditTruncateGap,
  auditLogMutable,
  auditLogNoGuard,
  auditOwnerIsApp,
  auditCascadeLoss,
  auditFunctionWeak,
  auditLogShape,
  auditReadsBlind,
  noPrimaryKey,
  pkWithoutGenerator,
  constraintNotValidated,
  tenantKeyNullable,
  tenantKeyMissingOrUnlinked,
  fkNotTenantConsistent,
  cascadeOnClinical,
  timestampWithoutZone,
  moneyOrFloatAmount,
  openStatusDomain,
  fkTypeMismatch,
  mandatoryColumns,
  softDeleteVsUnique,
  fkUnindexed,
  duplicateIndex,
  redundantPrefix,
  unusedIndex,
  invalidIndex,
  tenantColumnUnindexed,
  rlsDefeatsIndex,
  timeIndexMissing,
  bloatOrStale,
  sensitivePlaintext,
  unclassifiedColumn,
  sensitiveThroughView,
  sensitiveOvergranted,
  secretInTable,
  sensitiveInBlob,
  noRetention,
  extensionPlacement,
  publicOrWideGrant,
  publicCreateConnect,
  defaultPrivilegesOpen,
  functionPublicExecute,
  excessAdmin,
  ownershipAnomaly,
  loginHygiene,
  untrustedCode,
  unknownRoleDrift,
  transport,
  passwordHash,
  logging,
  pgaudit,
  rowSecurityOverride,
  durability,
  timeoutsLimits,
  versionEol,
  wraparound,
  sequenceExhaustion,
  vacuumAnalyzeLag,
  slotsAndPrepared,
  naming,
  undocumented,
  blindSpot,
  movingTarget,
]
