import { test as setup } from '@playwright/test'
import { password, people, stateOf, type Who } from './people'
import { prefer, signIn } from './session'

for (const who of Object.keys(people) as Who[]) {
  setup(`${who} signs in`, async ({ page }) => {
    await prefer(page, { language: 'en', theme: 'light' })
    await signIn(page, people[who], password)
    await page.context().storageState({ path: stateOf(who) })
  })
}
