/** What may become of a note. */
export type State = "draft" | "published";
