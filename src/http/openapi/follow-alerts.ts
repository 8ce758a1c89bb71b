/**
 * What a page needs to follow alerts, to be copied from the API page; a test runs it in a browser
 * from there. It is text for other people's pages, not code of this server.
 */
export const followAlerts = `// Calls onEvent with every event, for as long as the page is open. Goes on where it
// stopped when the connection breaks; ends when the token is refused.
async function followAlerts(address, token, onEvent) {
  let lastEventId = ''
  for (;;) {
    try {
      const answer = await fetch(address + '/v1/alert-events', {
        headers: {
          Authorization: 'Bearer ' + token,
          ...(lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId }),
        },
      })
      if (answer.status === 401 || answer.status === 403) throw new Refused(answer.status)
      if (answer.ok) {
        let unread = ''
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
        for (;;) {
          const { value, done } = await reader.read()
          if (done) break
          const frames = (unread + value).split('\\n\\n')
          unread = frames.pop()
          for (const frame of frames) {
            const data = /^data: (.*)$/m.exec(frame)
            // A frame without data is a sign of life, or says how soon to come back.
            if (data !== null) await onEvent(JSON.parse(data[1]))
            const id = /^id: (.*)$/m.exec(frame)
            if (id !== null) lastEventId = id[1]
          }
        }
      }
    } catch (error) {
      if (error instanceof Refused) throw error
      // An event that onEvent failed on comes again.
      console.warn('the stream of alerts broke and is opened again', error)
    }
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}
class Refused extends Error {}

// Follow first, list second: what happens between the two is then told, not missed.
// followAlerts('https://hoede.example', token, (event) => console.log(event.type, event.data))
// fetch('https://hoede.example/v1/alerts?status=open', { headers: { Authorization: 'Bearer ' + token } })
`
