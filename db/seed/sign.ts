import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClientBase } from 'pg'
import { issue, list, sign, type Identity } from '@/lib/signatures/authority'
import type { Row } from './write'

/** Puts a detached CMS signature of its signer on each document's row; the documents are in the database already. */
export type Sign = (client: ClientBase, rows: readonly Row[]) => Promise<readonly Row[]>

/**
 * A certification authority of this demonstration alone. Its keys are made now, never written down, and gone with the
 * process; what stays is whom to believe.
 * @param folder where the root and its revocation list go, for the page that verifies; none: nobody can be believed
 */
export async function demonstrationAuthority(today: Date, folder: string | undefined): Promise<Sign> {
  const year = today.getUTCFullYear()
  const validity = { from: `${year - 3}-01-01`, until: `${year + 3}-01-01` }
  const root = await issue({
    name: 'AC da demonstração: não é da ICP-Brasil',
    issuer: null,
    isAuthority: true,
    kind: 'ec',
    ...validity,
  })
  if (folder) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const revoked = await list(root, [], validity.until, validity.from)
    writeFileSync(join(folder, 'root.crt'), Buffer.from(root.certificate.toSchema().toBER()))
    writeFileSync(join(folder, 'revoked.crl'), Buffer.from(revoked.toSchema().toBER()))
  }
  const signers = new Map<unknown, Identity>()
  return async (client, rows) => {
    const { rows: digests } = await client.query<{ sha256: Buffer }>(
      `select sha256(app.canonical_content((s ->> 'clinic_id')::uuid, s ->> 'document_table', (s ->> 'document_id')::uuid)) as sha256
         from jsonb_array_elements($1) with ordinality as each (s, n) order by n`,
      [JSON.stringify(rows)],
    )
    return Promise.all(
      rows.map(async (row, at) => {
        const name = row['signer_name']
        const signer =
          signers.get(name) ?? (await issue({ name: String(name), issuer: root, kind: 'ec', ...validity }))
        signers.set(name, signer)
        const { certificate } = signer
        return {
          ...row,
          cms: `\\x${(await sign(signer, digests[at]?.sha256 ?? Buffer.alloc(0))).toString('hex')}`,
          cert_serial: Buffer.from(certificate.serialNumber.valueBlock.valueHexView).toString('hex'),
          cert_issuer: 'AC da demonstração',
          cert_not_before: certificate.notBefore.value.toISOString(),
          cert_not_after: certificate.notAfter.value.toISOString(),
        }
      }),
    )
  }
}
