/* global page */
const theme = page.byId('theme')
const prefersDark = matchMedia('(prefers-color-scheme: dark)')

const isDark = () => {
  const chosen = document.documentElement.dataset.theme
  return chosen === undefined ? prefersDark.matches : chosen === 'dark'
}

const nameTheme = () => {
  theme.textContent = isDark() ? 'Light theme' : 'Dark theme'
}

theme.addEventListener('click', () => {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark'
  nameTheme()
})
prefersDark.addEventListener('change', nameTheme)
nameTheme()
theme.hidden = false

addEventListener('hashchange', () => {
  page.readAddress()
  page.update()
})

page.readAddress()
page.update()
