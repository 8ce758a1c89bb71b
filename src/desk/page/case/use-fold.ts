import { useEffect, useState } from 'preact/hooks'

/** A part that is folded away on screen, and open on paper: paper has no fold to open. */
export function useFold(): Fold {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const unfold = (): void => setOpen(true)
    addEventListener('beforeprint', unfold)
    return () => removeEventListener('beforeprint', unfold)
  }, [])
  return { open: isOpen, onToggle: (event) => setOpen(event.currentTarget.open) }
}

/** Of a `details`. */
export type Fold = {
  readonly open: boolean
  readonly onToggle: (event: { readonly currentTarget: HTMLDetailsElement }) => void
}
