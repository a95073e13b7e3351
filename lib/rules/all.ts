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
import type { Rule } from './rule'

/** Every rule: one import and one line each. */
export const allRules: readonly Rule[] = [
  rlsDisabled,
  rlsNotForced,
  rlsNoPolicy,
  rlsDormantPolicies,
  policyAlwaysTrue,
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
