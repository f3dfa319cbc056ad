/* global page */

/** A text with a button that copies it; where there is no clipboard, the button selects the text. */
page.copyable = (label, text, className) => {
  const shown = page.element(
    'pre',
    { class: className, tabindex: '0', role: 'region', 'aria-label': label },
    page.element('code', null, text),
  )
  const button = page.element('button', { type: 'button', class: 'quiet copy' }, 'Copy')
  button.setAttribute('aria-label', `Copy: ${label}`)
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text)
      done(button, 'Copied', `Copied: ${label}.`)
    } catch {
      getSelection().selectAllChildren(shown.firstChild)
      done(button, 'Selected', `Selected: ${label}. Copy it with the keyboard.`)
    }
  })
  const head = page.element('div', { class: 'copy-head' }, page.element('h4', null, label), button)
  return page.element('div', { class: 'copyable' }, head, shown)
}

const done = (button, word, sentence) => {
  button.textContent = word
  page.say(sentence)
  setTimeout(() => {
    button.textContent = 'Copy'
  }, 2000)
}
