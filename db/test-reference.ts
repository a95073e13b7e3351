import { Client } from 'pg'
import { inject } from 'vitest'
import { installReference } from './reference/files'
import { databaseOn, majors, type TestDatabase } from './test-database'

const template = 'reference_template'

/** A database with the reference schema: installed once on each server of a run, and copied for each file. */
export async function referenceDatabase(major: number = Math.max(...majors())): Promise<TestDatabase> {
  const server = inject('servers')[major]
  if (!server) throw new Error(`This test run has no PostgreSQL ${major}.`)
  const keeper = await connected(server)
  try {
    await keeper.query(`select pg_advisory_lock(hashtext('${template}'))`)
    const { rowCount } = await keeper.query(`select from pg_database where datname = '${template}'`)
    if (rowCount === 0) await makeTemplate(server, keeper)
  } finally {
    await keeper.end()
  }
  const database = await databaseOn(server, template)
  await database.run(rightsOfTemplate)
  return database
}

/** Under another name first: an installation that failed is nobody's template. */
async function makeTemplate(server: string, keeper: Client) {
  const half = `${template}_being_made`
  await keeper.query(`drop database if exists ${half} with (force)`)
  await keeper.query(`create database ${half}`)
  const url = new URL(server)
  url.pathname = `/${half}`
  const installer = await connected(url.href)
  await installReference(installer).finally(() => installer.end())
  await keeper.query(`alter database ${half} rename to ${template}`)
}

/** A copy belongs to whoever made it and lets everybody connect; the reference schema's own database does not. */
const rightsOfTemplate = `
  do $$
  declare
    held record;
  begin
    execute format('revoke all on database %I from public', current_database());
    for held in
      select a.privilege_type, a.grantee::regrole as grantee
      from pg_database d, aclexplode(d.datacl) a
      where d.datname = '${template}' and a.grantee not in (0, d.datdba)
    loop
      execute format('grant %s on database %I to %s', held.privilege_type, current_database(), held.grantee);
    end loop;
    execute format('alter database %I owner to %s', current_database(),
      (select datdba::regrole from pg_database where datname = '${template}'));
  end
  $$`

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  return client
}
