export type Bilingual = { readonly nl: string; readonly en: string }
