import { auditMissingOperation } from './audit-missing-operation'
import { auditNotAlways } from './audit-not-always'
import { auditTriggerDisabled } from './audit-trigger-disabled'
import { blindSpot } from './blind-spot'
import { constraintNotValidated } from './constraint-not-validated'
import { duplicateIndex } from './duplicate-index'
import { fkNotTenantConsistent } from './fk-not-tenant-consistent'
import { fkUnindexed } from './fk-unindexed'
import { noAuditTrigger } from './no-audit-trigger'
import { noPrimaryKey } from './no-primary-key'
import { pkWithoutGenerator } from './pk-without-generator'
import { publicCreateConnect } from './public-create-connect'
import { publicOrWideGrant } from './public-or-wide-grant'
import { redundantPrefix } from './redundant-prefix'
import { sensitivePlaintext } from './sensitive-plaintext'
import { tenantKeyMissingOrUnlinked } from './tenant-key-missing-or-unlinked'
import { tenantKeyNullable } from './tenant-key-nullable'
import { unusedIndex } from './unused-index'
import { rlsDisabled } from './rls-disabled'
import { rlsNotForced } from './rls-not-forced'
import { rlsNoPolicy } from './rls-no-policy'
import { rlsDormantPolicies } from './rls-dormant-policies'
import { policyAlwaysTrue } from './policy-always-true'
import { writeWithoutCheck } from './write-without-check'
import { checkWeakerThanUsing } from './check-weaker-than-using'
import { policyToPublicOrAnon } from './policy-to-public-or-anon'
import { commandGap } from './command-gap'
import { policyIgnoresTenant } from './policy-ignores-tenant'
import { failOpenContext } from './fail-open-context'
import { userEditableClaim } from './user-editable-claim'
import { perRowContextCall } from './per-row-context-call'
import { definerMutableSearchPath } from './definer-mutable-search-path'
import { definerOpenExecute } from './definer-open-execute'
import { viewOrRuleBypassesRls } from './view-or-rule-bypasses-rls'
import { childEscapesParentRls } from './child-escapes-parent-rls'
import { inertPolicy } from './inert-policy'
import { multiplePermissive } from './multiple-permissive'
import { duplicatePolicy } from './duplicate-policy'
import { restrictiveOnly } from './restrictive-only'
import { restrictiveNoop } from './restrictive-noop'
import { hardcodedTenant } from './hardcoded-tenant'
import { currentUserAsTenant } from './current-user-as-tenant'
import { volatileInPolicy } from './volatile-in-policy'
import { immutableContextHelper } from './immutable-context-helper'
import { policyReadsUnprotectedTable } from './policy-reads-unprotected-table'
import { policySelfRecursion } from './policy-self-recursion'
import { contextSettingInconsistent } from './context-setting-inconsistent'
import { matviewCopiesRlsData } from './matview-copies-rls-data'
import { foreignTableExposed } from './foreign-table-exposed'
import { rlsExemptLogin } from './rls-exempt-login'
import { grantBypassesRls } from './grant-bypasses-rls'
import { integrityCovertChannel } from './integrity-covert-channel'
import { leakproofOrBarrier } from './leakproof-or-barrier'
import { replicationEscape } from './replication-escape'
import { noGuardForNewTables } from './no-guard-for-new-tables'
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
  noPrimaryKey,
  pkWithoutGenerator,
  constraintNotValidated,
  tenantKeyNullable,
  tenantKeyMissingOrUnlinked,
  fkNotTenantConsistent,
  fkUnindexed,
  duplicateIndex,
  redundantPrefix,
  unusedIndex,
  sensitivePlaintext,
  publicOrWideGrant,
  publicCreateConnect,
  blindSpot,
]
