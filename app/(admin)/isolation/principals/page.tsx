import { getTranslations } from 'next-intl/server'
import { ActionForm } from '@/components/action-form'
import { PageHeader, Section } from '@/components/page'
import { Empty } from '@/components/states'
import { readStore } from '@/lib/db/scope'
import { setupOf } from '@/lib/isolation/setup/setup'
import { storedPrincipals } from '@/lib/isolation/stored/stored-principals'
import { may } from '@/lib/session/permissions'
import { requirePrincipal, type Principal } from '@/lib/session/principal'
import { Notes } from '../notes'
import { WithScan, type Scan } from '../../with-scan'
import { detectAgain } from './actions'
import { ChooseLogin } from './choose-login'
import { PrincipalCard } from './card'
import { PrincipalForm } from './form'
import { SetupFacts } from './setup-facts'

export async function generateMetadata() {
  return { title: (await getTranslations('isolation.principals'))('title') }
}

export default async function PrincipalsPage() {
  const principal = await requirePrincipal('catalog:read')
  const t = await getTranslations('isolation.principals')
  return (
    <Section>
      <WithScan principal={principal} title={t('title')}>
        {(scan) => <Principals scan={scan} person={principal} />}
      </WithScan>
    </Section>
  )
}

async function Principals({ scan, person }: { scan: Scan; person: Principal }) {
  const t = await getTranslations('isolation.principals')
  const i = await getTranslations('isolation')
  const stored = await readStore(person, (tx) => storedPrincipals(tx, person.database))
  const { setup, origins, notes } = await setupOf(scan.facts, stored)
  const writes = may(person, 'findings:write')
  const known = scan.snapshot.roles.filter(({ predefined }) => !predefined)
  const choices = {
    roles: known.map(({ name }) => name),
    logins: known.filter(({ login }) => login).map(({ name }) => name),
  }
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={t('lead')}
        crumbs={[{ href: '/isolation', label: i('title') }]}
        actions={
          writes &&
          stored && (
            <ActionForm action={detectAgain} submit={t('detect')} working={t('detecting')} inline quiet />
          )
        }
      />
      {setup.principals.length === 0 && <Empty title={t('none')}>{t('noneText')}</Empty>}
      <div className="grid gap-4 xl:grid-cols-2">
        {setup.principals.map((each) => (
          <PrincipalCard
            key={each.name}
            principal={each}
            origin={origins.principals[each.name] ?? 'detected'}
            choices={choices}
            writes={writes}
          />
        ))}
      </div>
      {writes && <ChooseLogin facts={scan.facts} principals={setup.principals} />}
      {writes && (
        <details className="border-line rounded-card bg-panel mt-4 border px-4 py-3">
          <summary className="cursor-pointer font-medium">
            {t('add')} <span aria-hidden="true">▾</span>
          </summary>
          <div className="mt-3">
            <PrincipalForm choices={choices} />
          </div>
        </details>
      )}
      <SetupFacts setup={setup} origins={origins} />
      <Notes notes={notes} />
    </>
  )
}
