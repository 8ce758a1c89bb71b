import { render } from 'preact'
import { Page } from './page.tsx'

const place = document.getElementById('page')
if (place !== null) {
  // It says that the page is still to come.
  place.replaceChildren()
  render(<Page />, place)
}
