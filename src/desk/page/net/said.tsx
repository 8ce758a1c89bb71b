import { splitQuote } from './refusal-words.ts'

/** What became of something. The server's own words in it are read out as the English they are. */
export function Said({ text }: { readonly text: string }) {
  const { before, quote, after } = splitQuote(text)
  if (quote === '') return <>{before}</>
  return (
    <>
      {before}
      <span lang="en">{quote}</span>
      {after}
    </>
  )
}
