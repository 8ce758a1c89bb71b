import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'

/** A program of this folder in a process of its own, which answers each message with one. */
export function startChild<Message extends object, Answer>(file: string): Child<Message, Answer> {
  const child: ChildProcess = fork(join(import.meta.dirname, file), {
    execArgv: ['--expose-gc', '--max-old-space-size=12000'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return {
    ask: async (message) =>
      await new Promise((done, fail) => {
        const end = (code: number | null): void => fail(new Error(`${file} ended with ${code}`))
        child.once('exit', end)
        child.once('message', (answer) => {
          child.off('exit', end)
          done(answer as Answer)
        })
        child.send(message)
      }),
    end: async () => {
      if (child.exitCode !== null) return
      const gone = new Promise((done) => child.once('exit', done))
      child.disconnect()
      await gone
    },
  }
}

export type Child<Message extends object, Answer> = {
  readonly ask: (message: Message) => Promise<Answer>
  readonly end: () => Promise<void>
}
