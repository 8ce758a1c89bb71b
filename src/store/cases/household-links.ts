/** What is sealed of a link: whose member somebody is who is not registered. */
export function aboutMember(id: string): string {
  return `household/${id}/member`
}
