import type { State } from "./state";

export function label(state: State): string {
  switch (state) {
    case "draft":
      return "Draft";
    case "published":
      return "Published";
  }
}
