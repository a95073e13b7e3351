import type { Snapshot } from '@/lib/catalog/types'
import { standsAlone } from '@/lib/proof/statement-kind'
import { parseStatement } from '@/lib/sql/parse'
import {
  alterPolicy,
  createIndex,
  createPolicy,
  createTrigger,
  createView,
  drop,
  rename,
} from './back-object'
import { defaultPrivileges, grant, grantRole } from './back-rights'
import {
  alterOwner,
  alterRoutine,
  alterSequence,
  changeRows,
  createRoutine,
  createSchema,
  moveExtension,
} from './back-routine'
import { alterPublication, alterRole, alterSystem, commentOn, setting } from './back-server'
import { alterTable } from './back-table'
import { lost, nothing, type Step, type Understood } from './step'
import { rangeId, type Node } from './tree'

const kinds: Readonly<Record<string, (node: Node, sql: string, snapshot: Snapshot) => Understood>> = {
  AlterTableStmt: alterTable,
  CreatePolicyStmt: createPolicy,
  AlterPolicyStmt: alterPolicy,
  CreateTrigStmt: createTrigger,
  IndexStmt: createIndex,
  DropStmt: drop,
  RenameStmt: rename,
  GrantStmt: grant,
  GrantRoleStmt: grantRole,
  AlterDefaultPrivilegesStmt: defaultPrivileges,
  AlterRoleStmt: alterRole,
  AlterRoleSetStmt: setting,
  AlterDatabaseSetStmt: setting,
  AlterSystemStmt: alterSystem,
  CommentStmt: commentOn,
  AlterPublicationStmt: alterPublication,
  AlterFunctionStmt: alterRoutine,
  CreateFunctionStmt: createRoutine,
  AlterOwnerStmt: alterOwner,
  AlterSeqStmt: alterSequence,
  AlterObjectSchemaStmt: moveExtension,
  CreateSchemaStmt: createSchema,
  ViewStmt: createView,
  UpdateStmt: changeRows,
  ReindexStmt: reindex,
  DropUserMappingStmt: () => ({ lock: 'none', phase: 'rights', back: noOptions }),
  VacuumStmt: () => ({ lock: 'quiet', phase: 'server', back: nothing }),
  SelectStmt: selected,
}

const noOptions = lost(
  'Options of user mappings hold passwords and are never read, so they cannot come back.',
  'Opções de mapeamentos de usuário guardam senhas e nunca são lidas, por isso não voltam.',
)

/** An index that was invalid is whole now, and nobody wants the other back. */
function reindex(node: Node, _sql: string, snapshot: Snapshot): Understood {
  const id = rangeId(node['relation'])
  const was = snapshot.relations.flatMap((each) => each.indexes).find((each) => each.id === id)
  return {
    lock: 'quiet',
    phase: 'indexes',
    back:
      was && !was.valid
        ? lost(
            'The index was invalid and is whole now; that stays.',
            'O índice era inválido e agora está íntegro; assim fica.',
          )
        : nothing,
  }
}

/** `pg_reload_conf()` belongs to the settings on both ways; a sequence's position is taken back with its column. */
function selected(_node: Node, sql: string, snapshot: Snapshot): Understood {
  if (/^\s*select\s+pg_reload_conf\(\)/i.test(sql))
    return { lock: 'none', phase: 'server', back: { sql: [sql], lost: null } }
  const [, table, column] = /pg_get_serial_sequence\('((?:[^']|'')+)',\s*'((?:[^']|'')+)'\)/i.exec(sql) ?? []
  const relation = snapshot.relations.find((each) => each.id === table?.replaceAll("''", "'"))
  const own = snapshot.sequences.some(
    (each) => each.ownedBy?.relation === relation?.id && each.ownedBy?.column === column,
  )
  return {
    lock: 'none',
    phase: 'columns',
    back:
      relation && !own
        ? nothing
        : lost(
            'What this call did is not known to have a way back.',
            'Não se conhece caminho de volta para esta chamada.',
          ),
  }
}

/** What a statement of a fix does, which locks it takes and how it is taken back. Needs `loadParser()`. */
export function understand(sql: string, snapshot: Snapshot): Step {
  const parsed = parseStatement(sql)
  const known = parsed === null ? undefined : kinds[parsed.kind]
  const found: Understood =
    parsed && known
      ? known(parsed.node, sql, snapshot)
      : {
          lock: 'brief',
          phase: 'server',
          back: lost(
            'No way back is known for this statement.',
            'Não se conhece caminho de volta para este comando.',
          ),
        }
  return {
    sql,
    alone: standsAlone(sql) || parsed?.kind === 'AlterSystemStmt',
    claims: [],
    needs: [],
    ...found,
  }
}
