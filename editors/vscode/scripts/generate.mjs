// What `settings.mjs` writes. Pure.

/**
 * The server's settings that an editor may set, by their path in its schema. The server takes these two from
 * `initializationOptions`; the others stay in its own files, where a folder cannot loosen them.
 */
const MIRRORED = [
  // A folder's own settings may choose among the models that the user configured, not add one.
  { key: "model", at: ["model"], scope: "window", order: 2 },
  // `keep` decides without the user: never a folder's choice.
  { key: "reviewMode", at: ["review", "mode"], scope: "machine", order: 3 },
];

/** `manifest` and `words` (package.json and package.nls.json) with these settings as `schema` has them now. */
export function generate(schema, manifest, words) {
  const { properties } = manifest.contributes.configuration;
  const mirrored = MIRRORED.map(({ key, at, scope, order }) => {
    const { description, pattern, enum: values } = find(schema, at);
    const setting = {
      type: "string",
      default: "",
      scope,
      order,
      markdownDescription: `%setting.${key}%`,
      ...(pattern ? { pattern: `^$|${pattern}` } : {}),
      ...(values ? { enum: ["", ...values] } : {}),
    };
    return { key, setting, description };
  });
  return {
    manifest: {
      ...manifest,
      contributes: {
        ...manifest.contributes,
        configuration: {
          ...manifest.contributes.configuration,
          properties: {
            ...properties,
            ...Object.fromEntries(mirrored.map(({ key, setting }) => [`singletree.${key}`, setting])),
          },
        },
      },
    },
    words: { ...words, ...Object.fromEntries(mirrored.map(({ key, description }) => [`setting.${key}`, description])) },
  };
}

function find(schema, at) {
  const found = at.reduce((node, key) => node?.properties?.[key], schema);
  if (!found?.description) {
    throw new Error(`the server's schema has no described setting ${at.join(".")}: change MIRRORED in generate.mjs`);
  }
  return found;
}
