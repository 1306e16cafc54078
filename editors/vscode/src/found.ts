// What `singletree doctor --json` and `singletree config show --json` say of models. Pure.

/** One line of `doctor --json`. */
export interface Finding {
  readonly topic: string;
  readonly ok: boolean;
  readonly says: string;
  readonly remedy: string | null;
}

/** `anthropic at https://… (ANTHROPIC_API_KEY is set, key set): claude-sonnet-5-5, …` */
const PROVIDER = /^(\S+) at (.*): (.+)$/;

/** The models that doctor found at providers, each with where they are. */
export function foundModels(findings: readonly Finding[]): { name: string; where: string }[] {
  return findings
    .filter(({ topic, ok }) => topic === "models" && ok)
    .flatMap(({ says }) => {
      const [, provider, where, models] = PROVIDER.exec(says) ?? [];
      const names = (models ?? "").split(", ").filter((name) => /^\S+$/.test(name));
      return names.map((name) => ({ name: `${provider ?? ""}/${name}`, where: where ?? "" }));
    });
}

/** The models that the user's settings describe: keys such as `models."local/qwen".context_window`. */
export function configuredModels(values: readonly { key: string }[]): string[] {
  const names = values.map(({ key }) => /^models\."(.+)"\./.exec(key)?.[1]).filter((name) => name !== undefined);
  return [...new Set(names)];
}
